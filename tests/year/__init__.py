"""A year of twenty outlets and of one crawler, on loopback and by a false clock, beside the truth of what was published."""
