"""`clawdbot plans rerun` and `export`: any old plan once more, as it was or edited."""

import sys

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.options import ApiUrl, AsJson, Follow, OfWorkspace
from cli.plans.documents import Inputs, with_inputs
from cli.plans.reading import PlanId, belonging, find_plan, submit
from contracts.plans.documents import written
from contracts.plans.views import PlanDetailView


def rerun(
    plan: PlanId,
    inputs: Inputs = None,
    workspace: OfWorkspace = None,
    follow: Follow = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Submit a plan like an old one, which stays as it is. `retry` goes on where an old one failed.

    Example: clawdbot plans rerun 1b2c3d4e --input tickers=NVDA,AMD --watch
    """
    with ApiClient(find_connection(api_url)) as api:
        old = api.get(f"/plans/{find_plan(api, plan)}", PlanDetailView)
        document = with_inputs(old.document or {}, inputs or ()) | belonging(workspace)
        raise typer.Exit(submit(api, document, follow=follow, as_json=as_json))


def export(plan: PlanId, api_url: ApiUrl = None) -> None:
    """Print a plan as a file that `add` takes: to edit it and run it again.

    Example: clawdbot plans export 1b2c3d4e
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get(f"/plans/{find_plan(api, plan)}", PlanDetailView)
    sys.stdout.write(written(found.document or {}, ascii_only=True))
