"""How far something is that is done to many tasks, as the command line tells it."""

import contextlib
import time

from cli.api_client import ApiClient
from cli.errors import ExitCode
from cli.output import count, print_json, say, screen
from cli.text import one_line
from contracts.tasks.bulk import BulkView

_ASK_SECONDS = 0.5


def tasks_of(bulk: BulkView) -> str:
    """Counting ends somewhere."""
    return f"{bulk.count:,}+ tasks" if bulk.capped else count(bulk.count, "task")


def follow(api: ApiClient, bulk: BulkView, *, wait: bool, as_json: bool) -> int:
    """Say how it stands, once it is over if asked to wait; the exit code."""
    if wait and bulk.state == "running":
        bulk = _until_over(api, bulk, quiet=as_json)
    if as_json:
        print_json(bulk)
    else:
        say(_words(bulk))
    return int(ExitCode.TASK_FAILED if bulk.state == "stopped" else ExitCode.FINE)


def _until_over(api: ApiClient, bulk: BulkView, *, quiet: bool) -> BulkView:
    """On a terminal with a line that says how far it is. It goes on in the background, whoever looks."""
    console = screen()
    line = console.status(_far(bulk)) if console.is_terminal and not quiet else None
    with line or contextlib.nullcontext():
        while bulk.state == "running":
            time.sleep(_ASK_SECONDS)
            bulk = api.get(f"/tasks/bulk/{bulk.id}", BulkView)
            if line:
                line.update(_far(bulk))
    return bulk


def _far(bulk: BulkView) -> str:
    waits = f": {one_line(bulk.reason, 600)}" if bulk.reason else ""
    return f"{bulk.done + bulk.skipped:,} of {tasks_of(bulk)}{waits}"


def _words(bulk: BulkView) -> str:
    reason = f" {one_line(bulk.reason, 600)}" if bulk.reason else ""
    if bulk.state == "stopped":
        return f"Stopped.{reason}" if reason else f"Stopped after {count(bulk.done, 'task')}."
    if bulk.state == "done":
        if bulk.canary_ok and not bulk.done:
            return "The canary succeeded."
        left = f" {bulk.skipped:,} had meanwhile become something else." if bulk.skipped else ""
        return f"Done: {count(bulk.done, 'task')}.{left}"
    canary = f"Task {bulk.canary_task_id} is tried first. " if bulk.phase == "canary" else ""
    return f"{canary}{tasks_of(bulk)} in the background: {bulk.id}.{reason}"
