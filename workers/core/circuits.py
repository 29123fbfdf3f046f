"""Opens the circuit of a source that keeps failing, sends a probe after a while, and closes it when that succeeds.

Everything is read from and written to Postgres (db/workers/circuits.py): a core that starts goes on where another
one stopped.
"""

import asyncio
import logging
from datetime import timedelta
from enum import Enum, auto

from sqlalchemy import RowMapping
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.errors import SOURCE_FAULTS
from contracts.settings import ServerSettings
from contracts.tasks.work import WORKER_LOST
from db.workers import circuits
from db.workers.circuits import Rules
from workers.core.lookout import Cause, Lookout

logger = logging.getLogger(__name__)

#: While a probe is awaited: the queue must be shut again behind it before the rate lets a second task through.
_PROBING_POLL_SECONDS = 0.2
#: A probe that has been running for this long without the source failing it counts as a success.
_LONG_PROBE = timedelta(minutes=2)
#: Ends of an attempt that say nothing about the source.
_SILENT = (WORKER_LOST, "AttemptTimeout", "LeaseLost", "ApiUnavailable", "Terminated")


class Verdict(Enum):
    """What a probe tells."""

    UNDER_WAY = auto()
    WELL = auto()
    SICK = auto()
    SILENT = auto()


def rules_of(settings: ServerSettings) -> Rules:
    return Rules(
        failures=settings.circuit_failures,
        window_seconds=settings.circuit_window_seconds,
        cooldown_seconds=settings.circuit_cooldown_seconds,
        longest_cooldown_seconds=settings.circuit_longest_cooldown_seconds,
    )


class Circuits:
    """Looks once a second while there are failures, more often while a probe is awaited."""

    def __init__(self, engine: AsyncEngine, rules: Rules, lookout: Lookout) -> None:
        self._engine = engine
        self._rules = rules
        self._lookout = lookout
        #: Capabilities whose probe could not be judged.
        self._unjudged: set[str] = set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            probing = False
            try:
                probing = await self.look()
            except (SQLAlchemyError, OSError) as error:
                logger.warning("cannot look after the circuits right now: %s", error)
            if probing:
                await asyncio.sleep(_PROBING_POLL_SECONDS)
            else:
                await self._lookout.call(Cause.CIRCUITS)

    async def look(self) -> bool:
        """Move every circuit on; returns whether one of them is half open."""
        async with self._engine.begin() as connection:
            await circuits.move_probes(connection)
            for probe in await circuits.probes(connection):
                await self._judge_apart(connection, probe)
            if self._rules.failures:
                for opened in await circuits.open_failing(connection, self._rules):
                    logger.warning("the circuit of %s is open: %s", opened["capability"], opened["reason"])
            return await circuits.any_probing(connection)

    async def _judge_apart(self, connection: AsyncConnection, probe: RowMapping) -> None:
        """A probe that cannot be judged stays as it is, and so does its circuit; the others move on."""
        try:
            async with connection.begin_nested():
                await self._judge(connection, probe)
        except Exception:
            if connection.closed or connection.invalidated:
                raise
            if probe["capability"] not in self._unjudged:
                # Once, and not five times a second.
                logger.exception("the probe of %s cannot be judged", probe["capability"])
            self._unjudged.add(probe["capability"])
        else:
            self._unjudged.discard(probe["capability"])

    async def _judge(self, connection: AsyncConnection, probe: RowMapping) -> None:
        capability = probe["capability"]
        match verdict_of(probe):
            case Verdict.WELL:
                await circuits.close(connection, capability, circuits.SYSTEM, "the probe succeeded")
                logger.info("the circuit of %s is closed: the probe succeeded", capability)
            case Verdict.SICK:
                cooldown = self._rules.cooldown(probe["openings"] + 1)
                await circuits.reopen(connection, capability, probe["message"], cooldown)
                logger.warning("the probe of %s failed, the next follows in %.0f s", capability, cooldown)
            case Verdict.SILENT:
                await circuits.probe_again(connection, capability)


def verdict_of(probe: RowMapping) -> Verdict:
    """What the attempt that is the probe says about its source."""
    if probe["status"] is None:
        return Verdict.SILENT  # the task was deleted
    if probe["ended_at"] is None:
        return Verdict.WELL if probe["age"] > _LONG_PROBE else Verdict.UNDER_WAY
    if probe["status"] == "succeeded":
        return Verdict.WELL
    if probe["error_type"] in SOURCE_FAULTS:
        return Verdict.SICK
    if probe["status"] != "failed" or probe["error_type"] in _SILENT:
        return Verdict.SILENT
    # Not found, refused, bad params: the source answered.
    return Verdict.WELL
