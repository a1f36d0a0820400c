"""Answers, metrics, judgments and the report: what was gained, what was lost, and what the data can tell."""
