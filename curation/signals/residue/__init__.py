"""The signals for what the making of the data left in an answer."""
