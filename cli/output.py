"""What goes to stdout and stderr. Markup is off everywhere: text of tasks can never become style."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from pydantic import BaseModel
from rich.console import Console
from rich.text import Text

from cli.errors import ExitCode
from cli.listing import listing as listing  # for those who print one
from cli.text import one_line
from contracts.tasks.statuses import TaskStatus
from contracts.views import UnreadableView

#: A pipe has no width: a row is a line there, for `grep` and `wc`.
_PIPE_WIDTH = 4_000

_STYLES = {
    TaskStatus.SUCCEEDED: "green",
    TaskStatus.RUNNING: "cyan",
    TaskStatus.CLAIMED: "cyan",
    TaskStatus.FAILED: "bold red",
    TaskStatus.REJECTED: "red",
    TaskStatus.CANCELLED: "dim",
    TaskStatus.PENDING: "yellow",
}

_Printable = BaseModel | Mapping[str, Any]


class _Screen(Console):
    def on_broken_pipe(self) -> NoReturn:
        reader_gone()


def reader_gone() -> NoReturn:
    """End, quietly: what reads the pipe has had enough, as `head` has."""
    # What is still buffered goes nowhere.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(ExitCode.READER_GONE)


def screen(*, stderr: bool = False) -> Console:
    """The terminal, or the pipe, that the command writes to."""
    console = _Screen(stderr=stderr, markup=False, highlight=False, emoji=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _PIPE_WIDTH
    return console


def say(text: str | Text) -> None:
    """A line for people on stdout; long ones are left to the terminal, so that they can be copied."""
    screen().print(text, soft_wrap=True)


def say_done(text: str, as_json: bool) -> None:
    """The end of a command that has nothing to show but that it was done."""
    if as_json:
        print_json({"done": text})
    else:
        say(text)


def say_unreadable(rows: Sequence[UnreadableView]) -> None:
    """What a list would have, too, if this version could read it."""
    for each in rows:
        say(f"{one_line(each.name)}: {one_line(each.why, 1_000)}")


def complain(text: str) -> None:
    """A line for people on stderr."""
    screen(stderr=True).print(text, soft_wrap=True)


def print_json(value: _Printable | Sequence[_Printable], *, lines: bool = False) -> None:
    """Machine output; plain ASCII, so nothing in it can steer a terminal. ``lines``: on one line."""
    try:
        sys.stdout.write(json.dumps(_plain(value), indent=None if lines else 2) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        reader_gone()


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def status_text(status: TaskStatus) -> Text:
    return Text(status.words, style=_STYLES.get(status, ""))


def task_label(task_type: str, ticker: str | None) -> str:
    """What a task is about, e.g. ``reddit_crawl NVDA``."""
    return one_line(f"{task_type} {ticker}" if ticker else task_type, 80)


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun if number == 1 else plural(noun)}"


def plural(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("ty") else f"{noun}s"


def say_all(number: int, noun: str) -> None:
    """Below a list that the API gives as a whole."""
    say(Text(f"\n{count(number, noun)} (all)", style="dim"))
