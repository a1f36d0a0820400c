"""Runs with several mixtures of domain and preservation rows: what is gained and what it costs."""
