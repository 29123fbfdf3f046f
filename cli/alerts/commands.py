"""`clawdbot alerts`: all its commands, one line each."""

import typer

from cli.alerts.channels import channels, try_out
from cli.alerts.digest import digest
from cli.alerts.muting import mute, unmute
from cli.alerts.notifications import deliveries, list_notifications, read
from cli.alerts.rules import apply, check, delete, rules

app = typer.Typer(
    no_args_is_help=True,
    help="What happened that is worth telling, the rules for it, and where it is sent.\n\n"
    "Example: clawdbot alerts list --unread",
)

app.command("list")(list_notifications)
app.command()(read)
app.command()(deliveries)
app.command()(mute)
app.command()(unmute)
app.command()(digest)

app.command()(rules)
app.command()(check)
app.command()(apply)
app.command()(delete)

app.command()(channels)
app.command("test")(try_out)
