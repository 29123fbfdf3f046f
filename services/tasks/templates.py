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
from db.tasks.queries import get_task
from db.tasks.templates import add_version, find_template
from services.errors import BadInput, TaskNotFound, TemplateNotFound
from services.reading import read, read_each
from services.tasks.approvals import Approvals
from services.tasks.submit import validate


async def save(
    connection: AsyncConnection, name: str, wanted: NewTemplate, approvals: Approvals, author: str
) -> TemplateView:
    """The next version. What it says without its required fields must fit the task type.

    Raises:
        TaskNotFound, BadInput, UnknownTaskType, InvalidTaskParams: nothing was saved.
    """
    task = wanted.task or await _task_of(connection, wanted.from_task)
    _check(task, wanted.fields, approvals)
    return await keep(
        connection, name, wanted, author, task=task.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    )


async def keep(
    connection: AsyncConnection,
    name: str,
    wanted: NewTemplate,
    author: str,
    *,
    task: dict[str, Any] | None = None,
    plan: dict[str, Any] | None = None,
) -> TemplateView:
    """Write the next version of a template, which the caller has checked."""
    row = {
        "name": name,
        "task": task,
        "plan": plan,
        "fields": {key: field.model_dump(exclude_defaults=True) for key, field in wanted.fields.items()},
        "description": wanted.description,
        "author": author,
    }
    return view(await add_version(connection, row))


async def asked_for(connection: AsyncConnection, name: str, wanted: RunTemplate) -> TemplateView:
    """The version that is wanted, of which these fields can be filled in.

    Raises:
        TemplateNotFound; BadInput: a field is missing, or there is none of that name.
    """
    row = await find_template(connection, name, wanted.version)
    if row is None:
        raise TemplateNotFound
    template = view(row)
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


def view(row: RowMapping) -> TemplateView:
    """Raises CannotBeRead: another version has written it."""
    return read(TemplateView.model_validate, dict(row))


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
