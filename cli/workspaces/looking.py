"""`clawdbot workspaces list` and `show`."""

from typing import Annotated

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.options import ApiUrl, AsJson
from cli.output import listing, print_json, say, screen
from cli.text import ago, one_line, quoted
from contracts.workspaces.views import WorkspaceDetailView, WorkspacesView, WorkspaceView

Name = Annotated[str, typer.Argument(metavar="WORKSPACE", help="`clawdbot workspaces list` shows them.")]


def list_workspaces(api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Workspaces, with what each uses of its limits.

    Example: clawdbot workspaces list
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/workspaces", WorkspacesView)
    if as_json:
        print_json(found)
        return
    if not found.workspaces:
        say("All is in the default workspace. `clawdbot workspaces create NAME` makes another one.")
        return
    table = listing("NAME", ">WEIGHT", ">OPEN", ">LAST HOUR", ">LAST DAY")
    for each in found.workspaces:
        table.add_row(one_line(each.name), f"{each.weight:g}", *usage(each))
    screen().print(table)


def show(name: Name, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """A workspace: its limits, what it uses of them, and its members.

    Example: clawdbot workspaces show research
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get(f"/workspaces/{quoted(name)}", WorkspaceDetailView)
    tell(found, as_json)


def tell(found: WorkspaceDetailView, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    open_, hour, day = usage(found)
    say(f"{one_line(found.name)}  weight {found.weight:g}")
    if found.description:
        say(one_line(found.description, 2_000))
    say(f"Tasks that are not over: {open_}. New in the last hour: {hour}. Cost of the last day: {day}.")
    if found.own_workers:
        say("Only workers that are for it by name serve it.")
    if not found.members:
        say("It has no members: whoever belongs to no workspace sees it.")
        return
    table = listing("MEMBER", "ROLE", "SINCE")
    for each in found.members:
        table.add_row(one_line(each.user), one_line(each.role), ago(each.since))
    screen().print(table)


def usage(of: WorkspaceView) -> tuple[str, str, str]:
    """What it uses, each with its limit if it has one."""
    limits = of.open_tasks, of.tasks_per_hour, None if of.cost_per_day is None else f"${of.cost_per_day:g}"
    used = str(of.open_now), str(of.last_hour), f"${of.cost_today:.2f}"
    open_, hour, day = (
        each if limit is None else f"{each} of {limit}" for each, limit in zip(used, limits, strict=True)
    )
    return open_, hour, day
