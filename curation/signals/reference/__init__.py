"""The signal for a reference to what isn't there."""
