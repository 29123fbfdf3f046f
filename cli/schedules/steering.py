"""`clawdbot schedules pause`, `resume`, `run`, `backfill` and `delete`."""

from datetime import datetime
from typing import Annotated

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.moments import bound
from cli.options import ApiUrl
from cli.output import count, say
from cli.schedules.options import ScheduleName
from cli.text import quoted
from contracts.schedules.views import ScheduleDetailView, ScheduleOrderView

_From = Annotated[datetime, typer.Option("--from", parser=bound, metavar="TIME", help="The first moment.")]
_Until = Annotated[datetime, typer.Option("--until", parser=bound, metavar="TIME", help="The last moment.")]


def pause(
    name: ScheduleName, reason: Annotated[str, typer.Option(help="Everybody reads it.")] = "", api_url: ApiUrl = None
) -> None:
    """Pause a schedule; tasks that it made go on.

    Example: clawdbot schedules pause mornings-reddit --reason 'Reddit rests'
    """
    with ApiClient(find_connection(api_url)) as api:
        done = api.post(f"{_path(name)}/pause", ScheduleDetailView, {"reason": reason})
    say(f"{done.name} is paused. `clawdbot schedules resume {done.name}` lets it go on.")


def resume(name: ScheduleName, api_url: ApiUrl = None) -> None:
    """Let a schedule go on; what passed meanwhile is not made up for.

    Example: clawdbot schedules resume mornings-reddit
    """
    with ApiClient(find_connection(api_url)) as api:
        done = api.post(f"{_path(name)}/resume", ScheduleDetailView)
    say(f"{done.name} goes on{f', next {done.next_runs[0].local}' if done.next_runs else ''}.")


def run(name: ScheduleName, api_url: ApiUrl = None) -> None:
    """Run a schedule now, beside its times.

    Example: clawdbot schedules run mornings-reddit
    """
    with ApiClient(find_connection(api_url)) as api:
        api.post(f"{_path(name)}/run", ScheduleOrderView)
    say(f"{name} runs. `clawdbot schedules show {name}` shows what it makes.")


def backfill(name: ScheduleName, start: _From, end: _Until, api_url: ApiUrl = None) -> None:
    """Make up for the runs of a time that is over; those that were run are not run again.

    Example: clawdbot schedules backfill mornings-reddit --from 2026-11-20 --until 2026-11-23
    """
    with ApiClient(find_connection(api_url)) as api:
        body = {"start": start.isoformat(), "end": end.isoformat()}
        done = api.post(f"{_path(name)}/backfill", ScheduleOrderView, body)
    say(f"{count(done.runs or 0, 'run')} ordered. `clawdbot schedules show {name}` shows what they make.")


def delete(name: ScheduleName, api_url: ApiUrl = None) -> None:
    """Delete a schedule; what it made stays.

    Example: clawdbot schedules delete mornings-reddit
    """
    with ApiClient(find_connection(api_url)) as api:
        api.delete(_path(name))
    say(f"{name} is deleted.")


def _path(name: str) -> str:
    return f"/schedules/{quoted(name)}"
