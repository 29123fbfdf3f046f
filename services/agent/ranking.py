"""Ranks the needs of watched tickers from the database as it is now. Reads only."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.collection_tasks import SMALLER_SHARE
from agent.need_texts import explain
from agent.needs import Candidate, Need
from agent.scoring import rank
from agent.ticker_signals import Signals
from contracts.agent.ranking import RankingWeights
from contracts.records.sources import SOURCES
from contracts.records.ticker_views import NeedView, RankingView
from db.records.collecting import freshness_of, runs_of
from db.records.watchlist import count_tickers, find_ticker, most_watched
from services.records.tickers import days_until, evidence_of

#: Tickers that are looked at, the most watched first.
MOST_TICKERS = 1_000

#: Sources whose posts `ai_sentiment` scores.
_OPINIONATED = ("reddit", "twitter")
_TYPE_OF = {source.name: type_ for type_, source in SOURCES.items()}


@dataclass(frozen=True)
class Wanted:
    """Which part of the ranking is asked for. None: all."""

    limit: int
    ticker: str | None = None
    source: str | None = None
    due: bool | None = None

    def shows(self, need: Need) -> bool:
        return self.due is None or need.due == self.due


@dataclass(frozen=True)
class Known:
    """What the database knows of the tickers."""

    rows: Sequence[RowMapping]
    tracked: int
    signals: Mapping[str, Signals]
    #: By ticker and source.
    freshness: Mapping[tuple[str, str], RowMapping]
    runs: Mapping[tuple[str, str], RowMapping]
    #: What X takes for a post and its author.
    usd_per_post: float = 0


async def gather(connection: AsyncConnection, wanted: Wanted) -> Known:
    """A few statements, each by index and bounded, whatever is stored."""
    if wanted.ticker is None:
        rows: Sequence[RowMapping] = await most_watched(connection, MOST_TICKERS)
    else:
        row = await find_ticker(connection, wanted.ticker)
        rows = [row] if row is not None and row["tracked"] else []
    tickers = [row["ticker"] for row in rows]
    names = {type_: source.name for type_, source in SOURCES.items()}
    evidence = await evidence_of(connection, rows)
    freshness = await freshness_of(connection, tickers)
    runs = await runs_of(connection, tickers, list(SOURCES))
    return Known(
        rows=rows,
        tracked=len(rows) if wanted.ticker else await count_tickers(connection, tracked=True),
        signals={ticker: each.signals for ticker, each in evidence.items()},
        freshness={(each["ticker"], each["data_source"]): each for each in freshness},
        runs={(each["ticker"], names[each["type"]]): each for each in runs},
    )


async def ranking(known: Known, wanted: Wanted, weights: RankingWeights, targets: Mapping[str, float]) -> RankingView:
    """The ranking; some thousand scores are computed beside the event loop."""
    return await asyncio.to_thread(_ranking, known, wanted, weights, targets)


def _ranking(known: Known, wanted: Wanted, weights: RankingWeights, targets: Mapping[str, float]) -> RankingView:
    now = datetime.now(UTC)
    sources = {name: hours for name, hours in targets.items() if wanted.source in (None, name)}
    needs = [each for each in needs_of(known, weights, sources, now) if wanted.shows(each)]
    return RankingView(
        at=now,
        weights=weights,
        targets=dict(targets),
        tickers=len(known.rows),
        left_out=known.tracked - len(known.rows),
        candidates=len(needs),
        ranking=[need_view(known, each) for each in needs[: wanted.limit]],
    )


def needs_of(known: Known, weights: RankingWeights, targets: Mapping[str, float], now: datetime) -> list[Need]:
    """Every source of every ticker that is known, the neediest first."""
    return rank(
        [_candidate(known, row, name, hours, now) for row in known.rows for name, hours in targets.items()], weights
    )


def in_hand(known: Known) -> set[tuple[str, str]]:
    """Each ticker and source with a task that is not over."""
    return {place for place, runs in known.runs.items() if runs["in_hand"]}


def _candidate(known: Known, row: RowMapping, source: str, hours: float, now: datetime) -> Candidate:
    place = (row["ticker"], source)
    fresh, runs = known.freshness.get(place), known.runs.get(place)
    signals = known.signals[row["ticker"]]
    posts = [known.runs.get((row["ticker"], name)) for name in _OPINIONATED] if source == "sentiment" else []
    return Candidate(
        ticker=row["ticker"],
        source=source,
        age_hours=_age_hours(fresh["fresh_to"], now) if fresh else None,
        usd_per_post=known.usd_per_post if source == "twitter" else 0,
        waiting_posts=sum(int(each["rows_unscored"] or 0) for each in posts if each) if any(posts) else None,
        watched_hours=_age_hours(row["added_at"], now),
        rested_hours=_age_hours(runs["agents_run_at"], now) if runs else None,
        rested_share=SMALLER_SHARE if runs and runs["agents_was_smaller"] else 1.0,
        target_hours=hours,
        watchers=row["watchers"],
        trend=signals.trend,
        mentions=signals.mentions,
        earnings_in_days=days_until(row["earnings_date"], now),
        score_change=signals.score_change,
        rows_per_run=runs["rows_per_run"] if runs else None,
        usd_per_run=(runs["usd_per_run"] or 0) if runs else 0,
    )


def _age_hours(at: datetime | None, now: datetime) -> float | None:
    return max((now - at).total_seconds() / 3_600, 0.0) if at else None


def need_view(known: Known, need: Need) -> NeedView:
    candidate = need.candidate
    place = (candidate.ticker, candidate.source)
    fresh, runs = known.freshness.get(place), known.runs.get(place)
    values: dict[str, Any] = asdict(need)
    return NeedView.model_validate(
        {
            **values,
            **values["candidate"],
            "task_type": _TYPE_OF[candidate.source],
            "in_hand": bool(runs and runs["in_hand"]),
            "last_attempt_at": fresh["last_attempt_at"] if fresh else None,
            "last_error": fresh["last_error"] if fresh else None,
            "why": explain(need),
        }
    )
