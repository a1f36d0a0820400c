"""The signal for what was left to be filled in."""
