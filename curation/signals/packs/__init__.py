"""Signals of rows in other languages than English, made from the lexicon of the language."""
