"""What changed between two finished studies: their training rows with reasons, and what their tuned models answer."""
