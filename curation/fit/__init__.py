"""The signals that need a model of meaning."""
