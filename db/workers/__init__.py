"""Workers, and what is wanted of the queues that they serve."""
