"""`clawdbot templates run`: the task of a template, with values for its fields."""

from datetime import datetime
from typing import Annotated, Any

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.moments import moment
from cli.options import ApiUrl, AsJson
from cli.options import priority as read_priority
from cli.tasks.params import merge_words
from cli.tasks.types import schema_of
from cli.tasks.watching import tell
from cli.templates.looking import Name, Version, find_template
from cli.text import quoted
from contracts.tasks.templates import TemplateView
from contracts.tasks.views import CreatedView


def run(
    name: Name,
    words: Annotated[list[str] | None, typer.Argument(metavar="field=value…", help="The others keep theirs.")] = None,
    version: Version = None,
    priority: Annotated[
        int | None, typer.Option(parser=read_priority, metavar="WORD|0-100", help="Instead of the template's.")
    ] = None,
    at: Annotated[datetime | None, typer.Option(parser=moment, metavar="TIME", help="Start no earlier.")] = None,
    wait: Annotated[bool, typer.Option("--wait", "--watch", "-w", help="Follow until the end.")] = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Submit the task of a template.

    Example: clawdbot templates run morning ticker=NVDA --watch
    """
    with ApiClient(find_connection(api_url)) as api:
        body: dict[str, Any] = {"version": version, "priority": priority, "run_at": at.isoformat() if at else None}
        if words:
            body["fields"] = _fields(api, find_template(api, name, version), words)
        created = api.post(f"/templates/{quoted(name)}/run", CreatedView, body)
        raise typer.Exit(tell(api, created, wait=wait, as_json=as_json))


def _fields(api: ApiClient, template: TemplateView, words: list[str]) -> dict[str, Any]:
    """Each word as the param wants it that its field stands for."""
    schema = schema_of(api, template.task.get("task_type", ""))
    fields: dict[str, Any] = {}
    for word in words:
        name, separator, text = word.partition("=")
        param = template.fields[name].param if name in template.fields else None
        read: Any = merge_words({}, [f"{param or name}{separator}{text}"], schema)
        for step in (param or name).split("."):
            read = read[step]
        fields[name] = read
    return fields
