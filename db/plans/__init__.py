"""Tables of plans: the rows of one plan while it advances, and questions about plans."""
