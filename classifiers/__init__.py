"""Which items an article speaks of."""
