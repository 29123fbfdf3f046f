"""How a command fails on purpose: one sentence for people, one exit code for scripts."""

from collections.abc import Sequence
from enum import IntEnum


class ExitCode(IntEnum):
    """What the shell is told. The first six are on `clawdbot --help`, all in docs/operations.md."""

    FINE = 0
    TASK_FAILED = 1
    USAGE = 2
    UNREACHABLE = 3
    REFUSED = 4
    NOT_FOUND = 5
    #: 128 + SIGPIPE, as a shell says it of `yes | head`.
    READER_GONE = 141


class CliError(Exception):
    """Wrong usage or bad input. ``fields``: what an API said of single ones."""

    exit_code = ExitCode.USAGE
    fields: Sequence[tuple[str, str]] = ()


class Unreachable(CliError):
    """The API is not there, or does not work."""

    exit_code = ExitCode.UNREACHABLE


class Refused(CliError):
    """The API does not accept the key, or its role does not allow this."""

    exit_code = ExitCode.REFUSED


class NotFound(CliError):
    """What was asked for does not exist."""

    exit_code = ExitCode.NOT_FOUND
