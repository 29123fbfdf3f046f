"""`clawdbot triggers`: all its commands, one line each."""

import typer

from cli.triggers.files import apply, export
from cli.triggers.listing import deliveries, list_triggers, show
from cli.triggers.steering import delete, pause, resume, rotate
from cli.triggers.trying import replay, try_out
from cli.triggers.writing import add, change

app = typer.Typer(
    no_args_is_help=True,
    help="What begins because something happened: hooks that others call, and events of ClawdBot's own.\n\n"
    "Example: clawdbot triggers list",
)

app.command("list")(list_triggers)
app.command()(show)
app.command()(deliveries)
app.command()(add)
app.command()(change)

app.command()(apply)
app.command()(export)

app.command("test")(try_out)
app.command()(replay)

app.command()(pause)
app.command()(resume)
app.command()(rotate)
app.command()(delete)
