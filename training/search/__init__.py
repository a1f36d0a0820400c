"""Hyperparameter search and learning curve, both by the validation loss."""
