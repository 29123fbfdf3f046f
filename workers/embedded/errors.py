"""What can go wrong before the stack stands. Each is one sentence that says what to do."""


class StackError(Exception):
    """The stack could not be started."""
