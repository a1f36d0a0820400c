"""Texts prepared for comparison: words coded as characters, wrappers stripped, clauses located, words embedded."""
