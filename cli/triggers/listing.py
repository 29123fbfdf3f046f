"""`clawdbot triggers list`, `show` and `deliveries`."""

from collections.abc import Sequence
from typing import Annotated

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.listing import listing
from cli.options import ApiUrl, AsJson, InWorkspace, ItsWorkspace
from cli.output import print_json, say, say_all, say_unreadable, screen
from cli.text import clock, one_line, plain
from cli.triggers.options import TriggerName, path_of
from contracts.triggers.views import (
    TriggerDeliveriesView,
    TriggerDeliveryDetailView,
    TriggerDeliveryView,
    TriggerDetailView,
    TriggersView,
    TriggerView,
)
from contracts.workspaces.names import DEFAULT

_NO_PAYLOAD = "Its payload is not there: it was refused unread, is over 64 KiB, or newer ones have taken its place."


def list_triggers(workspace: InWorkspace = None, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Show every trigger, with what came last.

    Example: clawdbot triggers list
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/triggers", TriggersView, workspace=workspace)
    if as_json:
        print_json(found)
        return
    if not found.triggers and not found.unreadable:
        where = f" in the workspace '{one_line(workspace)}'" if workspace else ""
        say(f"There are no triggers{where} yet. `clawdbot triggers add NAME FILE` makes one.")
        return
    _show_all(found.triggers)
    for each in found.triggers:
        if each.note:
            say(f"{each.name}: {one_line(each.note, 500)}")
    say_unreadable(found.unreadable)
    say_all(len(found.triggers), "trigger")


def _show_all(triggers: Sequence[TriggerView]) -> None:
    """Where all are in the default workspace, that needs no column."""
    of_teams = any(each.workspace != DEFAULT for each in triggers)
    where = ["WORKSPACE"] if of_teams else []
    table = listing("NAME", *where, "STATE", "WHEN", "DOES", "LAST", wraps=["WHEN", "DOES"], spare=["LAST"])
    for each in triggers:
        last = each.last_delivery
        came = f"{last.outcome} {clock(last.created_at)}" if last else "-"
        named = [each.name, each.workspace] if of_teams else [each.name]
        table.add_row(*named, each.state, one_line(each.when, 100), one_line(each.does, 60), came)
    screen().print(table)


def show(name: TriggerName, workspace: ItsWorkspace = None, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Show one trigger: what sets it off, what it does, what came.

    Example: clawdbot triggers show on-8k
    """
    connection = find_connection(api_url)
    with ApiClient(connection) as api:
        found = api.get(path_of(name), TriggerDetailView, workspace=workspace)
        address = f"{api.api_url}{found.path}" if found.path else ""
    if as_json:
        print_json(found)
        return
    where = "" if found.workspace == DEFAULT else f" in {found.workspace}"
    say(f"{found.name} ({found.state}): {one_line(found.when, 500)}, {one_line(found.does)}")
    body = found.definition
    for label, text in (("", body.description), ("", found.note), ("only if ", body.filter), ("hook ", address)):
        if text:
            say(f"  {label}{one_line(text, 1_000)}")
    say(f"  at most {body.per_minute} a minute; by {one_line(found.created_by)}{where}")
    if found.deliveries:
        say("")
        _show_deliveries(found.deliveries)


def deliveries(
    name: TriggerName,
    delivery: Annotated[int | None, typer.Argument(metavar="[ID]", min=1, help="One of them, with what came.")] = None,
    limit: Annotated[int, typer.Option("--count", "-n", min=1, max=500, help="How many.")] = 50,
    before: Annotated[int | None, typer.Option(min=1, metavar="ID", help="Those before this one.")] = None,
    workspace: ItsWorkspace = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Show what came to a trigger, and what became of it, the newest first.

    Example: clawdbot triggers deliveries on-push
    """
    with ApiClient(find_connection(api_url)) as api:
        if delivery is not None:
            one = api.get(path_of(name, verb=f"/deliveries/{delivery}"), TriggerDeliveryDetailView, workspace=workspace)
            print_json(one) if as_json else _show_one(one)
            return
        found = api.get(
            path_of(name, verb="/deliveries"),
            TriggerDeliveriesView,
            limit=limit,
            before=before,
            workspace=workspace,
        )
    if as_json:
        print_json(found)
        return
    _show_deliveries(found.deliveries)
    more = f" `--before {found.before}` shows more." if found.before else ""
    say(f"{len(found.deliveries)} shown.{more}")


def _show_one(one: TriggerDeliveryDetailView) -> None:
    say(f"{one.id}  {one.outcome}  {clock(one.created_at)}  {one_line(made_of(one))}")
    if one.why:
        say(f"  {one_line(one.why, 1_000)}")
    for name, value in one.headers.items():
        say(f"  {one_line(name)}: {one_line(value, 500)}")
    say(plain(one.payload) if one.has_payload else f"  {_NO_PAYLOAD}")


def _show_deliveries(rows: Sequence[TriggerDeliveryView]) -> None:
    table = listing("ID", "CAME", "OUTCOME", "MADE", "WHY", wraps=["WHY"])
    for each in rows:
        again = f" x{each.repeats + 1}" if each.repeats else ""
        table.add_row(
            str(each.id), clock(each.created_at), f"{each.outcome}{again}", made_of(each), one_line(each.why or "")
        )
    screen().print(table)


def made_of(delivery: TriggerDeliveryView) -> str:
    """What it made, by the beginning of its id."""
    if delivery.plan_id is not None:
        return f"plan {str(delivery.plan_id)[:8]}"
    return " ".join(str(each)[:8] for each in delivery.task_ids) or "-"
