"""What a text is made of: characters, markup, words, quantities; read the same way by curation and evaluation."""
