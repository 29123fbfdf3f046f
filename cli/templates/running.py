"""`clawdbot templates run`: the task or plan of a template, with values for its fields."""

import uuid
from datetime import datetime
from typing import Annotated, Any

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import NotFound
from cli.moments import moment
from cli.options import ApiUrl, AsJson, Follow, OfWorkspace, belonging, in_workspace
from cli.options import priority as read_priority
from cli.plans.documents import value_like
from cli.plans.reading import tell_plan
from cli.tasks.params import merge_words
from cli.tasks.types import schema_of
from cli.tasks.watching import tell
from cli.templates.looking import Name, Version, default_of, find_template
from cli.text import quoted
from contracts.plans.views import PlanCreatedView
from contracts.tasks.templates import TemplateView
from contracts.tasks.views import CreatedView
from contracts.workspaces.names import DEFAULT


def run(
    name: Name,
    words: Annotated[list[str] | None, typer.Argument(metavar="field=value…", help="The others keep theirs.")] = None,
    version: Version = None,
    priority: Annotated[
        int | None, typer.Option(parser=read_priority, metavar="WORD|0-100", help="Instead of the template's.")
    ] = None,
    workspace: OfWorkspace = None,
    at: Annotated[datetime | None, typer.Option(parser=moment, metavar="TIME", help="Start no earlier.")] = None,
    wait: Follow = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Submit the task or plan of a template.

    Example: clawdbot templates run morning ticker=NVDA --watch
    """
    with ApiClient(find_connection(api_url)) as api:
        body: dict[str, Any] = {"version": version, "priority": priority, "run_at": at.isoformat() if at else None}
        template = _meant(api, name, version, workspace)
        body |= belonging(workspace)
        if words:
            body["fields"] = _fields(api, template, words)
        path = in_workspace(f"/templates/{quoted(name)}/run", template.workspace)
        key = str(uuid.uuid4())
        if template.plan is not None:
            made = api.post(path, PlanCreatedView, body, idempotency_key=key)
            raise typer.Exit(tell_plan(api, made, follow=wait, as_json=as_json))
        created = api.post(path, CreatedView, body, idempotency_key=key)
        raise typer.Exit(tell(api, created, wait=wait, as_json=as_json))


def _meant(api: ApiClient, name: str, version: int | None, workspace: str | None) -> TemplateView:
    """That of the workspace in which it is run, if it has one of this name; else that of the default one."""
    if workspace is not None:
        try:
            return find_template(api, name, version, workspace)
        except NotFound:
            return find_template(api, name, version, DEFAULT)
    return find_template(api, name, version)


def _fields(api: ApiClient, template: TemplateView, words: list[str]) -> dict[str, Any]:
    """Each word as the param wants it that its field stands for; of a plan, as what is saved there."""
    if template.plan is not None:
        return dict(_field_of_plan(template, word) for word in words)
    schema = schema_of(api, (template.task or {}).get("task_type", ""))
    fields: dict[str, Any] = {}
    for word in words:
        name, separator, text = word.partition("=")
        param = template.fields[name].param if name in template.fields else None
        read: Any = merge_words({}, [f"{param or name}{separator}{text}"], schema)
        for step in (param or name).split("."):
            read = read[step]
        fields[name] = read
    return fields


def _field_of_plan(template: TemplateView, word: str) -> tuple[str, Any]:
    name, _, text = word.partition("=")
    return name, value_like(text, default_of(template, name) if name in template.fields else None)
