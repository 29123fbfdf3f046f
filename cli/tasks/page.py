"""`clawdbot tasks list`: one page of tasks, filtered and sorted."""

from datetime import datetime
from typing import Annotated

import typer
from rich.text import Text

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.options import ApiUrl, AsJson, moment
from cli.output import count, listing, print_json, say, screen, status_text
from cli.tasks.progress import progress_of
from cli.text import ago, one_line, span
from contracts.tasks.priority import LABELS
from contracts.tasks.statuses import TaskStatus
from contracts.views import TaskPage, TaskView


def list_tasks(
    status: Annotated[list[TaskStatus] | None, typer.Option(help="May be given several times.")] = None,
    task_type: Annotated[str | None, typer.Option("--type")] = None,
    ticker: Annotated[str | None, typer.Option()] = None,
    tag: Annotated[str | None, typer.Option()] = None,
    worker: Annotated[str | None, typer.Option(help="Name or id of a worker.")] = None,
    created_by: Annotated[str | None, typer.Option(help="For example human:admin.")] = None,
    text: Annotated[str | None, typer.Option(help="Words to look for; beginnings are enough.")] = None,
    created_after: Annotated[datetime | None, typer.Option(parser=moment, metavar="TIME")] = None,
    created_before: Annotated[datetime | None, typer.Option(parser=moment, metavar="TIME")] = None,
    sort: Annotated[str, typer.Option(help="created_at, updated_at, completed_at, priority, status or type; "
                                      "a minus puts the largest first.")] = "-created_at",
    page: Annotated[int, typer.Option(min=1)] = 1,
    limit: Annotated[int, typer.Option(min=1, max=200, help="Tasks on a page.")] = 20,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """List tasks, newest first. Every filter that is given must match."""
    with ApiClient(find_connection(api_url)) as api:
        found = api.get(
            "/tasks", TaskPage, status=[each.value for each in status or ()] or None, task_type=task_type,
            ticker=ticker, tag=tag, worker=worker, created_by=created_by, text=text,
            created_after=_iso(created_after), created_before=_iso(created_before),
            sort=sort, page=page, limit=limit,
        )  # fmt: skip
    if as_json:
        print_json(found)
    else:
        _show(found)


def _iso(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _show(found: TaskPage) -> None:
    if not found.tasks:
        say("No tasks match." if found.total == 0 else f"There are only {count(found.pages, 'page')}.")
        return
    table = listing("ID", "TYPE", "TICKER", "STATUS", "PRIORITY", "PROGRESS", "WORKER", "CREATED", ">TOOK")
    length = id_length(found.tasks)
    for task in found.tasks:
        table.add_row(*_row(task, length))
    screen().print(table)
    total = f"more than {found.total:,} tasks" if found.total_capped else count(found.total, "task")
    following = f"; --page {found.page + 1} shows the next" if found.page < found.pages else ""
    say(Text(f"\n{total}, page {found.page} of {found.pages}{following}", style="dim"))


def id_length(tasks: list[TaskView]) -> int:
    """How much of the ids to show: 8 characters, or as many as tell these tasks apart."""
    ids = [str(task.id) for task in tasks]
    return next(n for n in range(8, 37) if len({id_[:n] for id_ in ids}) == len(set(ids)))


def _row(task: TaskView, length: int) -> list[Text | str]:
    return [
        str(task.id)[:length],
        one_line(task.task_type),
        one_line(task.ticker or ""),
        status_text(task.status),
        priority_words(task),
        progress_of(task).short,
        one_line(task.worker or "", 40),
        ago(task.created_at),
        span(task.duration_ms / 1000) if task.duration_ms is not None else "",
    ]


def priority_words(task: TaskView) -> str:
    """The word, with the number where it is not the word's own."""
    label = one_line(task.priority_label)
    return label if LABELS.get(label) == task.priority else f"{label} ({task.priority})"
