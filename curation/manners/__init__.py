"""Manners of a whole file: what stands before or behind the text of most rows, and so says nothing of any."""
