"""Answers of two or more systems to the same questions, compared question by question."""
