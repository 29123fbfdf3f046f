"""From what a person types to a task id: the id itself, or the beginning of one."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar
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


def beginnings(items: Sequence[Any]) -> list[str]:
    """The ids of these things as a list shows them: 8 characters, or as many as tell them apart."""
    ids = [str(each.id) for each in items]
    length = next(n for n in range(8, 37) if len({id_[:n] for id_ in ids}) == len(set(ids)))
    return [id_[:length] for id_ in ids]


def find_listed(text: str, known: Iterable[Any], noun: str, command: str) -> UUID:
    """From a whole id, or from the beginning of one of those in a list of things with an ``id``.

    Args:
        text: what was typed.
        known: the newest of them.
        noun: what they are called.
        command: what lists them.

    Raises:
        CliError: it is the beginning of no id, or of several; NotFound: of none that is known.
    """
    prefix = text.strip().lower()
    if len(prefix) < _SHORTEST or not _BEGINNING.fullmatch(prefix):
        raise CliError(f"'{safe(text)}' is no id. Give it, or at least its first {_SHORTEST} characters.")
    if len(prefix.replace("-", "")) == 32:
        return UUID(prefix)
    found = [each.id for each in known if str(each.id).startswith(prefix)]
    if not found:
        raise NotFound(f"None of the latest has an id that begins with {prefix}. `{command}` lists each {noun}.")
    if len(found) > 1:
        raise CliError(
            "\n".join([f"{len(found)} begin with {prefix}. Give more of it:", *(f"  {id_}" for id_ in found)])
        )
    return UUID(str(found[0]))


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
