"""Held-out questions in, the answers of each system out."""
