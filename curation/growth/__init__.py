"""What another curation of grown sources changes: rows that came and left, and what stood before."""
