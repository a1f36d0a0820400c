"""Which rows are near enough to be compared."""
