"""What our parts cost and how well they tag, each beside the usual way in the same run; nothing here is a test."""
