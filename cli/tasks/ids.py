"""From what a person types to a task id: the id itself, or the beginning of one."""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from cli.api_client import ApiClient
from cli.errors import CliError, ExitCode, NotFound
from cli.output import complain, task_label
from cli.text import safe
from contracts.tasks.views import TaskPage

_BEGINNING = re.compile(r"[0-9a-f-]{1,36}")
_SHORTEST = 6
_SHOWN = 5
T = TypeVar("T")


def find_task(api: ApiClient, text: str) -> UUID:
    """Raises CliError when ``text`` is no beginning of an id, or of several; NotFound when of none."""
    prefix = text.strip().lower()
    if len(prefix) < _SHORTEST or not _BEGINNING.fullmatch(prefix):
        raise CliError(f"'{safe(text)}' is no task id. Give the id, or at least its first {_SHORTEST} characters.")
    if len(prefix.replace("-", "")) == 32:
        return UUID(prefix)
    found = api.get("/tasks", TaskPage, id_prefix=prefix, limit=_SHOWN)
    if not found.tasks:
        raise NotFound(f"No task has an id that begins with {prefix}. `clawdbot tasks list` shows them.")
    if found.total > 1:
        candidates = [f"  {task.id}  {task_label(task.task_type, task.ticker)}" for task in found.tasks]
        more = ["  …"] if found.total > len(found.tasks) else []
        first = f"{found.total} tasks have an id that begins with {prefix}. Give more of it:"
        raise CliError("\n".join([first, *candidates, *more]))
    return found.tasks[0].id


def for_each(api: ApiClient, texts: Sequence[str], act: Callable[[UUID], T]) -> tuple[list[T], ExitCode]:
    """Act on every task; one that cannot be acted on is complained about and does not stop the others."""
    done: list[T] = []
    code = ExitCode.FINE
    for id_ in dict.fromkeys(find_task(api, text) for text in texts):
        try:
            done.append(act(id_))
        except CliError as error:
            complain(f"{id_}: {safe(error)}")
            code = code or error.exit_code
    return done, code
