"""Reads the facts for a round: needs, failures, and earlier escalations. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.failures import Failure, Place
from agent.healing import Healing, heal
from agent.needs import Need
from contracts.agent.policy import Policy, Strategy
from contracts.records.breadth import is_usual
from contracts.records.sources import SOURCES
from contracts.settings import ServerSettings
from db.agent.failures import failures_of
from db.agent.ledger import escalations_since
from db.agent.state import clock, read_state
from services.agent.agent_state import Standing, standing_of
from services.agent.ranking import Known, Wanted, gather, in_hand, needs_of

#: Failures of longer ago teach nothing; a source that is still sick is told of once more after that time.
MEMORY = timedelta(days=14)


@dataclass(frozen=True)
class Seen:
    """All that a plan comes from, but for the budget."""

    at: datetime
    standing: Standing
    known: Known
    failures: Sequence[Failure]
    told: Mapping[Place, datetime]

    @property
    def in_hand(self) -> set[Place]:
        return in_hand(self.known)


@dataclass(frozen=True)
class Weighed:
    needs: list[Need]
    healing: Healing


async def look(connection: AsyncConnection, settings: ServerSettings, now: datetime | None = None) -> Seen:
    """Needs a snapshot. ``now``: for simulations; default is what Postgres says."""
    at = now or await clock(connection)
    standing = standing_of(await read_state(connection), settings)
    known = replace(await gather(connection, Wanted(limit=0)), usd_per_post=settings.usd_per_x_post)
    tickers = [row["ticker"] for row in known.rows]
    failures = await failures_of(connection, tickers, list(SOURCES), at - MEMORY)
    told = await escalations_since(connection, at - MEMORY)
    return Seen(at, standing, known, [_failure(each) for each in failures], _told(told))


def weigh(seen: Seen, settings: ServerSettings) -> Weighed:
    """Plain computing, of some thousand needs: beside the event loop."""
    needs = needs_of(seen.known, settings.weights, settings.targets, seen.at)
    fresh = seen.known.freshness.items()
    successes = {place: each["last_success_at"] for place, each in fresh if each["last_success_at"]}
    policy: Policy = seen.standing.policy
    return Weighed(needs, heal(seen.failures, successes, seen.told, policy))


def _failure(row: RowMapping) -> Failure:
    return Failure(
        task_id=str(row["id"]),
        ticker=row["ticker"],
        source=SOURCES[row["type"]].name,
        error_type=row["error_type"] or "Error",
        message=row["message"] or "",
        created_at=row["created_at"],
        failed_at=row["failed_at"],
        strategy=Strategy(row["strategy"]) if row["strategy"] else None,
        worker_id=str(row["worker_id"]) if row["worker_id"] else None,
        usual=row["is_agents"] or is_usual(row["type"], row["params"]),
    )


def _told(rows: Sequence[RowMapping]) -> dict[Place, datetime]:
    return {
        (ticker, each["source"]): each["created_at"]
        for each in rows
        for ticker in each["observation"].get("tickers", ())
    }
