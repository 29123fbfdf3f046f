"""`clawdbot schedules list`, `show` and `preview`."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.text import Text

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.listing import listing
from cli.local_timezone import local_timezone
from cli.options import ApiUrl, AsJson, InWorkspace, ItsWorkspace
from cli.output import count, print_json, say, say_all, say_unreadable, screen
from cli.schedules.options import At, Cron, Every, Rule, ScheduleName, StartsAt, Zone, timing_of
from cli.text import clock, one_line, quoted
from contracts.schedules.actions import Action
from contracts.schedules.views import DueView, PreviewView, RunView, ScheduleDetailView, SchedulesView, ScheduleView
from contracts.workspaces.names import DEFAULT

_Count = Annotated[int, typer.Option("--count", "-n", min=1, max=100, help="How many runs.")]


def list_schedules(workspace: InWorkspace = None, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Show every schedule, with its next and its last run.

    Example: clawdbot schedules list
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/schedules", SchedulesView, workspace=workspace)
    if as_json:
        print_json(found)
        return
    if not found.schedules and not found.unreadable:
        where = f" in the workspace '{one_line(workspace)}'" if workspace else ""
        makes = "`clawdbot schedules add` or `clawdbot add 'every day at 7 …'` makes one."
        say(f"There are no schedules{where} yet. {makes}")
        return
    _show_all(found.schedules)
    for each in found.schedules:
        if each.note:
            say(f"{each.name}: {one_line(each.note, 500)}")
    say_unreadable(found.unreadable)
    say_all(len(found.schedules), "schedule")


def _show_all(schedules: Sequence[ScheduleView]) -> None:
    """Where all are in the default workspace, that needs no column."""
    of_teams = any(each.workspace != DEFAULT for each in schedules)
    where = ["WORKSPACE"] if of_teams else []
    table = listing("NAME", *where, "STATE", "WHEN", "NEXT", "LAST", wraps=["WHEN"], spare=["LAST", "NEXT"])
    for each in schedules:
        last = f"{each.last_run.outcome} {clock(each.last_run.due_at)}" if each.last_run else "-"
        coming = clock(each.next_runs[0].at) if each.next_runs else "-"
        named = [each.name, each.workspace] if of_teams else [each.name]
        table.add_row(*named, each.state, one_line(each.when, 60), coming, last)
    screen().print(table)


def show(name: ScheduleName, workspace: ItsWorkspace = None, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Show one schedule: what it does, when it is due, what became of its runs.

    Example: clawdbot schedules show mornings-reddit
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get(f"/schedules/{quoted(name)}", ScheduleDetailView, workspace=workspace)
    if as_json:
        print_json(found)
        return
    body = found.definition
    say(f"{found.name} ({found.state}): {one_line(found.when)}")
    say(f"  makes {one_line(f'{body.action.said}{for_whom(body.action)}', 500)}")
    for line in (body.description, found.note):
        if line:
            say(f"  {one_line(line, 500)}")
    where = "" if found.workspace == DEFAULT else f" in {found.workspace}"
    left = "" if found.remaining is None else f", {found.remaining} left"
    say(f"  overlap {body.overlap}, missed {body.missed}{left}; by {one_line(found.created_by)}{where}")
    _show_due(found.next_runs)
    _show_runs(found.runs)


def for_whom(action: Action) -> str:
    """Behind what it makes."""
    if action.watchlist:
        return " for each tracked ticker of the watchlist"
    return f" for {', '.join(action.tickers)}" if action.tickers else ""


def _show_runs(runs: Sequence[RunView]) -> None:
    if not runs:
        return
    table = listing("WAS DUE", "OUTCOME", ">MADE", "WHY")
    for each in runs:
        made = f"plan {str(each.plan_id)[:8]}" if each.plan_id else count(len(each.task_ids), "task")
        table.add_row(clock(each.due_at), each.outcome, made, one_line(each.why or "", 200))
    say("")
    screen().print(table)


def _show_due(due: Sequence[DueView]) -> None:
    for each in due:
        say(Text(f"  {each.local}{f'   {each.note}' if each.note else ''}"))


def preview(
    cron: Cron = None,
    every: Every = None,
    at: At = None,
    rule: Rule = None,
    zone: Zone = None,
    starts_at: StartsAt = None,
    count: _Count = 10,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Show when a schedule would be due; nothing is created.

    Example: clawdbot schedules preview --cron '30 2 * * *' --zone Europe/Berlin
    """
    body: dict[str, Any] = {"timing": timing_of(cron, every, at, rule, zone, starts_at), "count": count}
    body["zone"] = zone or local_timezone()
    with ApiClient(find_connection(api_url)) as api:
        found = api.post("/schedules/preview", PreviewView, body)
    if as_json:
        print_json(found)
    else:
        _show_due(found.runs)
