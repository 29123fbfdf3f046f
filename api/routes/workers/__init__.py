"""Routes about workers and queues, and those that workers and bots call."""
