"""Quality signals: named functions from a row to a value, and what is learned from the whole file for them."""
