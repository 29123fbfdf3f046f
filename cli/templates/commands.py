"""`clawdbot templates`: every command about saved tasks and plans, one line each."""

import typer

from cli.templates.looking import list_templates, show_template
from cli.templates.running import run
from cli.templates.saving import delete, export, load, save

app = typer.Typer(
    no_args_is_help=True,
    help="Saved tasks and plans with fields, run again and again.\n\n"
    "Example: clawdbot templates run morning ticker=NVDA",
)

app.command("list")(list_templates)
app.command("show")(show_template)
app.command("save")(save)
app.command("run")(run)
app.command("export")(export)
app.command("import")(load)
app.command("delete")(delete)
