"""One round of the agent: look, plan, and write all of it in one transaction, once per number."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from agent.choices import Plan
from agent.discoveries import Discovery
from contracts.agent.work import RoundReport
from contracts.settings import ServerSettings
from db.agent.ledger import decisions_of_round, find_round
from db.agent.state import clock, read_state
from db.session import Database
from services.agent.adviser import Adviser
from services.agent.agent_alerts import raise_alerts
from services.agent.agent_state import Standing, for_workflow, standing_of
from services.agent.discovering import look_around, news_of, tell, track
from services.agent.observation import Seen, Weighed, look, weigh
from services.agent.round_advice import NOBODY, Desk, Heard
from services.agent.round_plan import plan_of
from services.agent.round_writer import report_of, write_round
from services.agent.spending import books_of, settle_all

Pass = Callable[[str], Awaitable[None]]


class Overtaken(Exception):
    """While this round looked, another one decided or somebody changed the policy. It has to look again."""


@dataclass(frozen=True)
class Thought:
    """A plan, and all that it comes from."""

    seen: Seen
    weighed: Weighed
    plan: Plan


async def hold_round(
    database: Database,
    settings: ServerSettings,
    number: int,
    *,
    now: datetime | None = None,
    passing: Pass | None = None,
    adviser: Adviser | None = None,
) -> RoundReport:
    """Have round ``number``, or say again what it decided if there was one. A paused agent has none.

    ``passing``: called at the points where tests let the process die. ``adviser``: is asked about the order before
    anything is locked; whatever becomes of that, the round goes on.

    Raises:
        Overtaken: call it again. Nothing was written.
    """
    async with database.transaction(snapshot=True) as connection:
        if await find_round(connection, number) is not None:
            return await _again(connection, settings, number)
        seen = await look(connection, settings, now)
    if seen.standing.paused:
        return RoundReport(standing=for_workflow(seen.standing), number=number, held=False)
    weighed = await asyncio.to_thread(weigh, seen, settings)
    heard = await Desk(database, settings, adviser).ask(number, seen, weighed) if adviser else NOBODY
    rising = await look_around(database, seen.standing.policy, number)
    async with database.transaction() as connection:
        standing = standing_of(await read_state(connection, lock=True), settings)
        if await find_round(connection, number) is not None:
            return await _again(connection, settings, number)
        if standing.paused:
            return RoundReport(standing=for_workflow(standing), number=number, held=False)
        _check(standing, seen)
        seen = replace(seen, at=now or await clock(connection), standing=standing)
        report = await _decide(connection, settings, number, seen, weighed, heard, rising)
        await _pass(passing, "agent.before-commit")
    await _pass(passing, "agent.after-commit")
    return report


async def think(connection: AsyncConnection, settings: ServerSettings) -> Thought:
    """What a round would decide right now. Needs a snapshot; writes nothing."""
    seen = await look(connection, settings)
    weighed = await asyncio.to_thread(weigh, seen, settings)
    books = await books_of(connection, seen.standing.limits, seen.at)
    return Thought(seen, weighed, await asyncio.to_thread(plan_of, seen, weighed, books, seen.at))


async def _decide(
    connection: AsyncConnection,
    settings: ServerSettings,
    number: int,
    seen: Seen,
    weighed: Weighed,
    heard: Heard,
    rising: Sequence[Discovery],
) -> RoundReport:
    # With the budget locked: what is spent now is spent until the transaction ends.
    await settle_all(connection)
    books = await books_of(connection, seen.standing.limits, seen.at)
    decided = await asyncio.to_thread(plan_of, seen, weighed, books, seen.at, heard.advised)
    found = await news_of(connection, rising, seen.at)
    await write_round(connection, settings, number, seen, decided, heard, found)
    await track(connection, found, seen.standing.policy)
    await tell(connection, seen.at)
    await raise_alerts(connection, seen.standing, weighed.healing, decided, seen.at)
    return await _again(connection, settings, number)


def _check(standing: Standing, seen: Seen) -> None:
    for part in ("round", "policy"):
        if standing.row[part] != seen.standing.row[part]:
            raise Overtaken(Overtaken.__doc__)


async def _again(connection: AsyncConnection, settings: ServerSettings, number: int) -> RoundReport:
    row = await find_round(connection, number)
    decisions = await decisions_of_round(connection, number)
    standing = for_workflow(standing_of(await read_state(connection), settings))
    return report_of(number, row, decisions, standing)


async def _pass(passing: Pass | None, point: str) -> None:
    if passing is not None:
        await passing(point)
