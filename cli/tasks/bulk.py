"""`clawdbot tasks bulk`: the same for all tasks that match, counted first, in the background; followed and stopped."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from cli.acting import agree
from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import CliError
from cli.failures.following import follow, tasks_of
from cli.ids import Kind, find_id
from cli.moments import bound
from cli.options import ApiUrl, AsJson, Follow, InWorkspace, TypeFilter, WorkerFilter, Yes
from cli.options import priority as read_priority
from cli.output import count, listing, print_json, say, screen
from cli.tasks.page import check_names
from cli.text import ago, one_line
from contracts.tasks.bulk import BulksView, BulkView
from contracts.tasks.statuses import TaskStatus

_SINCE = typer.Option("--since", "--created-after", parser=bound, metavar="TIME", help="Created then or later.")
_UNTIL = typer.Option("--until", "--created-before", parser=bound, metavar="TIME", help="Created earlier.")
_BulkId = Annotated[str, typer.Argument(metavar="ID", help="`clawdbot tasks bulk-list` shows them.")]
_BULK = Kind(
    "bulk action", "/tasks/bulk", BulksView, "bulks", "clawdbot tasks bulk-list",
    about=lambda each: f"{each.action}, {each.state}",
)  # fmt: skip


class Act(StrEnum):
    """What is done to each. Params are edited by group: `clawdbot failures edit`."""

    CANCEL = "cancel"
    RETRY = "retry"
    REPRIORITISE = "reprioritise"
    TAG = "tag"
    DELETE = "delete"


def bulk(
    act: Annotated[Act, typer.Argument(metavar="ACT", help="cancel, retry, reprioritise, tag or delete.")],
    status: Annotated[list[TaskStatus] | None, typer.Option(help="May be given several times.")] = None,
    task_type: TypeFilter = None,
    ticker: Annotated[str | None, typer.Option()] = None,
    tag: Annotated[str | None, typer.Option()] = None,
    worker: WorkerFilter = None,
    created_by: Annotated[str | None, typer.Option(help="For example schedule:mornings.")] = None,
    workspace: InWorkspace = None,
    text: Annotated[str | None, typer.Option(help="Words to look for; beginnings are enough.")] = None,
    cause: Annotated[str | None, typer.Option(help="Of a group of failures, whole.")] = None,
    created_after: Annotated[datetime | None, _SINCE] = None,
    created_before: Annotated[datetime | None, _UNTIL] = None,
    priority: Annotated[
        int | None, typer.Option(parser=read_priority, metavar="WORD|0-100", help="For reprioritise.")
    ] = None,
    add_tag: Annotated[list[str] | None, typer.Option(help="For tag.")] = None,
    remove_tag: Annotated[list[str] | None, typer.Option(help="For tag.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many match.")] = False,
    yes: Yes = False,
    wait: Follow = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Do the same to all tasks that match, once you have seen how many. What comes later is not among them.

    Example: clawdbot tasks bulk cancel --status pending --type reddit_crawl --dry-run

    Example: clawdbot tasks bulk tag --created-by schedule:mornings --add-tag looked-at --yes --wait
    """
    given = {
        "status": [each.value for each in status or ()], "task_type": task_type, "ticker": ticker, "tag": tag,
        "worker": worker, "created_by": created_by, "workspace": workspace, "text": text, "cause": cause,
        "created_after": created_after.isoformat() if created_after else None,
        "created_before": created_before.isoformat() if created_before else None,
    }  # fmt: skip
    _refuse_empty(given)
    body: dict[str, Any] = {
        "action": act.value, "filter": {name: value for name, value in given.items() if value},
        "add_tags": add_tag or [], "remove_tags": remove_tag or [],
    }  # fmt: skip
    if priority is not None:
        body["priority"] = priority
    with ApiClient(find_connection(api_url)) as api:
        made = api.post("/tasks/bulk", BulkView, body)
        if not made.count:
            check_names(api, given)
        if dry_run or not made.count:
            _tell_count(act, made, as_json=as_json)
            return
        nothing = f"Nothing was done: {tasks_of(made)} match."
        agree(f"{act.capitalize()} {tasks_of(made)}?", f"{act} them", yes=yes, nothing=nothing)
        raise typer.Exit(follow(api, api.post(f"/tasks/bulk/{made.id}/run", BulkView), wait=wait, as_json=as_json))


def _refuse_empty(given: Mapping[str, Any]) -> None:
    """As of a variable that is not set: left out, it would be done to all others, too."""
    for name, value in given.items():
        if isinstance(value, str) and not value.strip():
            option = f"--{name.removeprefix('task_').replace('_', '-')}"
            raise CliError(f"{option} is empty. Nothing was done: give it a value, or leave it out.")


def bulk_list(api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """What was done in bulk, the newest first, and how far it is.

    Example: clawdbot tasks bulk-list
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/tasks/bulk", BulksView)
    if as_json:
        print_json(found)
        return
    if not found.bulks:
        say("Nothing was done in bulk yet. `clawdbot tasks bulk` does it.")
        return
    table = listing("ID", "ACT", "STATE", ">DONE", ">LEFT OUT", ">OF", "BY", "BEGAN")
    for each in found.bulks:
        of = f"{each.count:,}{'+' if each.capped else ''}"
        counts = f"{each.done:,}", f"{each.skipped:,}", of
        began = ago(each.started_at) if each.started_at else "-"
        table.add_row(str(each.id)[:8], each.action, each.state, *counts, one_line(each.actor, 40), began)
    screen().print(table)


def bulk_watch(id_: _BulkId, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Follow what is done in bulk until it is over. It goes on without you, too.

    Example: clawdbot tasks bulk-watch 1b2c3d4e
    """
    with ApiClient(find_connection(api_url)) as api:
        found = _find(api, id_)
        raise typer.Exit(follow(api, found, wait=True, as_json=as_json))


def bulk_stop(id_: _BulkId, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """End what is done in bulk; what is done already stays.

    Example: clawdbot tasks bulk-stop 1b2c3d4e
    """
    with ApiClient(find_connection(api_url)) as api:
        stopped = api.post(f"/tasks/bulk/{_find(api, id_).id}/stop", BulkView)
    if as_json:
        print_json(stopped)
    else:
        say(f"Stopped after {count(stopped.done, 'task')}.")


def _find(api: ApiClient, text: str) -> BulkView:
    return api.get(f"/tasks/bulk/{find_id(api, text, _BULK)}", BulkView)


def _tell_count(act: Act, made: BulkView, *, as_json: bool) -> None:
    if as_json:
        print_json(made)
    else:
        say(
            f"{tasks_of(made)} match, nothing was done."
            if made.count
            else f"No task matches that {act} is possible for."
        )
