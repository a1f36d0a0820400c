"""Word-level differences of two texts: aligned, classified, and told apart into harmless and decisive ones."""
