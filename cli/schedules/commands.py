"""`clawdbot schedules`: all its commands, one line each."""

import typer

from cli.schedules.adding import add
from cli.schedules.files import apply, export
from cli.schedules.listing import list_schedules, preview, show
from cli.schedules.steering import backfill, delete, pause, resume, run

app = typer.Typer(
    no_args_is_help=True,
    help="What runs by the clock: see it, preview it, steer it, write it as a file.\n\n"
    "Example: clawdbot schedules list",
)

app.command("list")(list_schedules)
app.command()(show)
app.command()(preview)
app.command()(add)

app.command()(pause)
app.command()(resume)
app.command()(run)
app.command()(backfill)
app.command()(delete)

app.command()(apply)
app.command()(export)
