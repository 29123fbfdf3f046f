"""Routes of triggers, and of the hooks that others call."""
