"""Core's own activities: trusted, beside the database, on core's queues."""
