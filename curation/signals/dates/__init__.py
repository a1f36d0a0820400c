"""The signal for what is out of date."""
