"""Preservation data: rows that the base model writes before it is tuned; training on them keeps what it knew."""
