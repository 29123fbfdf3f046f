"""`clawdbot templates save`, `export`, `import`, `delete`."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import CliError
from cli.files import text_of
from cli.options import ApiUrl, AsJson, ItsWorkspace, OfWorkspace, belonging, in_workspace
from cli.output import print_json, say, say_done
from cli.plans.documents import read_file
from cli.plans.reading import find_plan
from cli.tasks.ids import find_task
from cli.templates.looking import Name, Version, find_template
from cli.text import one_line, quoted, safe
from contracts.tasks.templates import FILE, TemplateView

_NewName = Annotated[str, typer.Argument(metavar="NAME", help="Lower case, such as morning-crawl.")]
_Description = Annotated[str, typer.Option(help="What it is for.")]


def save(
    name: _NewName,
    task: Annotated[
        str | None, typer.Option(metavar="ID", help="The task that it is made of, whatever became of it.")
    ] = None,
    plan: Annotated[str | None, typer.Option(metavar="ID", help="The plan that it is made of, likewise.")] = None,
    file: Annotated[str | None, typer.Option(metavar="FILE", help="A plan in YAML or JSON; - for stdin.")] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME[=PARAM]", help="What can be said when it is run; else it is as it was."),
    ] = None,
    required: Annotated[
        list[str] | None, typer.Option(metavar="NAME[=PARAM]", help="What must be said when it is run.")
    ] = None,
    description: _Description = "",
    workspace: OfWorkspace = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Save any old task or plan as a template, or as the next version of one.

    Of a plan a field is an input, or steps.ID.params.NAME.

    Example: clawdbot templates save morning --task 1b2c3d4e --field ticker --field days=date_range.last_days
    """
    if sum(each is not None for each in (task, plan, file)) != 1:
        raise CliError("Say what it is made of: --task ID, --plan ID, or --file FILE with a plan.")
    fields = {**_fields(field or [], required=False), **_fields(required or [], required=True)}
    with ApiClient(find_connection(api_url)) as api:
        made_of: dict[str, Any] = (
            {"from_task": str(find_task(api, task))}
            if task
            else {"from_plan": str(find_plan(api, plan))}
            if plan
            else {"plan": read_file(file or "-", ())}
        )
        body = {**made_of, "fields": fields, "description": description, **belonging(workspace)}
        saved = api.put(f"/templates/{quoted(name)}", TemplateView, body)
    _tell(saved, as_json)


def export(name: Name, version: Version = None, workspace: ItsWorkspace = None, api_url: ApiUrl = None) -> None:
    """Write a template to stdout, as a file that `import` takes, here or elsewhere.

    Example: clawdbot templates export morning
    """
    with ApiClient(find_connection(api_url)) as api:
        found = find_template(api, name, version, workspace)
    # What is null within params or inputs stays. Where it is imported says to which workspace it belongs.
    made_of = {
        kind: {name: value for name, value in saved.items() if name != "workspace"}
        for kind, saved in (("task", found.task), ("plan", found.plan))
        if saved is not None
    }
    fields = {key: field.model_dump(mode="json", exclude_none=True) for key, field in found.fields.items()}
    print_json({"kind": FILE, "description": found.description, **made_of, "fields": fields})


def load(
    name: _NewName,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="As `export` wrote it; - for stdin.")],
    workspace: OfWorkspace = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Save a file as a template, or as the next version of one.

    Example: clawdbot templates import morning morning.json
    """
    body = _read(file) | belonging(workspace)
    with ApiClient(find_connection(api_url)) as api:
        _tell(api.put(f"/templates/{quoted(name)}", TemplateView, body), as_json)


def delete(name: Name, workspace: ItsWorkspace = None, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Delete a template, with all its versions. What was made of it stays.

    Example: clawdbot templates delete morning
    """
    with ApiClient(find_connection(api_url)) as api:
        api.delete(in_workspace(f"/templates/{quoted(name)}", workspace))
    say_done(f"{one_line(name)}  deleted", as_json)


def _fields(words: list[str], *, required: bool) -> dict[str, dict[str, Any]]:
    fields = {}
    for word in words:
        name, _, param = word.partition("=")
        fields[name] = {"param": param or None, "required": required}
    return fields


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(text_of(file))
    except ValueError as error:
        raise CliError(f"{safe(file)} is no template: {error}.") from None
    if not isinstance(found, dict):
        raise CliError(f"{safe(file)} is no template: it is no object.")
    return found


def _tell(saved: TemplateView, as_json: bool) -> None:
    if as_json:
        print_json(saved)
    else:
        say(f"{one_line(saved.name)}  saved as version {saved.version}")
