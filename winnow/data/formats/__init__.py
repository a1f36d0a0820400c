"""Formats: each reader turns one stored file into numbered rows, or into what is wrong with a line."""
