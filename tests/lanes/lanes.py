"""Which lanes there are, and the commands of each."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

Command = Sequence[str]

#: Where commands of this environment are.
_BIN = Path(sys.executable).parent
_PLUGINS = ("-p", "tests.lanes.report", "-p", "tests.lanes.order", "--no-loadscope-reorder")
#: What the fast lane leaves to the others.
_NO_STACK = ("--ignore=tests/stack", "--ignore=tests/browser")
#: Of the fast lane, what one runs again and again; and of each law, fewer examples.
_WHILE_EDITING = ("--while-editing", "--hypothesis-profile=while editing")
_PYTEST = (sys.executable, "-m", "pytest", "-q", *_PLUGINS)
_WITHOUT_STACK = (*_PYTEST, "-p", "tests.lanes.editing", *_NO_STACK)
#: Each process imports its own share of the tests only; one more than processors, since some wait.
_SHARES = 3
#: These wait for most of their time, so it takes several to keep two processors busy; one more costs half a CPU-minute.
_STACKS = "4"


@dataclass(frozen=True)
class Lane:
    """Commands that run side by side; the lane has passed when all of them have."""

    name: str
    commands: Sequence[Command]
    tests: bool = True


def _program(name: str, *arguments: str) -> Command:
    return (str(_BIN / name), *arguments)


STATIC = Lane(
    "static",
    (
        _program("ruff", "check", "."),
        _program("ruff", "format", "--check", "."),
        _program("lint-imports"),
        _program("mypy"),
        (sys.executable, "-m", "tests.lanes.page"),
    ),
    tests=False,
)


def fast() -> Lane:
    """No stack: functions, handlers against the sandbox, the app over a database. They compute more than they wait."""
    shares = (f"{number}/{_SHARES}" for number in range(1, _SHARES + 1))
    return Lane("fast", tuple((*_WITHOUT_STACK, *_again(), "--share", share) for share in shares))


def editing() -> Lane:
    """Functions and handlers: neither a database nor servers, and nothing that builds or starts anew."""
    return Lane("while editing", ((*_WITHOUT_STACK, *_WHILE_EDITING, "-n", "2", "--dist", "loadfile"),))


def stack() -> Lane:
    """A stack each process has, and they wait more than they compute."""
    command = (*_PYTEST, *_again(), "-n", _STACKS, "--dist", "loadfile", "-m", "not alone", "tests/stack")
    return Lane("stack", (command,))


def browser() -> Lane:
    """A browser on a stack: one process, so that there is one of each."""
    return Lane("browser", ((*_PYTEST, *_again(), "tests/browser"),))


def alone() -> Lane:
    """The times that the README promises: strict, and with the machine to themselves."""
    return Lane("alone", ((*_PYTEST, *_again(), "-m", "alone", "tests/stack"),))


def _again() -> Command:
    """Where machines are shared (CI=true) a neighbour may take the processor for seconds: one more try, named."""
    return ("--reruns", "1") if os.environ.get("CI") == "true" else ()


def all_lanes() -> list[Sequence[Lane]]:
    """In this order; those of one step run side by side."""
    return [(STATIC, fast()), (stack(), browser()), (alone(),)]


def editing_lanes() -> list[Sequence[Lane]]:
    """What one runs while editing."""
    return [(editing(),)]
