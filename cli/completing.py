"""What the shell offers for ids and names when Tab is pressed: asked of the API, quickly, and in silence if it cannot.

Imports what it needs when it is asked: every command loads this file.
"""

from collections.abc import Callable
from typing import Any

from cli.text import one_line, safe

#: Nobody waits longer for a completion.
_SECONDS = 1.5
#: So many tasks, the newest, are offered.
_MOST = 50
#: From so many characters on an id is looked for among all tasks.
_ENOUGH = 4

Offers = list[tuple[str, str]]


def tasks(incomplete: str) -> Offers:
    """Beginnings of the ids of tasks that are long enough to name one, each with what it is."""

    def ask(api: Any) -> Offers:
        from cli.tasks.ids import beginnings
        from contracts.tasks.views import TaskPage

        query = {"id_prefix": incomplete} if len(incomplete) >= _ENOUGH else {}
        newest = api.get("/tasks", TaskPage, limit=_MOST, **query).tasks
        found = [each for each in newest if str(each.id).startswith(incomplete.lower())]
        about = [f"{each.task_type} {each.ticker or ''} {each.status.words}" for each in found]
        # What was typed already is part of the word.
        return [(max(id_, incomplete, key=len), what) for id_, what in zip(beginnings(found), about, strict=True)]

    return _quietly(ask)


def types(incomplete: str) -> Offers:
    """Names of task types, which are those of capabilities, too."""

    def ask(api: Any) -> Offers:
        from cli.api_client import TaskTypesAnswer

        known = api.get("/task-types", TaskTypesAnswer).task_types
        return [(each.name, each.summary) for each in known if each.name.startswith(incomplete)]

    return _quietly(ask)


def workers(incomplete: str) -> Offers:
    """Names of workers."""

    def ask(api: Any) -> Offers:
        from contracts.workers.views import WorkersView

        known = api.get("/workers", WorkersView).workers
        return [(each.name, each.status) for each in known if each.name.startswith(incomplete)]

    return _quietly(ask)


def _quietly(ask: Callable[[Any], Offers]) -> Offers:
    """Whatever is wrong with the API: a person who presses Tab is in the middle of a line, and is told nothing."""
    from cli.api_client import ApiClient
    from cli.connection import find_connection
    from cli.errors import CliError

    try:
        with ApiClient(find_connection(), seconds=_SECONDS) as api:
            offers = ask(api)
    except (CliError, ValueError):
        return []
    # A name that could steer the terminal is not offered; what is said about one is spelled out.
    return [(value, one_line(about, 100)) for value, about in offers if safe(value) == value]
