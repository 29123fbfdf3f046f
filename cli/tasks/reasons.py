"""Why what was just submitted waits, if it does: said at once, so that nobody has to ask."""

from collections.abc import Sequence
from uuid import UUID

from cli.api_client import ApiClient
from cli.errors import CliError
from cli.text import one_line
from contracts.tasks.views import TaskDetailView

#: Of a batch no more are asked for.
_MOST = 3


def why_they_wait(api: ApiClient, ids: Sequence[UUID]) -> list[str]:
    """A sentence for each reason that the first of them have."""
    sentences = (_sentence(api, id_) for id_ in ids[:_MOST])
    return list(dict.fromkeys(each for each in sentences if each))


def _sentence(api: ApiClient, id_: UUID) -> str:
    try:
        task = api.get(f"/tasks/{id_}", TaskDetailView)
    except CliError:
        # They are submitted; what came after that must not look as if they were not.
        return ""
    return f"{task.status.words.capitalize()}: {one_line(task.waiting_because, 500)}" if task.waiting_because else ""
