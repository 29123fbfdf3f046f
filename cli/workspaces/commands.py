"""`clawdbot workspaces`: every command about workspaces, one line each."""

import typer

from cli.workspaces.changing import add_member, create, free, limits, remove_member
from cli.workspaces.looking import list_workspaces, show

app = typer.Typer(
    no_args_is_help=True,
    help="Teams that share this ClawdBot: limits, members.\n\nExample: clawdbot workspaces create research --open 500",
)

app.command("list")(list_workspaces)
app.command("show")(show)
app.command("create")(create)
app.command("limits")(limits)
app.command("add-member")(add_member)
app.command("remove-member")(remove_member)
app.command("free")(free)
