"""`clawdbot templates list` and `show`."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.listing import grid, listing
from cli.options import ApiUrl, AsJson, InWorkspace, ItsWorkspace
from cli.output import print_json, say, say_unreadable, screen
from cli.text import ago, one_line, plain, quoted
from contracts.tasks.templates import TemplatesView, TemplateView
from contracts.workspaces.names import DEFAULT

Name = Annotated[str, typer.Argument(metavar="NAME", help="`clawdbot templates list` shows them.")]
Version = Annotated[int | None, typer.Option("--template-version", min=1, help="Else the newest.")]


def find_template(api: ApiClient, name: str, version: int | None = None, workspace: str | None = None) -> TemplateView:
    return api.get(f"/templates/{quoted(name)}", TemplateView, version=version, workspace=workspace)


def list_templates(workspace: InWorkspace = None, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Templates, the newest version of each.

    Example: clawdbot templates list
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/templates", TemplatesView, workspace=workspace)
    if as_json:
        print_json(found)
        return
    if not found.templates and not found.unreadable:
        where = f" in the workspace '{one_line(workspace)}'" if workspace else ""
        say(
            f"There are no templates{where} yet. `clawdbot templates save NAME --task ID` makes one of a task, "
            "and with --plan ID of a plan."
        )
        return
    _show_all(found.templates)
    say_unreadable(found.unreadable)


def _show_all(templates: Sequence[TemplateView]) -> None:
    """Where all are in the default workspace, that needs no column."""
    of_teams = any(each.workspace != DEFAULT for each in templates)
    where = ["WORKSPACE"] if of_teams else []
    table = listing("NAME", *where, ">VERSION", "MAKES", "FIELDS", "SAVED", "BY")
    for each in templates:
        fields = ", ".join(one_line(name, 40) for name in each.fields)
        saved = ago(each.created_at), one_line(each.author, 40)
        named = [one_line(each.name), each.workspace] if of_teams else [one_line(each.name)]
        table.add_row(*named, str(each.version), one_line(_makes(each), 60), fields, *saved)
    screen().print(table)


def show_template(
    name: Name,
    version: Version = None,
    workspace: ItsWorkspace = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """What a template submits, and what it asks for.

    Example: clawdbot templates show morning
    """
    with ApiClient(find_connection(api_url)) as api:
        found = find_template(api, name, version, workspace)
    if as_json:
        print_json(found)
        return
    where = "" if found.workspace == DEFAULT else f" in {found.workspace}"
    say(f"{one_line(found.name)}  version {found.version}  by {one_line(found.author, 80)}{where}")
    if found.description:
        say(one_line(found.description, 2_000))
    table = grid()
    for key, value in (found.task or found.plan or {}).items():
        shown = [each.get("id") for each in value] if key == "steps" else value
        table.add_row(one_line(key, 40), one_line(plain(shown), 500))
    for key, field in found.fields.items():
        says = "must be given" if field.required else f"else {one_line(plain(default_of(found, key)), 100)}"
        said = ". ".join(filter(None, (says, one_line(field.description or "", 500))))
        table.add_row(f"field {one_line(key, 64)}", said)
    screen().print(table)


def default_of(template: TemplateView, name: str) -> Any:
    """What is saved where a field stands; None: nothing."""
    path = (template.fields[name].param or name).split(".")
    value: Any = (template.task or {}).get("params", {})
    if template.plan is not None:
        value = template.plan.get("inputs", {})
        if path[0] == "steps":
            steps = {step.get("id"): step for step in template.plan.get("steps", [])}
            value, path = {**steps}, path[1:]
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _makes(template: TemplateView) -> str:
    if template.plan is not None:
        return f"plan {template.plan.get('name', '')}"
    return str((template.task or {}).get("task_type", ""))
