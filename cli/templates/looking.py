"""`clawdbot templates list` and `show`."""

from typing import Annotated, Any

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.options import ApiUrl, AsJson
from cli.output import listing, print_json, say, screen
from cli.text import ago, one_line, plain, quoted
from contracts.tasks.templates import TemplateField, TemplatesView, TemplateView

Name = Annotated[str, typer.Argument(metavar="NAME", help="`clawdbot templates list` shows them.")]
Version = Annotated[int | None, typer.Option("--template-version", min=1, help="Else the newest.")]


def find_template(api: ApiClient, name: str, version: int | None = None) -> TemplateView:
    return api.get(f"/templates/{quoted(name)}", TemplateView, version=version)


def list_templates(api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Templates, the newest version of each.

    Example: clawdbot templates list
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/templates", TemplatesView)
    if as_json:
        print_json(found)
        return
    if not found.templates:
        say("There are no templates yet. `clawdbot templates save NAME --task ID` makes one of a task.")
        return
    table = listing("NAME", ">VERSION", "TYPE", "FIELDS", "SAVED", "BY")
    for each in found.templates:
        fields = ", ".join(one_line(name, 40) for name in each.fields)
        saved = ago(each.created_at), one_line(each.author, 40)
        table.add_row(one_line(each.name), str(each.version), one_line(each.task.get("task_type", "")), fields, *saved)
    screen().print(table)


def show_template(name: Name, version: Version = None, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """What a template submits, and what it asks for.

    Example: clawdbot templates show morning
    """
    with ApiClient(find_connection(api_url)) as api:
        found = find_template(api, name, version)
    if as_json:
        print_json(found)
        return
    say(f"{one_line(found.name)}  version {found.version}  by {one_line(found.author, 80)}")
    if found.description:
        say(one_line(found.description, 2_000))
    for key, value in found.task.items():
        say(f"{one_line(key, 40):<16}{one_line(plain(value), 500)}")
    for key, field in found.fields.items():
        say(f"field {one_line(key, 64):<10}{_described(key, field, found.task.get('params', {}))}")


def _described(name: str, field: TemplateField, params: Any) -> str:
    default = params
    for step in (field.param or name).split("."):
        default = default.get(step) if isinstance(default, dict) else None
    says = "must be given" if field.required else f"else {one_line(plain(default), 100)}"
    return f"{says}  {one_line(field.description or '', 500)}".rstrip()
