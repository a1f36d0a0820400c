"""The workspace of a study, its stages and its frozen plan."""
