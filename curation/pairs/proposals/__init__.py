"""Candidate generation: the pairs of rows that are near enough to be compared word by word."""
