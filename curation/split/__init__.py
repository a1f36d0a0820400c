"""Kept rows into training, validation and held-out rows."""
