"""`clawdbot workers show`: everything about one worker."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import NotFound
from cli.listing import listing
from cli.options import ApiUrl, AsJson, WorkerName, serving
from cli.output import print_json, screen, status_text, task_label
from cli.text import ago, clock, one_line
from cli.workers.table import rate_words, seconds_words, share_words, state_text
from contracts.workers.states import WorkerState
from contracts.workers.views import (
    RecordOfWorkView,
    TaskOnHandView,
    WorkerDetailView,
    WorkerEventView,
    WorkersView,
    WorkerView,
)

_EVENTS = 20


def show_worker(
    name: WorkerName,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Show everything about a worker, by its name or id: vitals, tasks, how it has done, what happened to it.

    Example: clawdbot workers show mac-mini
    """
    with ApiClient(find_connection(api_url)) as api:
        worker = api.get(f"/workers/{find_worker(api, name).id}", WorkerDetailView)
    if as_json:
        print_json(worker)
    else:
        _show(screen(), worker)


def find_worker(api: ApiClient, name: str) -> WorkerView:
    """The worker with this name or id.

    Raises:
        NotFound: with the names there are.
    """
    known = api.get("/workers", WorkersView).workers
    found = next((each for each in known if name in (each.name, str(each.id))), None)
    if found is None:
        names = ", ".join(one_line(each.name, 60) for each in known) or "none are registered"
        raise NotFound(f"There is no worker '{one_line(name, 60)}'. Workers: {names}.")
    return found


def _show(console: Console, worker: WorkerDetailView) -> None:
    console.print(Text(one_line(worker.name, 60), style="bold").append("  ").append_text(state_text(worker)))
    console.print(Text(str(worker.id), style="dim"))
    if worker.reason:
        console.print(Text(f"\n{one_line(worker.reason)}", style="yellow"))
    console.print()
    facts = Table.grid(padding=(0, 3, 0, 0))
    for label, value in _facts(worker):
        if value:
            facts.add_row(Text(label, style="dim"), value)
    console.print(facts)
    _section(console, "Tasks", _tasks(worker.tasks))
    _section(console, "Last 24 hours", _work(worker.work_by_capability))
    _section(console, "History", _events(worker.events))


def _facts(worker: WorkerDetailView) -> Iterator[tuple[str, str]]:
    yield "State", WorkerState(worker.status).means if worker.status in set(WorkerState) else ""
    yield "Since", f"{clock(worker.since)} ({ago(worker.since)})" if worker.since else ""
    yield "Last seen", ago(worker.last_heartbeat) if worker.last_heartbeat else "never"
    yield "Score", "" if worker.score is None else f"{worker.score} of 100"
    yield "Tasks", f"{worker.current_tasks} of {worker.slots or worker.max_concurrency} at once"
    yield "Takes", one_line(", ".join(worker.polling), 1_000)
    yield "May take", one_line(", ".join(worker.capabilities), 1_000)
    yield "Serves", "" if worker.serves is None else serving(worker.serves)
    if vitals := worker.vitals:
        yield "Machine", one_line(f"{vitals.host}, CPU {share_words(vitals.cpu)}, memory {share_words(vitals.memory)}")
        yield "Process", one_line(f"{vitals.process_id}, {vitals.sdk}, {vitals.processed} attempts")
        yield "Started", clock(vitals.started_at) if vitals.started_at else ""
        yield "Said", ago(worker.vitals_at) if worker.vitals_at else ""
    yield "Version", one_line(worker.version or "", 100)
    yield "Canary", ago(worker.canary_heard_at) if worker.canary_heard_at else ""
    yield "Registered", clock(worker.registered_at)


def _section(console: Console, title: str, content: Table | None) -> None:
    if content is not None:
        console.print(Text(f"\n{title}", style="bold"))
        console.print(content)


def _tasks(tasks: Sequence[TaskOnHandView]) -> Table | None:
    if not tasks:
        return None
    table = listing("ID", "TASK", "STATUS", "CLAIMED", ">PROGRESS")
    for each in tasks:
        percent = "" if each.percent is None else f"{each.percent:.0f} %"
        label = task_label(each.task_type, each.ticker)
        table.add_row(str(each.id)[:8], label, status_text(each.status), ago(each.claimed_at), percent)
    return table


def _work(work: Sequence[RecordOfWorkView]) -> Table | None:
    if not work:
        return None
    table = listing("CAPABILITY", ">SUCCEEDED", ">FAILED", ">LOST", ">OK", ">P50", ">P95", spare=("P95", "P50"))
    for each in work:
        counts = (str(each.succeeded), str(each.failed), str(each.lost))
        times = (seconds_words(each.p50_seconds), seconds_words(each.p95_seconds))
        table.add_row(one_line(each.capability, 60), *counts, rate_words(each), *times)
    return table


def _events(events: Sequence[WorkerEventView]) -> Table | None:
    if not events:
        return None
    grid = Table.grid(padding=(0, 3, 0, 0))
    for event in events[:_EVENTS]:
        because = event.details.get("because")
        grid.add_row(clock(event.created_at), one_line(event.type + (f" ({because})" if because else ""), 100))
    return grid
