"""Keeps the task queues of Temporal as Postgres wants them: their limits, and which of them tasks wait in."""
