"""Use cases: what a route, a chat command or core does with tasks, workers and rows, in the caller's transaction."""
