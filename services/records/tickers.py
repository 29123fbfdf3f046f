"""The watchlist with what the collected rows say about it, and the scan for symbols that nobody tracks."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.ticker_signals import Mood, Signals, SourceMentions, signals_of
from agent.trend import Mentioned, Threshold, Trending, trending
from contracts.records.ticker_views import SignalsView, TickerView, TrendingTickerView, TrendingView
from db.records.ticker_signals import mentions_of, moods_of
from db.records.watchlist import count_tickers
from services.agent.symbol_scan import Scan
from services.errors import DomainError

#: The whole watchlist.
MOST_TICKERS = 20_000
#: A score that changed longer ago is no news.
_NEWS = timedelta(days=7)


class TickerNotFound(DomainError):
    """This ticker is not on the watchlist."""

    status = 404
    see = "GET /api/v1/tickers"


class WatchlistFull(DomainError):
    """The watchlist would have more than 20,000 tickers. Remove some first; nothing was changed."""

    status = 409


async def check_size(connection: AsyncConnection) -> None:
    """Raises WatchlistFull, which takes back what the transaction has added."""
    if await count_tickers(connection) > MOST_TICKERS:
        raise WatchlistFull


@dataclass(frozen=True)
class Evidence:
    """What is known of a ticker: the numbers, and the counts that they come from."""

    signals: Signals
    mentions: Sequence[RowMapping]


async def ticker_views(connection: AsyncConnection, rows: Sequence[RowMapping]) -> list[TickerView]:
    """Rows of the watchlist with their signals, in their order."""
    known, now = await evidence_of(connection, rows), datetime.now(UTC)
    return [TickerView.model_validate({**row, "signals": _view(row, known[row["ticker"]], now)}) for row in rows]


async def evidence_of(connection: AsyncConnection, rows: Sequence[RowMapping]) -> dict[str, Evidence]:
    """By ticker, for rows of the watchlist."""
    tickers = [row["ticker"] for row in rows]
    mentions, moods = defaultdict(list), defaultdict(list)
    for each in await mentions_of(connection, tickers):
        mentions[each["ticker"]].append(each)
    for each in await moods_of(connection, tickers):
        moods[each["ticker"]].append(each)
    now = datetime.now(UTC)
    return {row["ticker"]: _evidence(row, mentions[row["ticker"]], moods[row["ticker"]], now) for row in rows}


def _evidence(row: RowMapping, mentions: Sequence[RowMapping], moods: Sequence[RowMapping], now: datetime) -> Evidence:
    is_news = row["score_changed_at"] is not None and row["score_changed_at"] > now - _NEWS
    signals = signals_of(
        [SourceMentions(each["source"], each["recent"], each["before"]) for each in mentions],
        [Mood(**{name: each[name] for name in Mood.__dataclass_fields__}) for each in moods],
        (row["score_before"], row["score"]) if is_news else (None, None),
    )
    return Evidence(signals, mentions)


def _view(row: RowMapping, evidence: Evidence, now: datetime) -> SignalsView:
    return SignalsView.model_validate(
        {
            **asdict(evidence.signals),
            "by_source": [dict(each) for each in evidence.mentions],
            "earnings_in_days": days_until(row["earnings_date"], now),
        }
    )


def days_until(day: date | None, now: datetime) -> int | None:
    """Whole days in UTC; negative once it is over."""
    return (day - now.date()).days if day else None


def trending_view(scan: Scan, hours: int, threshold: Threshold, limit: int) -> TrendingView:
    """Symbols that rise in the crawled posts and are not tracked."""
    counted = scan.counted
    untracked = [Mentioned(**each) for each in counted.symbols if not scan.known.get(each["symbol"])]
    found = trending(untracked, counted.recent_posts, counted.before_posts, threshold)
    return TrendingView(
        hours=hours,
        posts=counted.recent_posts,
        posts_before=counted.before_posts,
        tickers=[_trending_view(each, scan.known) for each in found[:limit]],
    )


def _trending_view(found: Trending, known: Collection[str]) -> TrendingTickerView:
    each = found.mentioned
    return TrendingTickerView(
        ticker=each.symbol,
        known=each.symbol in known,
        momentum=round(found.momentum, 4),
        posts=each.recent,
        posts_before=each.before,
        authors=each.authors,
        cashtags=each.cashtags,
    )
