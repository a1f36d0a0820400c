"""What the comparison knows of each text."""
