"""`clawdbot agent decisions`, `undo` and `explain`: what the agent did and why."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.ids import Kind, find_id
from cli.listing import listing
from cli.options import ApiUrl, AsJson
from cli.output import print_json, say, screen
from cli.paging import All, Looks, marked, show_pages
from cli.tasks.ids import beginnings
from cli.text import one_line
from contracts.agent.views import (
    AgentDecisionDetailView,
    AgentDecisionsPage,
    AgentDecisionView,
    AgentExplainView,
    UndoView,
)

_MOST = 200
_COLUMNS = ("DECISION", "AT", "KIND", "TICKER", "SOURCE", "OUTCOME", "WHY")
_WRAPS, _SPARE = ("WHY",), ("KIND", "SOURCE", "AT")
_NOTHING = "The agent has not decided anything yet."
_DECISION = Kind(
    "decision", "/agent/decisions", AgentDecisionsPage, "decisions", "clawdbot agent decisions",
    about=lambda each: one_line(f"{each.kind} {each.ticker} {each.source}"),
)  # fmt: skip


def decisions(
    ticker: Annotated[str | None, typer.Option()] = None,
    kind: Annotated[str | None, typer.Option(help="crawl, probe, retry or escalate.")] = None,
    outcome: Annotated[str | None, typer.Option(help="pending, told, or how the task ended.")] = None,
    decision: Annotated[str | None, typer.Option("--id", help="Everything about one of them, as JSON.")] = None,
    after: Annotated[str | None, typer.Option(help="The mark that the page before ends with.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help="Decisions on a page.")] = 30,
    everything: All = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """List what the agent decided, the newest first.

    Example: clawdbot agent decisions --ticker NVDA --all
    """
    filters = {"ticker": ticker.upper() if ticker else None, "kind": kind, "outcome": outcome, "after": after}
    looks = Looks("decision", _COLUMNS, _rows, _NOTHING, _MOST, wraps=_WRAPS, spare=_SPARE)
    with ApiClient(find_connection(api_url)) as api:
        if decision is not None:
            print_json(api.get(f"/agent/decisions/{_find(api, decision)}", AgentDecisionDetailView))
            return
        ask = marked(api, "/agent/decisions", AgentDecisionsPage, "decisions")
        show_pages(ask, {**filters, "limit": limit}, looks, everything=everything, as_json=as_json)


def undo(
    decision: Annotated[str, typer.Argument(metavar="DECISION", help="Its id, or its first 4 or more characters.")],
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Cancel the tasks that a decision created and that are not over; of an escalation end the alert. Nothing else.

    Example: clawdbot agent undo 01234567-89ab-4def-8123-456789000001
    """
    with ApiClient(find_connection(api_url)) as api:
        done = api.post(f"/agent/decisions/{_find(api, decision)}/undo", UndoView)
    if as_json:
        print_json(done)
        return
    for task in done.cancelled:
        say(f"{task} is being cancelled")
    for task in done.over:
        say(f"{task} was over already")
    if not done.cancelled and not done.over:
        say("Undone; it created no task.")


def _find(api: ApiClient, decision: str) -> UUID:
    return find_id(api, decision, _DECISION)


def explain(
    ticker: Annotated[str, typer.Argument(metavar="TICKER")], api_url: ApiUrl = None, as_json: AsJson = False
) -> None:
    """Say why a ticker is collected, or is not. Nothing is created.

    Example: clawdbot agent explain NVDA
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/agent/explain", AgentExplainView, ticker=ticker)
    if as_json:
        print_json(found)
        return
    say(one_line(found.agent, 500))
    table = listing("SOURCE", "NOW", "WHY", wraps=("WHY",))
    for each in found.sources:
        table.add_row(one_line(each.source), one_line(each.would), one_line(each.sentence, 300))
    screen().print(table)
    if found.decisions:
        say("")
        table = listing(*_COLUMNS, wraps=_WRAPS, spare=_SPARE)
        for row in _rows(found.decisions):
            table.add_row(*row)
        screen().print(table)


def _rows(found: Sequence[AgentDecisionView]) -> list[tuple[str, ...]]:
    return [_row(id_, each) for id_, each in zip(beginnings(found), found, strict=True)]


def _row(id_: str, each: AgentDecisionView) -> tuple[str, ...]:
    outcome = f"{each.outcome} (undone)" if each.undone_by else each.outcome
    return (
        id_, f"{each.created_at:%m-%d %H:%M}", one_line(each.kind), one_line(each.ticker),
        one_line(each.source), one_line(outcome), one_line(each.reason, 300),
    )  # fmt: skip
