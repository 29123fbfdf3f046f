"""The `clawdbot` command: every command in one place, and what happens when one fails."""

import io
import json
import sys
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any

import typer

from cli import former_names
from cli.agent import commands as agent
from cli.alerts import commands as alerts
from cli.capabilities import commands as capabilities
from cli.errors import CliError, ExitCode
from cli.failures import commands as failures
from cli.front_page import FrontPage
from cli.metrics import commands as metrics
from cli.output import complain, reader_gone, say
from cli.people import keys, telegram, users
from cli.people.audit import audit
from cli.plans import commands as plans
from cli.records import commands as records
from cli.records import tickers
from cli.schedules import commands as schedules
from cli.sign_in import commands as sign_in
from cli.stack.page import open_page
from cli.stack.status import status
from cli.stack.up import demo, up
from cli.tasks import commands as tasks
from cli.tasks import types as task_types
from cli.tasks.plain_language import add
from cli.templates import commands as templates
from cli.text import safe
from cli.triggers import commands as triggers
from cli.workers import commands as workers
from cli.workers.doctor import doctor
from cli.workers.start import start
from cli.workspaces import commands as workspaces
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


def _command(panel: str, command: Callable[..., None], summary: str) -> None:
    app.command(rich_help_panel=panel, short_help=summary)(command)


def _group(panel: str, name: str, group: typer.Typer, summary: str) -> None:
    app.add_typer(group, name=name, rich_help_panel=panel, short_help=summary)


_command("Run", up, "Everything here, until Ctrl-C; also: demo")
_command("Run", start, "A worker on this machine")
_command("Run", doctor, "Would a worker here get through, and why not")

_command("Work", add, "Create tasks from a sentence")
_group("Work", "tasks", tasks.app, "Submit, see, steer; also: failures, templates")
_group("Work", "plans", plans.app, "Steps that depend on each other: submit, repair")
_group("Work", "types", task_types.app, "What kinds of tasks there are, and new ones")
_group("Work", "tickers", tickers.app, "The watchlist, its freshness, what trends")
_group("Work", "records", records.app, "What was collected: look at it, save it")

_group("Steer", "schedules", schedules.app, "What runs by the clock; also: triggers")
_group("Steer", "workers", workers.app, "Who does the work: see, invite, pause, revoke")
_group("Steer", "capabilities", capabilities.app, "What waits for what: pause it, cap its rate")
_group("Steer", "agent", agent.app, "What it collects by itself, and its budget")

_group("Look", "alerts", alerts.app, "What happened, the rules, channels, the digest")
_group("Look", "metrics", metrics.app, "Figures of tasks, queues, tickers, workers")
_command("Look", status, "How everything is, what needs you, what is next")
app.command("open", rich_help_panel="Look", short_help="The dashboard, in a browser")(open_page)

_command("Admin", sign_in.login, "Sign in elsewhere; also: logout, profiles")
_group("Admin", "users", users.app, "People, roles; also: audit, workspaces")
_group("Admin", "keys", keys.app, "Keys of people, services and workers")
_group("Admin", "telegram", telegram.app, "Link your Telegram account, see it, end that")

# In no part: other lines name them, because the page has one screen.
app.command()(demo)
app.command()(audit)
app.command()(sign_in.logout)
app.add_typer(failures.app, name="failures")
app.add_typer(templates.app, name="templates")
app.add_typer(triggers.app, name="triggers")
app.add_typer(workspaces.app, name="workspaces")
app.add_typer(sign_in.app, name="profiles")

former_names.register(app)


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
    """Made once a process: it takes a tenth of a second, and the tests type hundreds of commands in one process."""
    return typer.main.get_command(app)


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
    return f"{sentence}\n`{path} --help` shows how it is used."
