"""The table of workers, printed once or redrawn while it is watched."""

import time
from collections.abc import Callable, Sequence

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from cli.errors import CliError, Unreachable
from cli.listing import listing
from cli.options import serving
from cli.text import ago, one_line, span
from contracts.workers.states import WorkerState, state_words
from contracts.workers.views import RecordOfWorkView, WorkerView

_EVERY_SECONDS = 2.0
_STYLES = {
    "busy": "cyan",
    "idle": "green",
    "draining": "yellow",
    "paused": "yellow",
    "deaf": "bold red",
    "offline": "red",
}


def state_text(worker: WorkerView) -> Text:
    return Text(one_line(state_words(WorkerState, worker.status)), style=_STYLES.get(worker.status, ""))


def workers_table(workers: Sequence[WorkerView]) -> Table:
    table = listing(
        "NAME",
        "STATE",
        "SINCE",
        ">TASKS",
        ">CPU",
        ">MEM",
        "VERSION",
        ">OK",
        ">P50",
        ">SCORE",
        "CAPABILITIES",
        wraps=("CAPABILITIES",),
        spare=("VERSION", "P50", "OK", "MEM", "CPU", "SCORE"),
    )
    for each in workers:
        table.add_row(
            one_line(each.name, 60),
            state_text(each),
            ago(each.since) if each.since else "",
            f"{each.current_tasks}/{each.slots or each.max_concurrency}",
            *_machine(each),
            one_line(each.version or "", 20),
            rate_words(each.work),
            seconds_words(each.work.p50_seconds if each.work else None),
            _score(each.score),
            _takes(each),
        )
    return table


def workers_shown(workers: Sequence[WorkerView]) -> RenderableType:
    """The table, and under it who is held back by whom and why."""
    lines = [
        Text(one_line(f"{each.name} is {each.held} by {each.held_by}: {each.held_reason}", 1_000), style="yellow")
        for each in workers
        if each.held
    ]
    return Group(workers_table(workers), *lines)


def rate_words(work: RecordOfWorkView | None) -> str:
    return f"{work.success_rate:.0%}" if work and work.success_rate is not None else ""


def seconds_words(seconds: float | None) -> str:
    return span(seconds) if seconds is not None else ""


def share_words(share: float | None) -> str:
    return f"{share:.0%}" if share is not None else ""


def watch_workers(console: Console, load: Callable[[], Sequence[WorkerView]]) -> None:
    """Redraw until Ctrl-C. An API that is away for a while is waited for.

    Raises:
        CliError: there is no terminal to draw on.
    """
    if not console.is_terminal or console.is_dumb_terminal:
        raise CliError("--watch needs a terminal. In a script, call `clawdbot workers --json` again and again.")
    shown = workers_shown(load())
    with Live(shown, console=console, auto_refresh=False, vertical_overflow="crop") as live:
        while True:
            live.update(shown, refresh=True)
            time.sleep(_EVERY_SECONDS)
            shown = _next(load, shown)


def _next(load: Callable[[], Sequence[WorkerView]], shown: RenderableType) -> RenderableType:
    try:
        return workers_shown(load())
    except Unreachable as error:
        old = shown.renderables[0] if isinstance(shown, Group) else shown
        return Group(old, Text(one_line(error), style="yellow"))


def _machine(worker: WorkerView) -> tuple[str, str]:
    if worker.vitals is None or worker.status == WorkerState.OFFLINE:
        return "", ""
    return share_words(worker.vitals.cpu), share_words(worker.vitals.memory)


def _takes(worker: WorkerView) -> str:
    served = "" if worker.serves is None else f" ({serving(worker.serves)})"
    return one_line(", ".join(worker.capabilities), 1_000) + served


def _score(score: int | None) -> Text:
    if score is None:
        return Text("")
    return Text(str(score), style="green" if score >= 80 else "yellow" if score >= 50 else "red")
