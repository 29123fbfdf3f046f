"""How tickers have been collected so far: when last, what a run brought and cost, and whether one is under way."""

from collections.abc import Sequence

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.names import AGENT_LABEL
from contracts.tasks.statuses import TERMINAL
from db.statements import load

#: Of each ticker the newest tasks are looked at; of each of its types the newest successes count.
_NEWEST_TASKS = 50
_NEWEST_RUNS = 5

_FRESHNESS = text("""
SELECT ticker, data_source, CASE WHEN covered IS NULL THEN last_success_at ELSE fresh_to END AS fresh_to,
    last_success_at, last_attempt_at, last_error
FROM ticker_data_freshness WHERE ticker = ANY(CAST(:tickers AS text[]))
""")

_SQL = load(__file__)
_RUNS = _SQL["runs"].bindparams(newest_tasks=_NEWEST_TASKS, newest_runs=_NEWEST_RUNS, agent=AGENT_LABEL)


async def freshness_of(connection: AsyncConnection, tickers: Sequence[str]) -> Sequence[RowMapping]:
    """Each source of these tickers that was ever asked for, and when."""
    return (await connection.execute(_FRESHNESS, {"tickers": list(tickers)})).mappings().all()


async def runs_of(connection: AsyncConnection, tickers: Sequence[str], types: Sequence[str]) -> Sequence[RowMapping]:
    """Per ticker and task type, of the newest tasks.

    ``rows_per_run``, ``usd_per_run``; ``agents_run_at``: when the agent's last one that succeeded was created, and
    whether it ``agents_was_smaller``, a retry that asked for less; ``rows_unscored``: what it brought since posts were
    last scored; and whether a task is ``in_hand``.
    """
    values = {"tickers": list(tickers), "types": list(types), "terminal": [str(each) for each in TERMINAL]}
    return (await connection.execute(_RUNS, values)).mappings().all()
