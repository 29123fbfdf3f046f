"""`clawdbot tasks watch`: follow tasks live, on a terminal, in a pipe or as JSON lines."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import typer

from cli import completing
from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import ExitCode
from cli.options import ApiUrl
from cli.output import complain, print_json, say, screen
from cli.tasks.follower import Follower
from cli.tasks.ids import find_task
from cli.tasks.live_view import LiveView
from cli.tasks.plain_view import JsonLines, PlainLines, Quiet, View
from cli.tasks.reasons import why_they_wait
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.views import CreatedView, TaskDetailView


def watch_tasks(
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID]…", help="Default: all, until Ctrl-C.", autocompletion=completing.tasks),
    ] = None,
    api_url: ApiUrl = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one event per line, as JSON.")] = False,
) -> None:
    """Follow tasks until they are over. The exit code is 0 only if all of them succeeded.

    Example: clawdbot tasks watch 1b2c3d4e 5f6a7b8c
    """
    with ApiClient(find_connection(api_url)) as api:
        wanted = list(dict.fromkeys(find_task(api, each) for each in ids or ()))
        view = JsonLines() if as_json else _view_for_people()
        raise typer.Exit(exit_code_of(_watch(api, wanted or None, view)))


def watch(api: ApiClient, ids: Sequence[UUID], *, quiet: bool = False) -> list[TaskDetailView]:
    """Follow these tasks until they are over; their final state, in the order of ``ids``."""
    return _watch(api, ids, Quiet() if quiet else _view_for_people())


def tell(api: ApiClient, created: CreatedView, *, wait: bool, as_json: bool) -> int:
    """Say what was created, or how it ended; the exit code."""
    if not wait:
        if as_json:
            print_json(created)
        else:
            say(f"{created.id}  {created.status.words}")
            for sentence in why_they_wait(api, [created.id]):
                say(sentence)
        return ExitCode.FINE
    tasks = watch(api, [created.id], quiet=as_json)
    if as_json:
        print_json(tasks[0])
    return exit_code_of(tasks)


def exit_code_of(tasks: Sequence[TaskDetailView]) -> ExitCode:
    succeeded = all(task.status is TaskStatus.SUCCEEDED for task in tasks)
    return ExitCode.FINE if succeeded else ExitCode.TASK_FAILED


def _watch(api: ApiClient, ids: Sequence[UUID] | None, view: View) -> list[TaskDetailView]:
    try:
        with view:
            return Follower(api, view, ids).run()
    except KeyboardInterrupt:
        complain("Stopped watching; the tasks go on.")
        raise typer.Exit(130 if ids else 0) from None


def _view_for_people() -> View:
    console = screen()
    if console.is_terminal and not console.is_dumb_terminal:
        return LiveView(console)
    return PlainLines(console)
