"""Explains why a ticker is collected or not: a round's decision about it right now, and earlier decisions."""

from sqlalchemy.ext.asyncio import AsyncConnection

from agent.choices import Choice, PassedOver
from agent.need_texts import explain
from agent.needs import Need
from contracts.agent.views import AgentExplainView, ExplainedView
from contracts.settings import ServerSettings
from db.agent.ledger import DecisionFilter, list_decisions
from db.records.watchlist import find_ticker
from services.agent.agent_state import Standing
from services.agent.ledger import decision_views
from services.agent.ranking import need_view
from services.agent.round import Thought, think

_DECISIONS = 10
_NOT_DUE = "not_due"


async def explain_ticker(connection: AsyncConnection, settings: ServerSettings, ticker: str) -> AgentExplainView:
    """Needs a snapshot; creates nothing. A ticker may be left alone because it is not on the watchlist."""
    listed = await find_ticker(connection, ticker) is not None
    thought = await think(connection, settings)
    rows = await list_decisions(connection, DecisionFilter(ticker=ticker), before=None, limit=_DECISIONS)
    return AgentExplainView(
        ticker=ticker,
        agent=_agent(thought, ticker) if listed else f"{ticker} is left alone: it is not on the watchlist.",
        sources=_sources(thought, ticker),
        decisions=await decision_views(connection, rows),
    )


def _agent(thought: Thought, ticker: str) -> str:
    standing: Standing = thought.seen.standing
    if standing.trouble:
        return standing.trouble
    if standing.paused:
        return f"The agent is paused by {standing.paused.by}: {standing.paused.reason}"
    if not any(row["ticker"] == ticker for row in thought.seen.known.rows):
        return f"{ticker} is left alone: it is not tracked, or 1,000 tracked tickers are watched more."
    return f"The agent runs, every {standing.policy.interval_minutes:g} minutes."


def _sources(thought: Thought, ticker: str) -> list[ExplainedView]:
    own = [each for each in thought.weighed.needs if each.candidate.ticker == ticker]
    outcomes: list[Choice | PassedOver] = [*thought.plan.passed_over, *thought.plan.choices]
    decided = {each.need.candidate.source: each for each in outcomes if each.need.candidate.ticker == ticker}
    return [_source(thought, need, decided.get(need.candidate.source)) for need in own]


def _source(thought: Thought, need: Need, decided: Choice | PassedOver | None) -> ExplainedView:
    view = need_view(thought.seen.known, need)
    match decided:
        case Choice():
            return ExplainedView(source=view.source, would=decided.kind.value, sentence=decided.reason, need=view)
        case PassedOver():
            return ExplainedView(source=view.source, would=decided.why.value, sentence=decided.reason, need=view)
    return ExplainedView(source=view.source, would=_NOT_DUE, sentence=explain(need), need=view)
