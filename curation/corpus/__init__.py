"""What every signal knows of a row and of its file."""
