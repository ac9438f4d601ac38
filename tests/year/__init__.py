"""A year of twenty outlets and one crawler, on loopback and by a false clock, beside the truth."""
