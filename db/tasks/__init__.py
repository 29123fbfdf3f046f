"""Tasks: submitting, reading, the outbox towards Temporal, and the mirror of what happens there."""
