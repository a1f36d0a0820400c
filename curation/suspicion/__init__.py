"""One order for people: the probability that a row is bad, from all that was measured of it."""
