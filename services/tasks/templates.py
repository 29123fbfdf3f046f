"""Templates of tasks: saved from params or from any old task, filled in, and run as an ordinary submission."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.mistakes import in_words
from contracts.task_types import TASK_TYPES, InvalidTaskParams
from contracts.tasks.requests import FollowUp, Submission
from contracts.tasks.templates import NewTemplate, RunTemplate, TemplateField, TemplatesView, TemplateView
from contracts.workspaces.names import DEFAULT
from db.tasks.queries import get_task
from db.tasks.templates import add_version, find_templates
from services.errors import BadInput, TaskNotFound, TemplateNotFound
from services.finding import Named, the_one_of
from services.reading import read, read_each
from services.tasks.approvals import Approvals
from services.tasks.submit import validate
from services.tasks.template_places import check_named, put_into
from services.workspaces.quotas import check_there


async def save(
    connection: AsyncConnection, named: Named, wanted: NewTemplate, approvals: Approvals, author: str
) -> TemplateView:
    """The next version, in a workspace. What it says without its required fields must fit the task type.

    Raises:
        TaskNotFound, BadInput, UnknownTaskType, InvalidTaskParams: nothing was saved.
    """
    task = wanted.task or await _task_of(connection, wanted.from_task)
    _check(task, wanted.fields, approvals)
    return await keep(
        connection, named, wanted, author, task=task.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    )


async def keep(
    connection: AsyncConnection,
    named: Named,
    wanted: NewTemplate,
    author: str,
    *,
    task: dict[str, Any] | None = None,
    plan: dict[str, Any] | None = None,
) -> TemplateView:
    """Write the next version of a template, which the caller has checked.

    Raises:
        BadInput: there is no such workspace, or its task or plan names another one.
    """
    workspace = named.workspace or DEFAULT
    check_named(wanted, workspace)
    await check_there(connection, workspace)
    row = {
        "name": named.key,
        "workspace": workspace,
        "task": None if task is None else put_into(task, workspace),
        "plan": None if plan is None else put_into(plan, workspace),
        "fields": {key: field.model_dump(exclude_defaults=True) for key, field in wanted.fields.items()},
        "description": wanted.description,
        "author": author,
    }
    return view(await add_version(connection, row))


async def found(connection: AsyncConnection, named: Named, version: int | None = None) -> TemplateView:
    """The newest version, unless one is named; of several workspaces that have one, that of the default one.

    Raises:
        TemplateNotFound, CannotBeRead; BadInput: several have one, and the default one has none.
    """
    return _chosen(await find_templates(connection, named.key, version, named.workspace), named)


async def workspace_of_one(connection: AsyncConnection, named: Named) -> str:
    """Where it is, also where it cannot be read. Raises as `found` does."""
    row = the_one_of(await find_templates(connection, named.key, None, named.workspace), named, "template")
    if row is None:
        raise TemplateNotFound
    return str(row["instance"])


async def asked_for(connection: AsyncConnection, named: Named, wanted: RunTemplate) -> TemplateView:
    """The version that is wanted, of which these fields can be filled in.

    Where only is said in which workspace it is run, that one's own is meant, else that of the default one.

    Raises:
        TemplateNotFound; BadInput: a field is missing, or there is none of that name.
    """
    rows = await find_templates(connection, named.key, wanted.version, named.workspace)
    if named.workspace is None and wanted.workspace is not None:
        rows = sorted(
            (each for each in rows if each["instance"] in (wanted.workspace, DEFAULT)),
            key=lambda row: row["instance"] != wanted.workspace,
        )[:1]
    template = _chosen(rows, named)
    mistakes = [(f"fields.{each}", _no_such(each, template)) for each in wanted.fields if each not in template.fields]
    missing = [key for key, field in template.fields.items() if field.required and key not in wanted.fields]
    mistakes += [(f"fields.{key}", f"is missing{_described(template.fields[key])}") for key in missing]
    if mistakes:
        raise BadInput("; ".join(f"{where}: {what}" for where, what in mistakes), mistakes)
    return template


def filled_in(template: TemplateView, wanted: RunTemplate) -> Submission:
    """The task that it makes of these fields; whether it fits its type is found out when it is submitted."""
    task = dict(template.task or {})
    task["params"] = dict(task.get("params", {}))
    for key, value in wanted.fields.items():
        put(task["params"], param_of(key, template.fields[key]), value)
    given = {"priority": wanted.priority, "run_at": wanted.run_at, "workspace": wanted.workspace}
    return _submission(task | {key: value for key, value in given.items() if value is not None})


def param_of(name: str, field: TemplateField) -> list[str]:
    return (field.param or name).split(".")


def put(params: dict[str, Any], path: Sequence[str], value: Any) -> None:
    """Set one param, in objects that are made where there are none. The objects of others stay as they are."""
    *outer, last = path
    for step in outer:
        inner = params.get(step)
        params[step] = dict(inner) if isinstance(inner, dict) else {}
        params = params[step]
    params[last] = value


def _chosen(rows: Sequence[RowMapping], named: Named) -> TemplateView:
    row = the_one_of(rows, named, "template")
    if row is None:
        raise TemplateNotFound
    return view(row)


def view(row: RowMapping) -> TemplateView:
    """Raises CannotBeRead: another version has written it."""
    return read(TemplateView.model_validate, {**row, "workspace": row["instance"]})


def views(rows: Sequence[RowMapping]) -> TemplatesView:
    templates, unreadable = read_each(view, rows)
    return TemplatesView(templates=templates, unreadable=unreadable)


async def _task_of(connection: AsyncConnection, task_id: uuid.UUID | None) -> Submission:
    row = await get_task(connection, task_id) if task_id else None
    if row is None:
        raise TaskNotFound
    type_ = TASK_TYPES.get(row["type"])
    task = {
        "task_type": row["type"],
        "params": row["params"],
        "priority": row["priority"],
        "tags": row["tags"],
        "retry": row["retry"],
        "timeouts": row["timeouts"],
        "follow_ups": [_follow_up(each) for each in row["follow_ups"]],
    }
    if type_ is None or row["capability"] != type_.capability:
        task["capability"] = row["capability"]
    if row["approval"] is not None:
        task["needs_approval"] = True
    return _submission(task)


def _follow_up(row: Mapping[str, Any]) -> dict[str, Any]:
    named = {name: row[name] for name in ("params", "priority", "tags", "capability", "retry", "timeouts")}
    more = {"task_type": row["type"], "when": row["condition"], "needs_approval": row["approval"] is not None}
    return FollowUp.model_validate(
        named | more | {"follow_ups": [_follow_up(each) for each in row["follow_ups"]]}
    ).model_dump(mode="json", exclude_none=True)


def _submission(task: dict[str, Any]) -> Submission:
    try:
        return Submission.model_validate(task)
    except ValidationError as error:
        mistakes = [(".".join(map(str, each["loc"])), in_words(each)) for each in error.errors()]
        raise BadInput("; ".join(f"{where}: {what}" for where, what in mistakes), mistakes) from None


def _check(task: Submission, fields: Mapping[str, TemplateField], approvals: Approvals) -> None:
    try:
        validate(task, approvals)
    except InvalidTaskParams as error:
        open_ = [".".join(["params", *param_of(key, field)]) for key, field in fields.items() if field.required]
        mistakes = [(where, what) for where, what in error.errors if where not in open_]
        if mistakes:
            raise InvalidTaskParams(task.task_type, mistakes) from None


def _no_such(name: str, template: TemplateView) -> str:
    return f"there is no field {name[:100]}; there are {', '.join(sorted(template.fields)) or 'none'}"


def _described(field: TemplateField) -> str:
    return f": {field.description}" if field.description else ""
