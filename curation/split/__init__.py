"""Split of the kept rows into training, validation and held-out rows, by duplicate group and topic."""
