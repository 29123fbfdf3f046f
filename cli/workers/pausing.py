"""`clawdbot workers pause`, `resume` and `drain`: whether a worker is given tasks."""

from typing import Annotated

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.options import ApiUrl, AsJson, WorkerName
from cli.output import count, print_json, say
from cli.text import one_line
from cli.workers.page import find_worker
from contracts.workers.control_views import PausedWorkerView
from contracts.workers.views import WorkerView


def pause_worker(
    worker: WorkerName,
    reason: Annotated[str, typer.Option(help="Why; those whose tasks wait for it read this.")],
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Hand out nothing new to a worker. What it has goes on.

    Example: clawdbot workers pause mac-mini --reason 'its disk is full'
    """
    _, done = _send("pause", worker, {"reason": reason}, api_url)
    _tell(done, f"{done.name} is {done.held}.", as_json)


def resume_worker(worker: WorkerName, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Give a worker tasks again that was paused or drained.

    Example: clawdbot workers resume mac-mini
    """
    _, done = _send("resume", worker, None, api_url)
    _tell(done, f"{done.name} is {done.held or 'given tasks again'}.", as_json)


def drain(
    worker: WorkerName,
    reason: Annotated[str, typer.Option(help="Why; those whose tasks wait for it read this.")] = "is to be stopped",
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Have a worker finish what it has and take nothing new. `clawdbot workers resume` ends that.

    Example: clawdbot workers drain mac-mini --reason 'gets a new disk'
    """
    before, done = _send("drain", worker, {"reason": reason}, api_url)
    left = f"it still has {count(before.current_tasks, 'task')}" if before.current_tasks else "it has no task"
    _tell(done, f"{done.name} is draining: {left} and gets nothing new.", as_json)


def _send(
    verb: str, worker: str, body: dict[str, str] | None, api_url: str | None
) -> tuple[WorkerView, PausedWorkerView]:
    with ApiClient(find_connection(api_url)) as api:
        found = find_worker(api, worker)
        return found, api.post(f"/workers/{found.id}/{verb}", PausedWorkerView, body)


def _tell(done: PausedWorkerView, sentence: str, as_json: bool) -> None:
    if as_json:
        print_json(done)
    else:
        say(one_line(sentence, 1_000))
