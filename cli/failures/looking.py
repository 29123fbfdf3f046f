"""`clawdbot failures list` and `show`: what failed alike, and why it probably did."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import typer
from rich.text import Text

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.failures.ids import SHOWN, Group, find_group
from cli.listing import grid, listing
from cli.moments import bound
from cli.options import ApiUrl, AsJson, TypeFilter
from cli.output import count, print_json, say, screen
from cli.tasks.page import check_names
from cli.text import ago, clock, one_line, plain
from contracts.tasks.failures import (
    FailureEventView,
    FailureGroupDetailView,
    FailureGroupView,
    FailuresView,
    GroupState,
)

_EVENTS = {
    "came": "seen for the first time",
    "came_back": "came back",
    "resolved": "resolved",
    "muted": "muted",
    "reopened": "opened again",
    "note": "noted",
    "edited": "params changed",
    "canary": "canary sent",
    "canary_succeeded": "the canary succeeded",
    "canary_failed": "the canary failed, nothing was released",
    "released": "released",
    "release_stopped": "release stopped",
}


def list_failures(
    state: Annotated[list[GroupState] | None, typer.Option(help="May be given several times. Default: open.")] = None,
    task_type: TypeFilter = None,
    since: Annotated[datetime | None, typer.Option(parser=bound, metavar="TIME", help="Seen then or later.")] = None,
    empty: Annotated[bool, typer.Option("--empty", help="Also groups of which no task is failed any more.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=200, help="The largest so many.")] = 50,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Failed tasks by cause, the largest group first.

    Example: clawdbot failures list --type reddit_crawl
    """
    query = {"state": [each.value for each in state or ()] or None, "task_type": task_type, "limit": limit}
    query |= {"since": since.isoformat() if since else None, "empty": empty or None}
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/failures", FailuresView, **query)
        if not found.groups:
            check_names(api, query)
    if as_json:
        print_json(found)
        return
    if not found.groups:
        say("No tasks are failed." if not state and not task_type and not since else "No group matches.")
        return
    table = listing("GROUP", ">TASKS", "TYPE", "WHAT", "LIKELY", "LAST", "STATE",
                    wraps=["WHAT"], spare=["STATE", "LAST", "LIKELY"])  # fmt: skip
    for group in found.groups:
        table.add_row(group.cause[:SHOWN], f"{group.count:,}", one_line(group.task_type, 40), _what(group),
                      group.likely.kind.value if group.likely else "", _ago(group.last_at), _state(group))  # fmt: skip
    screen().print(table)
    say(f"\n{count(found.looked_at, 'failed task')}. `clawdbot failures show GROUP` says what to do about it.")


def show_failure(group: Group, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Everything about one group: its likely cause, what to do, what its tasks have in common, what was done.

    Example: clawdbot failures show 3f9a1c
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get(f"/failures/{find_group(api, group)}", FailureGroupDetailView)
    if as_json:
        print_json(found)
    else:
        show(found)


def show(found: FailureGroupDetailView) -> None:
    say(Text(f"{one_line(found.task_type)}  {one_line(found.error_type)}", style="bold red"))
    say(Text(found.cause, style="dim"))
    say(f"\n{one_line(found.example or found.message, 500)}\n")
    if found.likely:
        say(Text(one_line(found.likely.cause, 500), style="bold"))
        say(f"{one_line(found.likely.remedy, 500)}\n")
    facts = grid()
    for name, value in _facts(found):
        facts.add_row(name, value)
    screen().print(facts)
    if found.events:
        say(Text("\nHistory", style="bold"))
        history = grid()
        for event in found.events:
            history.add_row(clock(event.created_at), _event(event))
        screen().print(history)


def _facts(found: FailureGroupDetailView) -> Iterator[tuple[str, str]]:
    yield "failed", f"{count(found.count, 'task')} now, seen {found.seen:,} times"
    yield "state", _state(found)
    if found.first_at and found.last_at:
        yield "seen", f"{clock(found.first_at)} to {clock(found.last_at)}"
    if found.place:
        yield "place", one_line(found.place)
    if found.workers:
        yield "workers", ", ".join(f"{one_line(name, 40)} ({times:,})" for name, times in found.workers.items())
    if found.shared:
        yield "in common", one_line(plain(found.shared), 500)
    if found.task_ids:
        yield "tasks", " ".join(str(id_) for id_ in found.task_ids)


def _event(event: FailureEventView) -> str:
    words = _EVENTS.get(event.type, one_line(event.type))
    by = f" by {one_line(event.actor, 80)}" if event.actor else ""
    until = f" until {one_line(event.details['until'])}" if event.details.get("until") else ""
    said = f": {one_line(event.text, 500)}" if event.text else ""
    return f"{words}{until}{by}{said}"


def _what(group: FailureGroupView) -> str:
    return one_line(f"{group.error_type}: {group.message}", 80)


def _state(group: FailureGroupView) -> str:
    match group.state:
        case GroupState.MUTED:
            return f"muted until {clock(group.muted_until)}" if group.muted_until else "muted"
        case GroupState.RESOLVED:
            return f"resolved by {one_line(group.state_by or '', 80)}"
        case GroupState.OPEN:
            return f"open, came back {count(group.reopened, 'time')}" if group.reopened else "open"


def _ago(moment: datetime | None) -> str:
    return ago(moment) if moment else ""
