"""Answers to training questions that people vote on, and what they said as training data."""
