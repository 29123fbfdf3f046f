"""The `clawdbot` command: every command in one place, and what happens when one fails."""

import io
import sys
from typing import Annotated

import typer

from cli.agent import commands as agent
from cli.alerts import notifications
from cli.alerts import rules as alerts
from cli.alerts.digest import digest
from cli.errors import CliError, ExitCode
from cli.metrics import commands as metrics
from cli.output import complain, say
from cli.people import keys, telegram, users
from cli.people.audit import audit
from cli.records import commands as records
from cli.records import tickers
from cli.records.freshness import freshness
from cli.stack.up import demo, up
from cli.tasks import commands as tasks
from cli.tasks import types as task_types
from cli.tasks.new_task import new_task
from cli.tasks.plain_language import add, parse
from cli.text import safe
from cli.workers import capabilities, worker
from cli.workers import commands as workers
from cli.workers.doctor import doctor
from cli.workers.start import start
from cli.workers.steering import pause, rate, resume
from runtime.version import installed_version

_EPILOG = """
Which ClawdBot: CLAWDBOT_API_URL and CLAWDBOT_API_KEY, otherwise the one that `clawdbot up` runs on this machine.

Exit codes:
  0    fine
  1    a task did not succeed, or the doctor found something
  2    wrong usage or bad input
  3    the API is not reachable or does not work
  4    refused: the key, or what its role may do
  5    not found
  130  stopped with Ctrl-C
"""

app = typer.Typer(
    no_args_is_help=True,
    help="Hand work to any machine you own.",
    epilog=_EPILOG,
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


app.command()(up)
app.command()(demo)
app.command()(start)
app.command()(doctor)
app.command("new-task")(new_task)
app.command()(add)
app.command()(parse)
app.add_typer(tasks.app, name="tasks")
app.add_typer(task_types.app, name="types")
app.add_typer(workers.app, name="workers")
app.add_typer(worker.app, name="worker")
app.add_typer(capabilities.app, name="capabilities")
app.command()(pause)
app.command()(resume)
app.command()(rate)
app.add_typer(records.app, name="records")
app.command()(freshness)
app.add_typer(tickers.app, name="tickers")
app.add_typer(agent.app, name="agent")
app.add_typer(metrics.app, name="metrics")
app.add_typer(alerts.app, name="alerts")
app.add_typer(notifications.app, name="notifications")
app.command()(digest)
app.add_typer(users.app, name="users")
app.add_typer(keys.app, name="keys")
app.add_typer(telegram.app, name="telegram")
app.command()(audit)


def main() -> None:
    """Run the command of this process; an expected failure is one sentence and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a character shows a substitute.
            stream.reconfigure(errors="replace")
    try:
        app()
    except Exception as error:
        code = _expected(error)
        if code is None:
            raise
        complain(safe(error))
        raise SystemExit(int(code)) from None


def _expected(error: Exception) -> ExitCode | None:
    """The exit code of a failure that has a sentence for people; None for a bug."""
    from workers.embedded.errors import StackError

    if isinstance(error, CliError):
        return error.exit_code
    return ExitCode.UNREACHABLE if isinstance(error, StackError) else None
