"""`clawdbot tasks show`: everything about one task, the most wanted first."""

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.listing import grid, listing
from cli.options import ApiUrl, AsJson, TaskId
from cli.output import count, print_json, screen, status_text, task_label
from cli.tasks.history import event_words, failure_words, is_handed_back
from cli.tasks.ids import find_task
from cli.tasks.page import priority_words
from cli.tasks.progress import progress_of
from cli.text import ago, clock, one_line, plain, safe, span
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.views import AttemptView, EventView, NoteView, TaskDetailView
from contracts.workspaces.names import DEFAULT

#: The newest events that are shown; all of them are in --json.
_EVENTS = 30


def show_task(id_: TaskId, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Show everything about a task: why it waits, its attempts, its history, its result.

    Example: clawdbot tasks show 1b2c3d4e
    """
    with ApiClient(find_connection(api_url)) as api:
        task = api.get(f"/tasks/{find_task(api, id_)}", TaskDetailView)
    if as_json:
        print_json(task)
    else:
        _show(screen(), task)


def _show(console: Console, task: TaskDetailView) -> None:
    title = Text(task_label(task.task_type, task.ticker), style="bold")
    console.print(title.append("  ").append_text(status_text(task.status)))
    console.print(Text(str(task.id), style="dim"))
    if task.waiting_because:
        console.print(Text(f"\nWaiting: {one_line(task.waiting_because, 1_000)}", style="bold yellow"))
    if task.error:
        hopeless = " (another attempt would not help)" if task.error.get("retryable") is False else ""
        console.print(Text(f"\n{failure_words(task.error)}{hopeless}", style="red"))
    console.print()
    console.print(_facts(task), soft_wrap=False)
    _section(console, "Params", _mapping(task.params))
    _section(console, "Result", _mapping(task.result))
    _section(console, "Attempts", _attempts(task.attempts))
    _section(console, "Notes", _notes(task.notes))
    _section(console, "History", _events(task.events))
    _temporal(console, task)


def _temporal(console: Console, task: TaskDetailView) -> None:
    """Addresses are for copying: each in one piece."""
    if not task.temporal_url:
        return
    console.print(Text("\nIn the Temporal Web UI", style="bold"))
    queues = {f"queue {name}": address for name, address in task.temporal_queues.items()}
    for what, address in {"this task": task.temporal_url, **queues, **task.temporal_lists}.items():
        console.print(Text(f"{one_line(what)}: {one_line(address, 2_000)}"), soft_wrap=True)


def _section(console: Console, title: str, content: Table | None) -> None:
    if content is not None:
        console.print(Text(f"\n{title}", style="bold"))
        console.print(content)


def _facts(task: TaskDetailView) -> Table:
    table = grid()
    for name, value in _fact_lines(task):
        if value:
            table.add_row(name, value)
    return table


def _fact_lines(task: TaskDetailView) -> Iterator[tuple[str, str]]:
    report = progress_of(task)
    yield "Progress", "  ".join(part for part in (report.short, report.details) if part)
    yield "Worker", one_line(task.worker or "")
    yield "Priority", priority_words(task)
    yield "Attempts", _attempts_words(task)
    yield "Created", f"{clock(task.created_at)} ({ago(task.created_at)}) by {one_line(task.created_by)}"
    yield "Workspace", "" if task.workspace == DEFAULT else one_line(task.workspace)
    yield "Starts at", clock(task.run_at) if task.run_at and task.status is TaskStatus.SCHEDULED else ""
    yield "Start before", clock(task.start_deadline) if task.start_deadline else ""
    yield "Started", clock(task.started_at) if task.started_at else ""
    yield "Ended", _end_words(task)
    yield "Cost", f"${task.cost_usd:,.4f} by what its worker says" if task.cost_usd else ""
    yield "Cancel asked", clock(task.cancel_requested_at) if task.cancel_requested_at else ""
    yield "Tags", one_line(", ".join(task.tags))
    yield "After", str(task.parent_task_id or "")
    yield "Then", _follow_ups_words(task)
    yield "Decision", _decision_words(task)


def _attempts_words(task: TaskDetailView) -> str:
    retried = f", retried {count(task.retry_count, 'time')} by a person" if task.retry_count else ""
    return f"{task.attempt} of {task.max_attempts}{retried}"


def _decision_words(task: TaskDetailView) -> str:
    """Why the agent created it; empty: somebody else did."""
    return f"{task.decision.id} ({one_line(task.decision.reason, 300)})" if task.decision else ""


def _follow_ups_words(task: TaskDetailView) -> str:
    """The tasks that came of it, or what will be done after it."""
    if task.children:
        return one_line(", ".join(f"{each.task_type} {str(each.id)[:8]} {each.status.words}" for each in task.children))
    planned = (f"{each.task_type} (once it has {each.condition})" for each in task.follow_ups)
    return "" if task.completed_at else one_line(", ".join(planned))


def _end_words(task: TaskDetailView) -> str:
    if task.completed_at is None:
        return ""
    took = f", took {span(task.duration_ms / 1000)}" if task.duration_ms is not None else ""
    return clock(task.completed_at) + took


def _mapping(values: dict[str, Any] | None) -> Table | None:
    if not values:
        return None
    table = grid()
    for name, value in values.items():
        table.add_row(one_line(name, 60), plain(value))
    return table


def _attempts(attempts: list[AttemptView]) -> Table | None:
    if not attempts:
        return None
    table = listing(
        "RUN", "ATTEMPT", "WORKER", "STATUS", "CLAIMED", ">TOOK", "ERROR", wraps=("ERROR",), spare=("RUN", "CLAIMED")
    )
    for each in attempts:
        took = span((each.ended_at - each.claimed_at).total_seconds()) if each.ended_at else ""
        place = (str(each.round + 1), str(each.attempt))
        status, error = _attempt_end(each)
        table.add_row(*place, one_line(each.worker or "", 40), status, clock(each.claimed_at), took, error)
    return table


def _attempt_end(each: AttemptView) -> tuple[str, str]:
    """(how it ended, the error). What was handed back has not failed."""
    if is_handed_back(each.error):
        return "handed back", one_line((each.error or {}).get("message") or "", 300)
    return one_line(each.status), failure_words(each.error) if each.error else ""


def _notes(notes: list[NoteView]) -> Table | None:
    if not notes:
        return None
    table = grid()
    for note in notes:
        table.add_row(f"{clock(note.created_at)}  {one_line(note.author, 40)}", safe(note.text))
    return table


def _events(events: list[EventView]) -> Table | None:
    told = [event for event in events if event.type != "progress"][-_EVENTS:]
    if not told:
        return None
    table = grid()
    for event in told:
        table.add_row(clock(event.created_at), event_words(event))
    if len(told) < len(events):
        table.add_row("", Text(f"{len(events) - len(told)} more in --json, mostly progress", style="dim"))
    return table
