"""Data as it travels: rows of any format, the columns that are read in them."""
