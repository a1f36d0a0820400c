"""What the base model writes before it is tuned, so that what it knew is kept."""
