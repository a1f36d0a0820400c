"""Settings and amounts of rows, searched on the validation rows."""
