"""`clawdbot tasks list`: tasks, filtered and sorted, by page or all of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import typer
from rich.text import Text

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.moments import bound
from cli.options import ApiUrl, AsJson, InWorkspace, TypeFilter, WorkerFilter
from cli.output import status_text
from cli.paging import All, Ask, Looks, Page, Query, show_pages
from cli.tasks.history import failure_words
from cli.tasks.ids import beginnings
from cli.tasks.progress import progress_of
from cli.text import ago, one_line, span
from contracts.tasks.priority import LABELS
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.views import TaskPage, TaskView

_MOST = 200
#: The API counts pages no further.
_LAST_PAGE = 1_000
_SINCE = typer.Option("--since", "--created-after", parser=bound, metavar="TIME", help="Created then or later.")
_UNTIL = typer.Option("--until", "--created-before", parser=bound, metavar="TIME", help="Created earlier.")
_NEWEST_FIRST = "-created_at"
_COLUMNS = ("ID", "TYPE", "TICKER", "STATUS", "PRIORITY", "WORKER", "CREATED", ">TOOK", "DETAILS")
_SPARE = ("PRIORITY", "TOOK", "WORKER", "CREATED")
_NOTHING = "There are no tasks yet. `clawdbot tasks add` makes one."


def list_tasks(
    status: Annotated[list[TaskStatus] | None, typer.Option(help="May be given several times.")] = None,
    task_type: TypeFilter = None,
    ticker: Annotated[str | None, typer.Option()] = None,
    tag: Annotated[str | None, typer.Option()] = None,
    worker: WorkerFilter = None,
    created_by: Annotated[str | None, typer.Option(help="For example human:admin.")] = None,
    workspace: InWorkspace = None,
    text: Annotated[str | None, typer.Option(help="Words to look for; beginnings are enough.")] = None,
    created_after: Annotated[datetime | None, _SINCE] = None,
    created_before: Annotated[datetime | None, _UNTIL] = None,
    sort: Annotated[str, typer.Option(help="created_at, updated_at, completed_at, priority, status or type; "
                                      "a minus puts the largest first.")] = _NEWEST_FIRST,
    page: Annotated[int, typer.Option(min=1)] = 1,
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help="Tasks on a page.")] = 20,
    everything: All = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """List tasks, newest first. Every filter that is given must match.

    Example: clawdbot tasks list --status failed --type reddit_crawl

    Example: clawdbot tasks list --ticker NVDA --all --json
    """
    query = {
        "status": [each.value for each in status or ()] or None, "task_type": task_type, "ticker": ticker, "tag": tag,
        "worker": worker, "created_by": created_by, "text": text, "created_after": _iso(created_after),
        "created_before": _iso(created_before), "sort": sort, "page": page, "limit": limit,
        "workspace": workspace, "reasons": not everything or None,
    }  # fmt: skip
    with ApiClient(find_connection(api_url)) as api:
        rows = _rows_with_whole_ids if everything else _rows
        looks = Looks("task", _COLUMNS, rows, _NOTHING, _MOST, wraps=("DETAILS",), spare=_SPARE)
        show_pages(_asking(api), query, looks, everything=everything, as_json=as_json)


def check_names(api: ApiClient, query: Query) -> None:
    """Where nothing was found: a type or a worker that there is not is no filter, but a mistake."""
    from cli.tasks.types import find_type
    from cli.workers.page import find_worker

    if name := query.get("task_type"):
        find_type(api, name)
    if name := query.get("worker"):
        find_worker(api, name)


def _asking(api: ApiClient) -> Ask:
    seen = set[UUID]()

    def ask(query: Query) -> Page:
        found = api.get("/tasks", TaskPage, **query)
        if not found.tasks and not seen:
            check_names(api, query)
        # Tasks that are created meanwhile push others onto the next page.
        new = [task for task in found.tasks if task.id not in seen]
        seen.update(task.id for task in new)
        total = f"{found.total:,}{'+' if found.total_capped else ''}"
        return Page(found, new, _following(query, found), total)

    return ask


def _following(query: Query, found: TaskPage) -> Query | None:
    is_full = len(found.tasks) == query["limit"]
    if not (found.page < found.pages or (found.total_capped and is_full)):
        return None
    if found.page < _LAST_PAGE:
        return {**query, "page": found.page + 1}
    if query["sort"] != _NEWEST_FIRST:
        return None
    # Begins a list of its own, with those that were created in the same instant once more.
    before = (found.tasks[-1].created_at + timedelta(microseconds=1)).isoformat()
    return {**query, "page": 1, "created_before": before} if before != query["created_before"] else None


def _iso(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _rows(tasks: Sequence[TaskView]) -> list[list[Text | str]]:
    return [[id_, *_cells(task)] for id_, task in zip(beginnings(tasks), tasks, strict=True)]


def _rows_with_whole_ids(tasks: Sequence[TaskView]) -> list[list[Text | str]]:
    """Ids that are a page apart may begin alike."""
    return [[str(task.id), *_cells(task)] for task in tasks]


def _cells(task: TaskView) -> list[Text | str]:
    return [
        one_line(task.task_type),
        one_line(task.ticker or ""),
        status_text(task.status),
        priority_words(task),
        one_line(task.worker or "", 40),
        ago(task.created_at),
        span(task.duration_ms / 1000) if task.duration_ms is not None else "",
        _details(task),
    ]


def _details(task: TaskView) -> Text | str:
    """Why it waits or failed, or how far it is."""
    if task.error and task.status is TaskStatus.FAILED:
        return Text(one_line(failure_words(task.error), 120), style="red")
    return one_line(task.waiting_because or progress_of(task).short, 160)


def priority_words(task: TaskView) -> str:
    """The word, with the number where it is not the word's own."""
    label = one_line(task.priority_label)
    return label if LABELS.get(label) == task.priority else f"{label} ({task.priority})"
