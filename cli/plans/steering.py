"""`clawdbot plans cancel|retry|skip|result|approve|reject`: steer a plan, and repair it from where it failed."""

from typing import Annotated, Any

import typer

from cli.acting import act_on, tell
from cli.errors import CliError
from cli.options import ApiUrl, AsJson
from cli.output import count
from cli.plans.reading import PlanId, find_plan
from cli.tasks.params import read_params
from contracts.plans.views import PlanActedView

Step = Annotated[str, typer.Argument(metavar="STEP", help="Its id in the plan.")]
Place = Annotated[
    int | None, typer.Option("--place", min=0, help="Only this entry of a step with for_each; the first one is 0.")
]
Comment = Annotated[str, typer.Option("--comment", "-m", help="Why; everybody can read it.")]
#: What became of its tasks.
_DONE = {
    "cancel": "cancelled", "retry": "tried again", "skip": "skipped", "result": "given a result", "approve": "approved",
    "reject": "rejected", "request-changes": "sent back",
}  # fmt: skip


def cancel(plan: PlanId, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Cancel a plan: begin nothing more, end what runs.

    Example: clawdbot plans cancel 1b2c3d4e
    """
    _act(plan, "cancel", None, api_url, as_json)


def retry(
    plan: PlanId,
    step: Annotated[str | None, typer.Argument(metavar="[STEP]", help="Default: all that failed.")] = None,
    place: Place = None,
    params: Annotated[
        str | None, typer.Option(help="Whole new params of the step: JSON, @file, or - for stdin.")
    ] = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Go on from where a plan failed, or try one step again. What has succeeded keeps its results.

    Example: clawdbot plans retry 1b2c3d4e crawl --params '{"ticker": "NVDA"}'
    """
    if step is None:
        if place is not None or params is not None:
            raise CliError("--place and --params belong to one step; name it.")
        _act(plan, "retry", None, api_url, as_json)
    else:
        said = {"params": read_params(params)} if params is not None else {}
        _act(plan, f"steps/{step}/retry", said | _of(place), api_url, as_json)


def skip(plan: PlanId, step: Step, place: Place = None, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Go on without a step that failed.

    Example: clawdbot plans skip 1b2c3d4e sentiment
    """
    _act(plan, f"steps/{step}/skip", _of(place), api_url, as_json)


def result(
    plan: PlanId,
    step: Step,
    value: Annotated[str, typer.Argument(metavar="JSON", help="The result: JSON, @file, or - for stdin.")],
    place: Place = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Go on as if a step that failed had succeeded with this result.

    Example: clawdbot plans result 1b2c3d4e crawl '{"posts_collected": 12}'
    """
    _act(
        plan,
        f"steps/{step}/result",
        {"result": read_params(value, "The result", '{"rows": 12}')} | _of(place),
        api_url,
        as_json,
    )


def approve(
    plan: PlanId,
    step: Step,
    place: Place = None,
    comment: Comment = "",
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Say that a result which waits for review is right; the plan goes on.

    Example: clawdbot plans approve 1b2c3d4e digest
    """
    _act(plan, f"steps/{step}/approve", {"comment": comment} | _of(place), api_url, as_json)


def reject(
    plan: PlanId,
    step: Step,
    place: Place = None,
    comment: Comment = "",
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Say that a result which waits for review is wrong; the step has failed.

    Example: clawdbot plans reject 1b2c3d4e digest --comment "AMD is missing"
    """
    _act(plan, f"steps/{step}/reject", {"comment": comment} | _of(place), api_url, as_json)


def request_changes(
    plan: PlanId,
    step: Step,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What shall be different; the worker is told.")],
    place: Place = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Have a result that waits for review made again, differently.

    Example: clawdbot plans request-changes 1b2c3d4e digest "name the sources of each number"
    """
    _act(plan, f"steps/{step}/request-changes", {"text": text} | _of(place), api_url, as_json)


def _of(place: int | None) -> dict[str, Any]:
    return {} if place is None else {"place": place}


def _act(plan: str, verb: str, body: dict[str, Any] | None, api_url: str | None, as_json: bool) -> None:
    done = act_on(lambda api: f"/plans/{find_plan(api, plan)}/{verb}", PlanActedView, body, api_url)
    what = _DONE[verb.rpartition("/")[2]]
    left = f" {done.left} more have no room in the workspace now: retry again once these are over." if done.left else ""
    tell(done, f"{str(done.id)[:8]}  {count(done.parts, 'task')} {what}; the plan is {done.status}.{left}", as_json)
