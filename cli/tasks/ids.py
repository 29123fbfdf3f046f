"""From what a person types to a task id, and from ids to what a list shows of them."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from cli.api_client import ApiClient
from cli.errors import CliError, ExitCode
from cli.ids import Kind, find_id
from cli.output import complain, task_label
from cli.text import safe
from contracts.tasks.views import TaskPage

T = TypeVar("T")


TASK = Kind(
    "task", "/tasks", TaskPage, "tasks", "clawdbot tasks list",
    about=lambda each: task_label(each.task_type, each.ticker),
)  # fmt: skip


def find_task(api: ApiClient, text: str) -> UUID:
    """Raises CliError when ``text`` is no beginning of an id, or of several; NotFound when of none."""
    if text.strip().lower() in ("all", "*"):
        raise CliError("Many at once: `clawdbot tasks bulk`, as in `clawdbot tasks bulk cancel --status running`.")
    return find_id(api, text, TASK)


def beginnings(items: Sequence[Any]) -> list[str]:
    """The ids of these things as a list shows them: 8 characters, or as many as tell them apart."""
    ids = [str(each.id) for each in items]
    length = next(n for n in range(8, 37) if len({id_[:n] for id_ in ids}) == len(set(ids)))
    return [id_[:length] for id_ in ids]


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
