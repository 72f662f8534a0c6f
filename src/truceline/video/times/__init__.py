"""What the packets of a file say about time, and what of it can be believed."""
