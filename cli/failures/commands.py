"""`clawdbot failures`: every command about tasks that failed alike, one line each."""

import typer

from cli.failures.deciding import mute, note, reopen, resolve
from cli.failures.looking import list_failures, show_failure
from cli.failures.mending import canary, edit, release, retry

app = typer.Typer(
    no_args_is_help=True,
    help="Tasks that failed alike: why, and what is done about all of them.\n\nExample: clawdbot failures list",
)

app.command("list")(list_failures)
app.command("show")(show_failure)
app.command("edit")(edit)
app.command("canary")(canary)
app.command("release")(release)
app.command("retry")(retry)
app.command("resolve")(resolve)
app.command("mute")(mute)
app.command("reopen")(reopen)
app.command("note")(note)
