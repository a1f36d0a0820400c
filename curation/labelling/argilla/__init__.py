"""A real Argilla server without Docker."""
