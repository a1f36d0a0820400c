"""Split of the kept rows into training, validation and held-out rows, by topic and by what belongs together."""
