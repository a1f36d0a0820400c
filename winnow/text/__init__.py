"""Text analysis shared by curation and evaluation: characters, markup, words, quantities, personal data, topics."""
