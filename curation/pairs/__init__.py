"""Near-duplicate detection: which rows are compared, how they differ, and what two rows are to each other."""
