"""Curation: raw question-answer pairs in, kept rows and a reason for every other row out."""
