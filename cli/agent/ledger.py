"""`clawdbot agent decisions`, `undo` and `explain`: what the agent did and why."""

from typing import Annotated
from uuid import UUID

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.options import ApiUrl, AsJson
from cli.output import listing, print_json, say, screen
from cli.text import one_line
from contracts.agent.views import (
    AgentDecisionDetailView,
    AgentDecisionsPage,
    AgentDecisionView,
    AgentExplainView,
    UndoView,
)


def decisions(
    ticker: Annotated[str | None, typer.Option()] = None,
    kind: Annotated[str | None, typer.Option(help="crawl, probe, retry or escalate.")] = None,
    outcome: Annotated[str | None, typer.Option(help="pending, told, or how the task ended.")] = None,
    decision: Annotated[UUID | None, typer.Option("--id", help="Everything about one of them, as JSON.")] = None,
    after: Annotated[str | None, typer.Option(help="The mark that the page before ends with.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 30,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """List what the agent decided, the newest first."""
    with ApiClient(find_connection(api_url)) as api:
        if decision is not None:
            print_json(api.get(f"/agent/decisions/{decision}", AgentDecisionDetailView))
            return
        page = api.get(
            "/agent/decisions", AgentDecisionsPage,
            ticker=ticker.upper() if ticker else None, kind=kind, outcome=outcome, after=after, limit=limit,
        )  # fmt: skip
    if as_json:
        print_json(page)
    elif not page.decisions:
        say("No decision matches." if ticker or kind or outcome or after else "The agent has not decided anything yet.")
    else:
        _show(page.decisions)
        if page.next:
            say(f"\nolder ones: --after {one_line(page.next, 200)}")


def undo(
    decision: Annotated[UUID, typer.Argument(metavar="DECISION", help="`clawdbot agent decisions` shows them.")],
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Cancel the tasks that a decision created and that are not over; of an escalation end the alert. Nothing else."""
    with ApiClient(find_connection(api_url)) as api:
        done = api.post(f"/agent/decisions/{decision}/undo", UndoView)
    if as_json:
        print_json(done)
        return
    for task in done.cancelled:
        say(f"{task} is being cancelled")
    for task in done.over:
        say(f"{task} was over already")
    if not done.cancelled and not done.over:
        say("Undone; it created no task.")


def explain(
    ticker: Annotated[str, typer.Argument(metavar="TICKER")], api_url: ApiUrl = None, as_json: AsJson = False
) -> None:
    """Say why a ticker is collected, or is not. Nothing is created."""
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/agent/explain", AgentExplainView, ticker=ticker)
    if as_json:
        print_json(found)
        return
    say(one_line(found.agent, 500))
    table = listing("SOURCE", "NOW", "WHY")
    for each in found.sources:
        table.add_row(one_line(each.source), one_line(each.would), one_line(each.sentence, 300))
    screen().print(table)
    if found.decisions:
        say("")
        _show(found.decisions)


def _show(found: list[AgentDecisionView]) -> None:
    table = listing("DECISION", "AT", "KIND", "TICKER", "SOURCE", "OUTCOME", "WHY")
    for each in found:
        outcome = f"{each.outcome} (undone)" if each.undone_by else each.outcome
        table.add_row(
            str(each.id), f"{each.created_at:%m-%d %H:%M}", one_line(each.kind), one_line(each.ticker),
            one_line(each.source), one_line(outcome), one_line(each.reason, 300),
        )  # fmt: skip
    screen().print(table)
