"""Answers of each system to the held-out questions, with or without passages before them."""
