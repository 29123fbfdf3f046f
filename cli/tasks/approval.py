"""Deciding on tasks that wait for a person's yes."""

from collections.abc import Sequence
from typing import Annotated

import typer

from cli.acting import on_each_task
from cli.options import ApiUrl, AsJson, TaskIds
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
    on_each_task(
        ids,
        lambda api, id_: api.post(f"/tasks/{id_}/{verb}", DecisionView, {"comment": comment}),
        lambda task: f"{task.id}  {'approved' if task.approved else 'rejected'}",
        api_url,
        as_json,
    )
