"""Looks for symbols that trend and that nobody tracks, and tells of them; tracks them if the policy says so."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from agent.discoveries import Discovery, discoveries, news
from agent.trend import Mentioned, Threshold, trending
from contracts.agent.policy import Policy, TrendingSymbols
from contracts.alerts.facts import Raised
from contracts.alerts.rules import RuleKind
from contracts.names import AGENT_LABEL
from db.agent.ledger import discoveries_since
from db.alerts.raised_alerts import keep_raised
from db.records.watchlist import put_tickers
from db.session import Database
from services.agent.symbol_scan import Scan, Scans

#: Rounds from one look to the next: reading thousands of posts takes seconds, and a trend takes hours.
_EVERY = 4
_HOURS = 24
#: The same symbol is news again after that.
_MEMORY = timedelta(days=7)
_LASTS = timedelta(days=1)


async def look_around(database: Database, policy: Policy, number: int) -> list[Discovery]:
    """What rises in the posts of the last day, the fastest first; nothing in most rounds."""
    if policy.trending is TrendingSymbols.OFF or number % _EVERY != 1:
        return []
    scan = await Scans().scan(database, _HOURS)
    return await asyncio.to_thread(_rising, scan)


def _rising(scan: Scan) -> list[Discovery]:
    counted = scan.counted
    untracked = [Mentioned(**each) for each in counted.symbols if not scan.known.get(each["symbol"])]
    return discoveries(trending(untracked, counted.recent_posts, counted.before_posts, Threshold()), scan.known)


async def news_of(connection: AsyncConnection, rising: Sequence[Discovery], now: datetime) -> list[Discovery]:
    """Those that nobody was told of lately."""
    if not rising:
        return []
    told = {each["ticker"] for each in await discoveries_since(connection, now - _MEMORY)}
    return news(rising, told)


async def track(connection: AsyncConnection, found: Sequence[Discovery], policy: Policy) -> None:
    """Put them on the watchlist, as far as the policy and people leave that to the agent."""
    rows = [{"ticker": each.ticker, "tracked": True} for each in found if each.may_be_tracked]
    if rows and policy.trending is TrendingSymbols.TRACK:
        await put_tickers(connection, rows, [], AGENT_LABEL)


async def tell(connection: AsyncConnection, now: datetime) -> None:
    """An alert for each of the last day."""
    rows = await discoveries_since(connection, now - _LASTS)
    await keep_raised(
        connection,
        RuleKind.SYMBOL_TRENDS,
        [
            Raised(
                key=each["ticker"],
                title=f"📈 {each['reason']}",
                body=_said(each["ticker"], each["outcome"]),
                count=1,
                until=each["created_at"] + _LASTS,
            )
            for each in rows
        ],
    )


def _said(ticker: str, outcome: str) -> str:
    if outcome == "tracked":
        return f"The agent tracks it from now on. To end that: clawdbot tickers set {ticker} --untracked"
    return f"To track it: clawdbot tickers add {ticker}"
