"""Arms × seeds: the same recipe trained in several ways, each measured alike, results kept as they come."""
