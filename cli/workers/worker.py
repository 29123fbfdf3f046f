"""`clawdbot worker`: one worker; inviting and joining, changing, replacing its key, its end."""

import typer

from cli.workers.changes import change, retire, revoke, rotate
from cli.workers.commands import register
from cli.workers.invitations import invite, list_invitations, withdraw
from cli.workers.join import join

app = typer.Typer(no_args_is_help=True, help="Let a machine join, change a worker, replace or revoke its key.")

app.command("invite")(invite)
app.command("join")(join)
app.command("invitations")(list_invitations)
app.command("withdraw")(withdraw)
app.command("register")(register)
app.command("set")(change)
app.command("rotate")(rotate)
app.command("revoke")(revoke)
app.command("retire")(retire)
