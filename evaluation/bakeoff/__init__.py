"""The same held-out questions asked of several base models."""
