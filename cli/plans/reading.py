"""`clawdbot plans add|validate|list|show|watch|graph`: submit plans and look at them."""

import uuid
from typing import Annotated, Any
from uuid import UUID

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import ExitCode
from cli.ids import Kind, find_id
from cli.options import ApiUrl, AsJson, Follow, InWorkspace, OfWorkspace, belonging
from cli.output import count, print_json, say
from cli.paging import All, Looks, marked, show_pages
from cli.plans.documents import File, Inputs, read_file
from cli.plans.table import COLUMNS, graph_lines, plan_rows, show_plan, show_reviews
from cli.plans.watching import exit_code_of, watch
from cli.text import one_line
from contracts.plans.statuses import PlanStatus
from contracts.plans.views import (
    PlanCheckView,
    PlanCreatedView,
    PlanDetailView,
    PlanPage,
    ReviewPage,
    StepPage,
    StepView,
)

_MOST = 200
_MOST_STEPS = 1_000
_PLAN = Kind(
    "plan", "/plans", PlanPage, "plans", "clawdbot plans list",
    about=lambda each: f"{one_line(each.name, 60)}, {each.status}",
)  # fmt: skip
PlanId = Annotated[str, typer.Argument(metavar="ID", help="Plan id, or its first 4 or more characters.")]


def find_plan(api: ApiClient, text: str) -> UUID:
    """From an id or the beginning of one. Raises CliError, NotFound."""
    return find_id(api, text, _PLAN)


def add(
    file: File,
    inputs: Inputs = None,
    workspace: OfWorkspace = None,
    follow: Follow = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Submit a plan. One that cannot run is refused, with the step and the field of each mistake.

    Example: clawdbot plans add examples/plans/morning.yaml --watch
    """
    document = read_file(file, inputs or ()) | belonging(workspace)
    with ApiClient(find_connection(api_url)) as api:
        raise typer.Exit(submit(api, document, follow=follow, as_json=as_json))


def submit(api: ApiClient, document: dict[str, Any], *, follow: bool, as_json: bool) -> int:
    """Submit it, and say what was made or how it ended; the exit code."""
    # A request whose answer is lost is sent again, and makes no second plan.
    made = api.post("/plans", PlanCreatedView, document, idempotency_key=str(uuid.uuid4()))
    return tell_plan(api, made, follow=follow, as_json=as_json)


def tell_plan(api: ApiClient, made: PlanCreatedView, *, follow: bool, as_json: bool) -> int:
    """Say what was made, or how it ended; the exit code."""
    if not follow:
        if as_json:
            print_json(made)
        else:
            say(f"{made.id}  {count(made.steps, 'step')}")
            say(f"Follow it with: clawdbot plans watch {str(made.id)[:8]}")
        return ExitCode.FINE
    plan = watch(api, made.id, quiet=as_json)
    if as_json:
        print_json(plan)
    else:
        show_plan(plan, _all_steps(api, made.id))
    return exit_code_of(plan)


def validate(file: File, inputs: Inputs = None, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Check a plan without submitting it.

    Example: clawdbot plans validate examples/plans/morning.yaml
    """
    with ApiClient(find_connection(api_url)) as api:
        checked = api.post("/plans/validate", PlanCheckView, read_file(file, inputs or ()))
    if as_json:
        print_json(checked)
        return
    lists = f", and those of {count(checked.open_lists, 'list')} that earlier steps make" if checked.open_lists else ""
    say(f"It can run: {count(checked.steps, 'step')}, {count(checked.tasks, 'task')}{lists}.")


def list_plans(
    status: Annotated[PlanStatus | None, typer.Option(help="Only those that stand there.")] = None,
    workspace: InWorkspace = None,
    after: Annotated[str | None, typer.Option(help="The mark that the page before ends with.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help="Plans on a page.")] = 30,
    everything: All = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """List plans, the newest first.

    Example: clawdbot plans list --status failed
    """
    is_part = status or workspace or after
    nothing = "No plan matches." if is_part else "There are no plans yet. `clawdbot plans add` submits one."
    looks = Looks("plan", COLUMNS, plan_rows, nothing, _MOST)
    with ApiClient(find_connection(api_url)) as api:
        ask = marked(api, "/plans", PlanPage, "plans")
        query = {"status": status.value if status else None, "workspace": workspace, "after": after, "limit": limit}
        show_pages(ask, query, looks, everything=everything, as_json=as_json)


def reviews(workspace: InWorkspace = None, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """List results that wait for a person, of all plans.

    Example: clawdbot plans reviews
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/plans/reviews", ReviewPage, workspace=workspace)
    if as_json:
        print_json(found)
    elif found.reviews:
        show_reviews(found.reviews)
    else:
        say("No result waits for a review.")


def show(plan: PlanId, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Show a plan and its steps.

    Example: clawdbot plans show 1b2c3d4e
    """
    with ApiClient(find_connection(api_url)) as api:
        id_ = find_plan(api, plan)
        found = api.get(f"/plans/{id_}", PlanDetailView, document=as_json)
        if as_json:
            print_json(found)
        else:
            show_plan(found, _all_steps(api, id_))


def watch_plan(plan: PlanId, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Follow a plan until it is over. The exit code is 0 only if it succeeded.

    Example: clawdbot plans watch 1b2c3d4e
    """
    with ApiClient(find_connection(api_url)) as api:
        found = watch(api, find_plan(api, plan), quiet=as_json)
        if as_json:
            print_json(found)
        else:
            show_plan(found, _all_steps(api, found.id))
    raise typer.Exit(exit_code_of(found))


def graph(plan: PlanId, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Show what depends on what, and where each step stands.

    Example: clawdbot plans graph 1b2c3d4e
    """
    with ApiClient(find_connection(api_url)) as api:
        steps = _all_steps(api, find_plan(api, plan))
    if as_json:
        print_json(steps)
        return
    for line in graph_lines(steps):
        say(line)


def _all_steps(api: ApiClient, plan_id: UUID) -> list[StepView]:
    steps: list[StepView] = []
    after: int | None = -1
    while after is not None:
        page = api.get(f"/plans/{plan_id}/steps", StepPage, after=after, limit=_MOST_STEPS)
        steps += page.steps
        after = page.next
    return steps
