"""`clawdbot schedules pause`, `resume`, `run`, `backfill` and `delete`."""

from datetime import datetime
from typing import Annotated

import typer

from cli.acting import act_on, tell
from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.moments import bound
from cli.options import ApiUrl, AsJson, ItsWorkspace, as_named, in_workspace
from cli.output import count, say_done
from cli.schedules.options import ScheduleName
from cli.text import one_line, quoted
from contracts.schedules.views import ScheduleDetailView, ScheduleOrderView

_Reason = Annotated[str, typer.Option(help="Everybody reads it.")]
_From = Annotated[datetime, typer.Option("--from", parser=bound, metavar="TIME", help="The first moment.")]
_Until = Annotated[datetime, typer.Option("--until", parser=bound, metavar="TIME", help="The last moment.")]


def pause(
    name: ScheduleName,
    reason: _Reason = "",
    workspace: ItsWorkspace = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Pause a schedule; tasks that it made go on.

    Example: clawdbot schedules pause mornings-reddit --reason 'Reddit rests'
    """
    done = act_on(lambda _: _path(name, workspace, "/pause"), ScheduleDetailView, {"reason": reason}, api_url)
    resume = f"`clawdbot schedules resume {as_named(done.name, done.workspace)}`"
    tell(done, f"{done.name} is paused. {resume} lets it go on.", as_json)


def resume(name: ScheduleName, workspace: ItsWorkspace = None, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Let a schedule go on; what passed meanwhile is not made up for.

    Example: clawdbot schedules resume mornings-reddit
    """
    done = act_on(lambda _: _path(name, workspace, "/resume"), ScheduleDetailView, None, api_url)
    coming = f", next {done.next_runs[0].local}" if done.next_runs else ""
    tell(done, f"{done.name} goes on{coming}.", as_json)


def run(name: ScheduleName, workspace: ItsWorkspace = None, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Run a schedule now, beside its times.

    Example: clawdbot schedules run mornings-reddit
    """
    done = act_on(lambda _: _path(name, workspace, "/run"), ScheduleOrderView, None, api_url)
    shown = f"`clawdbot schedules show {as_named(name, workspace)}`"
    tell(done, f"{one_line(name)} runs. {shown} shows what it makes.", as_json)


def backfill(
    name: ScheduleName,
    start: _From,
    end: _Until,
    workspace: ItsWorkspace = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Make up for the runs of a time that is over; those that were run are not run again.

    Example: clawdbot schedules backfill mornings-reddit --from 2026-11-20 --until 2026-11-23
    """
    body = {"start": start.isoformat(), "end": end.isoformat()}
    done = act_on(lambda _: _path(name, workspace, "/backfill"), ScheduleOrderView, body, api_url)
    ordered = f"{count(done.runs or 0, 'run')} ordered."
    shown = f"`clawdbot schedules show {as_named(name, workspace)}`"
    tell(done, f"{ordered} {shown} shows what they make.", as_json)


def delete(name: ScheduleName, workspace: ItsWorkspace = None, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Delete a schedule; what it made stays.

    Example: clawdbot schedules delete mornings-reddit
    """
    with ApiClient(find_connection(api_url)) as api:
        api.delete(_path(name, workspace))
    say_done(f"{one_line(name)} is deleted.", as_json)


def _path(name: str, workspace: str | None, verb: str = "") -> str:
    return in_workspace(f"/schedules/{quoted(name)}{verb}", workspace)
