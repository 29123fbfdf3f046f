"""Deciding on tasks that wait for a person's yes."""

from collections.abc import Sequence
from typing import Annotated

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.options import ApiUrl, AsJson, TaskIds
from cli.output import print_json, say
from cli.tasks.ids import for_each
from contracts.tasks.views import DecisionView

Comment = Annotated[str, typer.Option("--comment", "-m", help="Why; stays with the task.")]


def approve(ids: TaskIds, comment: Comment = "", api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Let tasks run that wait for approval.

    Example: clawdbot tasks approve 1b2c3d4e -m 'looks right'
    """
    _decide("approve", ids, comment, api_url, as_json)


def reject(ids: TaskIds, comment: Comment = "", api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """End tasks that wait for approval, without running them.

    Example: clawdbot tasks reject 1b2c3d4e -m 'too expensive'
    """
    _decide("reject", ids, comment, api_url, as_json)


def _decide(verb: str, ids: Sequence[str], comment: str, api_url: str | None, as_json: bool) -> None:
    with ApiClient(find_connection(api_url)) as api:
        done, code = for_each(
            api, ids, lambda id_: api.post(f"/tasks/{id_}/{verb}", DecisionView, {"comment": comment})
        )
    if as_json:
        print_json(done)
    for each in done if not as_json else ():
        say(f"{each.id}  {'approved' if each.approved else 'rejected'}")
    raise typer.Exit(code)
