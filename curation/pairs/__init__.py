"""Pairs of near rows and what the two rows of a pair are to each other."""
