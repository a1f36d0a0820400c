"""How two texts differ, and whether the difference matters."""
