"""The week itself: every interval the agent has its round, in between the workers end its tasks."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from benchmarks.week.baselines import Compared, compare
from benchmarks.week.checks import Check, check_all
from benchmarks.week.clock import set_clock
from benchmarks.week.observing import Diary, Entry, ledger
from benchmarks.week.workers import Workers
from benchmarks.week.world import START, World
from contracts.settings import ServerSettings
from db.agent.state import set_budget, set_paused, set_policy
from db.engine import connect_args
from db.records.watchlist import put_tickers
from db.session import Database
from services.agent.round import hold_round

#: A round may wait for a machine that has more to do: nobody else waits for its locks.
_PATIENCE_SECONDS = 1_800
#: The limits of real processes are for a Postgres that others need as well. Here they ended a month in its fourth week,
#: because a busy machine had let this process stand still in a transaction for fifteen seconds.
_NO_LIMITS = "-c idle_in_transaction_session_timeout=0 -c statement_timeout=0"


@dataclass(frozen=True)
class Week:
    """What came out."""

    world: World
    diary: Diary
    entries: list[Entry]
    checks: list[Check]
    compared: Compared
    rounds: int
    #: Of real time.
    seconds: float


async def run(url: str, world: World, say: Callable[[str], None]) -> Week:
    """Live through it, in a database of `benchmarks.week.clock`."""
    began = time.monotonic()
    engine = _patient_engine(url)
    try:
        await _prepare(engine, world)
        diary, rounds = await _live(engine, _settings(url), world, say)
        async with engine.connect() as connection:
            entries = await ledger(connection)
    finally:
        await engine.dispose()
    checks = check_all(world, diary, entries)
    compared = compare(world, diary, entries)
    return Week(world, diary, entries, checks, compared, rounds, time.monotonic() - began)


def _patient_engine(url: str) -> AsyncEngine:
    arguments = connect_args("week", durable=False)
    arguments["options"] += f" {_NO_LIMITS}"
    # One connection, because it is the one that knows what time it is.
    return create_async_engine(
        make_url(url).set(drivername="postgresql+psycopg"), pool_size=1, max_overflow=0, connect_args=arguments
    )


async def _live(
    engine: AsyncEngine, settings: ServerSettings, world: World, say: Callable[[str], None]
) -> tuple[Diary, int]:
    database = Database(engine, _PATIENCE_SECONDS)
    workers, diary = Workers(engine, world), Diary()
    now, number = START, 0
    while now < world.end:
        await workers.work_until(now)
        number += 1
        await hold_round(database, settings, number, now=now)
        await diary.look(engine, now)
        if now.hour == now.minute == 0:
            say(f"{now:%A, %d %B} …")
        now += timedelta(minutes=world.policy.interval_minutes)
    return diary, number


async def _prepare(engine: AsyncEngine, world: World) -> None:
    """A watchlist, a budget, a policy, and the agent switched on, as people would have done it."""
    async with engine.begin() as connection:
        await set_clock(connection, START)
        await _watch(connection, world)
        await set_budget(connection, [each.model_dump(mode="json") for each in world.limits], "week")
        await set_policy(connection, world.policy.model_dump(mode="json"), "week")
        await set_paused(connection, False, "week", "a week begins")


async def _watch(connection: AsyncConnection, world: World) -> None:
    rows = [{"ticker": name, "watchers": world.watchers(name)} for name in world.names]
    await put_tickers(connection, rows, ["watchers"], "week")


def _settings(url: str) -> ServerSettings:
    secret = "simulated-" * 4
    # X by a monthly plan. Where each post is paid for, a run keeps twenty: a gap that nobody's schedule closes.
    prices = {"x_price_post_usd": 0, "x_price_user_usd": 0}
    return ServerSettings.model_validate({"database_url": url, "jwt_secret": secret, "lease_secret": secret, **prices})
