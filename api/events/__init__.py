"""Live events: one reader of the events table per process, any number of listeners."""
