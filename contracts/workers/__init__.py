"""Workers and the queues that they serve: settings, states, rates."""
