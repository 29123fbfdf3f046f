"""`clawdbot failures retry`, `canary`, `release`, `edit`: what is done to all tasks of a group."""

from typing import Annotated, Any

import typer

from cli.acting import agree, tell
from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import CliError
from cli.failures.following import follow, tasks_of
from cli.failures.ids import Group, find_group
from cli.options import ApiUrl, AsJson, Follow, Yes
from cli.tasks.ids import find_task
from cli.tasks.params import merge_words, read_params
from cli.tasks.types import schema_of
from cli.text import one_line
from contracts.tasks.bulk import BulkView
from contracts.tasks.failures import FailureGroupDetailView


def retry(
    group: Group, yes: Yes = False, wait: Follow = False, api_url: ApiUrl = None, as_json: AsJson = False
) -> None:
    """Retry all its tasks at once, as fast as workers take them. `release` goes at the pace of the source.

    Example: clawdbot failures retry 3f9a1c --yes
    """
    with ApiClient(find_connection(api_url)) as api:
        body = {"action": "retry", "filter": {"cause": find_group(api, group)}}
        made = api.post("/tasks/bulk", BulkView, body)
        if not made.count:
            tell(made, "None of its tasks is failed any more. Nothing was done.", as_json)
            return
        agree(f"Retry {tasks_of(made)}?", "retry them", yes=yes, nothing="Nothing was done.")
        raise typer.Exit(_run(api, made, wait=wait, as_json=as_json))


def canary(
    group: Group,
    task: Annotated[str | None, typer.Option(metavar="ID", help="Which task; else the newest.")] = None,
    release: Annotated[bool, typer.Option("--release", help="Retry the others, too, if it succeeds.")] = False,
    wait: Follow = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Retry one of its tasks, to see whether the others would succeed. If it fails, the others are left alone.

    Example: clawdbot failures canary 3f9a1c --release --wait
    """
    with ApiClient(find_connection(api_url)) as api:
        cause = find_group(api, group)
        body = {"release": release, "task_id": str(find_task(api, task)) if task else None}
        begun = api.post(f"/failures/{cause}/canary", BulkView, body)
        raise typer.Exit(follow(api, begun, wait=wait, as_json=as_json))


def release(
    group: Group,
    without_canary: Annotated[
        bool, typer.Option("--without-canary", help="Also if none has succeeded since the last failure.")
    ] = False,
    wait: Follow = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Retry all its tasks after a canary that succeeded, no faster than the rate of their capability.

    Example: clawdbot failures release 3f9a1c
    """
    with ApiClient(find_connection(api_url)) as api:
        path = f"/failures/{find_group(api, group)}/release"
        begun = api.post(path, BulkView, {"without_canary": without_canary})
        raise typer.Exit(follow(api, begun, wait=wait, as_json=as_json))


def edit(
    group: Group,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="key=value…", help="Params to set; key=null takes one away.")
    ] = None,
    params: Annotated[
        str | None, typer.Option(metavar="JSON|@FILE|-", help="All of them at once; key=value goes on top.")
    ] = None,
    yes: Yes = False,
    wait: Follow = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Give all its tasks other params: each is checked before any is changed. They are not retried thereby.

    Example: clawdbot failures edit 3f9a1c subreddits=stocks limit=null
    """
    given = read_params(params) if params else {}
    with ApiClient(find_connection(api_url)) as api:
        cause = find_group(api, group)
        patch = _patch(api, cause, given, words or [])
        made = api.post(f"/failures/{cause}/edit", BulkView, {"params": patch})
        if made.reason:
            raise CliError(f"Nothing is changed: {one_line(made.reason, 600)}")
        question = f"Change the params of {tasks_of(made)}?"
        agree(question, "change them", yes=yes, nothing="Nothing was changed.")
        raise typer.Exit(_run(api, made, wait=wait, as_json=as_json))


def _patch(api: ApiClient, cause: str, given: dict[str, Any], words: list[str]) -> dict[str, Any]:
    taken = [word.removesuffix("=null") for word in words if word.endswith("=null")]
    set_ = [word for word in words if not word.endswith("=null")]
    if set_:
        type_ = api.get(f"/failures/{cause}", FailureGroupDetailView).task_type
        given = merge_words(given, set_, schema_of(api, type_))
    return given | dict.fromkeys(taken)


def _run(api: ApiClient, made: BulkView, *, wait: bool, as_json: bool) -> int:
    begun = api.post(f"/tasks/bulk/{made.id}/run", BulkView)
    return follow(api, begun, wait=wait, as_json=as_json)
