"""The `clawdbot` command: every command in one place, and what happens when one fails.

None is imported before it is typed: all of them together take half a second.
"""

import io
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Annotated, Any, cast

import typer

from cli.errors import CliError, ExitCode
from cli.former_names import FORMER
from cli.front_page import FrontPage
from cli.lazy import Commands, Place
from cli.mistyped import advice
from cli.output import complain, reader_gone, say
from cli.text import safe
from runtime.version import installed_version

#: What Typer raises about a command line: the parent of its errors about one value.
_TypedWrong: type[Exception] = typer.BadParameter.__mro__[2]

app = typer.Typer(
    cls=FrontPage,
    help="Hand work to any machine you own.",
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        say(f"clawdbot {installed_version() or '(not installed as a package)'}")
        raise typer.Exit


@app.callback()
def clawdbot(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    pass


#: By part of the front page, and in its order.
_PLACES = {
    "Run": (
        Place("up", "cli.stack.up:up", "Everything here, until Ctrl-C; also: demo"),
        Place("start", "cli.workers.start:start", "A worker on this machine"),
        Place("doctor", "cli.workers.doctor:doctor", "Would a worker here get through, and why not"),
    ),
    "Work": (
        Place("add", "cli.tasks.plain_language:add", "Create tasks from a sentence"),
        Place("tasks", "cli.tasks.commands:app", "Submit, see, steer; also: failures, templates"),
        Place("plans", "cli.plans.commands:app", "Steps that depend on each other: submit, repair"),
        Place("types", "cli.tasks.types:app", "What kinds of tasks there are, and new ones"),
        Place("tickers", "cli.records.tickers:app", "The watchlist, its freshness, what trends"),
        Place("records", "cli.records.commands:app", "What was collected: look at it, save it"),
    ),
    "Steer": (
        Place("schedules", "cli.schedules.commands:app", "What runs by the clock; also: triggers"),
        Place("workers", "cli.workers.commands:app", "Who does the work: see, invite, pause, revoke"),
        Place("capabilities", "cli.capabilities.commands:app", "What waits for what: pause it, cap its rate"),
        Place("agent", "cli.agent.commands:app", "What it collects by itself, and its budget"),
    ),
    "Look": (
        Place("alerts", "cli.alerts.commands:app", "What happened, the rules, channels, the digest"),
        Place("metrics", "cli.metrics.commands:app", "Figures of tasks, queues, tickers, workers"),
        Place("status", "cli.stack.status:status", "How everything is, what needs you, what is next"),
        Place("open", "cli.stack.page:open_page", "The dashboard, in a browser"),
    ),
    "Admin": (
        Place("login", "cli.sign_in.commands:login", "Sign in elsewhere; also: logout, profiles"),
        Place("users", "cli.people.users:app", "People, roles; also: audit, workspaces"),
        Place("keys", "cli.people.keys:app", "Keys of people, services and workers"),
        Place("telegram", "cli.people.telegram:app", "Link your Telegram account, see it, end that"),
    ),
}
#: In no part: other lines name them, because the page has one screen.
_NAMED_ELSEWHERE = (
    Place("demo", "cli.stack.up:demo"),
    Place("audit", "cli.people.audit:audit"),
    Place("logout", "cli.sign_in.commands:logout"),
    Place("failures", "cli.failures.commands:app"),
    Place("templates", "cli.templates.commands:app"),
    Place("triggers", "cli.triggers.commands:app"),
    Place("workspaces", "cli.workspaces.commands:app"),
    Place("profiles", "cli.sign_in.commands:app"),
)


def main() -> None:
    """Run the command of this process; an expected failure is one sentence and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a character shows a substitute.
            stream.reconfigure(errors="replace")
    try:
        code = all_commands()(prog_name="clawdbot", standalone_mode=False)
        # What is still buffered finds out here whether anybody reads it.
        sys.stdout.flush()
    except BrokenPipeError:
        reader_gone()
    except Exception as error:
        raise SystemExit(_told(error)) from None
    raise SystemExit(code if isinstance(code, int) else int(ExitCode.FINE))


def _told(error: Exception) -> int:
    """Say what went wrong, in words or, where a script asked for JSON, as JSON; the exit code. A bug is raised."""
    if isinstance(error, typer.Abort):
        complain("Aborted.")
        return int(ExitCode.TASK_FAILED)
    code, sentence = _expected(error)
    if code is None:
        raise error
    if "--json" in sys.argv:
        sys.stderr.write(json.dumps({"error": safe(sentence), "exit_code": int(code)}) + "\n")
    else:
        complain(safe(sentence))
    return int(code)


@cache
def all_commands() -> Callable[..., object]:
    """Every command, none of them imported yet; those that are asked for are kept."""
    group: Any = typer.main.get_command(app)
    shown = (replace(each, panel=panel) for panel, places in _PLACES.items() for each in places)
    group.commands = Commands([*shown, *_NAMED_ELSEWHERE, *FORMER])
    return cast("Callable[..., object]", group)


def _expected(error: Exception) -> tuple[ExitCode | None, str]:
    """The exit code of a failure that has a sentence for people, and that sentence; None for a bug."""
    from workers.embedded.errors import StackError

    if isinstance(error, CliError):
        return error.exit_code, str(error)
    if isinstance(error, _TypedWrong):
        return ExitCode.USAGE, _usage(error)
    return (ExitCode.UNREACHABLE if isinstance(error, StackError) else None), str(error)


def _usage(error: Any) -> str:
    """What Typer found wrong with the command line, and where to read how it is meant."""
    path = error.ctx.command_path if getattr(error, "ctx", None) else "clawdbot"
    sentence = str(error.format_message()).replace("Value error, ", "").replace("Input should be", "must be")
    told = advice(error)
    if told.startswith("It is"):
        # What Typer guesses by the letters alone is something else then.
        sentence = sentence.partition(" Did you mean ")[0]
    return "\n".join(filter(None, (sentence, told, f"`{path} --help` shows how it is used.")))
