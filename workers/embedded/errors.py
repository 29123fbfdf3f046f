"""Errors of starting the stack. Each is one sentence that says what to do."""


class StackError(Exception):
    """The stack could not be started."""
