"""A language model as judge of answers, held against people."""
