"""Plain language to tasks, by rules. Pure: no I/O, and the time of day is given."""
