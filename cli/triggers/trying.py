"""`clawdbot triggers test` and `replay`."""

import uuid
from typing import Annotated

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.options import ApiUrl, AsJson, ItsWorkspace
from cli.output import print_json, say
from cli.text import one_line, plain
from cli.triggers.listing import made_of
from cli.triggers.options import DeliveryId, TriggerName, path_of, read_payload
from contracts.triggers.views import DeliveryOutcome, TrialView, TriggerDeliveryDetailView, TriggerDetailView


def try_out(
    name: TriggerName,
    payload: Annotated[
        str | None, typer.Argument(metavar="[JSON|@FILE]", help="What would come; else an example of its source.")
    ] = None,
    header: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help="May be given several times.")] = None,
    workspace: ItsWorkspace = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Show what a trigger would make of a payload; nothing is created.

    Example: clawdbot triggers test on-push '{"ref": "refs/heads/main"}' --header x-github-event=push
    """
    headers = {key: value for key, _, value in (each.partition("=") for each in header or [])}
    with ApiClient(find_connection(api_url)) as api:
        if payload is None:
            given = api.get(path_of(name), TriggerDetailView, workspace=workspace).example
        else:
            given = read_payload(payload)
        found = api.post(path_of(name, workspace, "/test"), TrialView, {"payload": given, "headers": headers})
    if as_json:
        print_json(found)
    elif found.outcome is DeliveryOutcome.MADE:
        say(f"It would make a {found.kind}: {plain(found.made)}")
    else:
        say(f"It would make nothing. {one_line(found.why or '', 1_000)}")


def replay(
    name: TriggerName,
    delivery: DeliveryId,
    workspace: ItsWorkspace = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Run an old delivery with the trigger as it is now.

    Example: clawdbot triggers replay on-push 17
    """
    with ApiClient(find_connection(api_url)) as api:
        # A request whose answer is lost is sent again, and makes no second task.
        path, key = path_of(name, workspace, f"/deliveries/{delivery}/replay"), str(uuid.uuid4())
        done = api.post(path, TriggerDeliveryDetailView, idempotency_key=key)
    if as_json:
        print_json(done)
    else:
        say(f"{done.outcome}: {one_line(done.why or made_of(done), 1_000)}")
