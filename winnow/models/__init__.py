"""Language models and embedders under one small interface."""
