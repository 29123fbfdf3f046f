"""Reads and writes the controls of queues: pauses, rate caps, circuits. Core carries them out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.names import EVERYTHING


@dataclass(frozen=True)
class Pause:
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class RateCap:
    """At most this many hand-outs a second, across all workers."""

    per_second: float
    by: str
    at: datetime


@dataclass(frozen=True)
class Circuit:
    """Open or half open; a closed one is None."""

    state: str
    #: The last error of the source.
    reason: str
    openings: int
    opened_at: datetime
    probe_at: datetime
    #: The task that is trying the source, once it has begun.
    probe_task_id: UUID | None


@dataclass(frozen=True)
class Control:
    """All that may keep the tasks of one capability waiting."""

    capability: str
    #: The pause of everything.
    everything: Pause | None
    pause: Pause | None
    rate: RateCap | None
    circuit: Circuit | None


_OF = text("""
SELECT name.capability,
    e.paused_by AS all_by, e.paused_reason AS all_reason, e.paused_at AS all_at,
    q.paused_by, q.paused_reason, q.paused_at, q.rate_per_second, q.rate_by, q.rate_at,
    c.state, c.reason, c.openings, c.opened_at, c.probe_at, c.probe_task_id
FROM unnest(CAST(:names AS text[])) AS name (capability)
LEFT JOIN queue_controls e ON e.capability = '*'
LEFT JOIN queue_controls q ON q.capability = name.capability
LEFT JOIN circuits c ON c.capability = name.capability AND c.state <> 'closed'
ORDER BY name.capability
""")
# Only a capability that some worker has can be handed out, so these are all that a pause of everything must reach.
_NAMES = text("""
SELECT unnest(CAST(:known AS text[])) AS capability
UNION SELECT unnest(capabilities) FROM workers
UNION SELECT capability FROM queue_controls WHERE capability <> '*'
UNION SELECT capability FROM circuits
""")
_PAUSE = text("""
INSERT INTO queue_controls (capability, paused_by, paused_reason, paused_at) VALUES (:capability, :by, :reason, now())
ON CONFLICT (capability) DO UPDATE SET paused_by = EXCLUDED.paused_by, paused_reason = EXCLUDED.paused_reason,
    paused_at = EXCLUDED.paused_at
""")
_RESUME = text("""
UPDATE queue_controls SET paused_by = NULL, paused_reason = NULL, paused_at = NULL
WHERE capability = :capability AND paused_at IS NOT NULL
""")
_RATE = text("""
INSERT INTO queue_controls (capability, rate_per_second, rate_by, rate_at)
VALUES (:capability, :per_second, :by, now())
ON CONFLICT (capability) DO UPDATE SET rate_per_second = EXCLUDED.rate_per_second, rate_by = EXCLUDED.rate_by,
    rate_at = EXCLUDED.rate_at
""")
_EVERYTHING = text("SELECT paused_by, paused_reason, paused_at FROM queue_controls WHERE capability = :everything")


async def control_of(connection: AsyncConnection, capability: str) -> Control:
    """The pause, rate cap and circuit of one capability."""
    return _control((await connection.execute(_OF, {"names": [capability]})).mappings().one())


async def all_controls(connection: AsyncConnection, known: Sequence[str]) -> list[Control]:
    """The same of every capability: those in ``known``, and those that somebody offers or steers."""
    names = (await connection.execute(_NAMES, {"known": list(known)})).scalars().all()
    rows = (await connection.execute(_OF, {"names": list(names)})).mappings()
    return [_control(row) for row in rows]


async def everything_paused(connection: AsyncConnection) -> Pause | None:
    """The pause of everything, if there is one."""
    row = (await connection.execute(_EVERYTHING, {"everything": EVERYTHING})).mappings().first()
    return _pause(row, "paused") if row else None


async def pause(connection: AsyncConnection, capability: str, by: str, reason: str) -> None:
    """Pause a capability, or EVERYTHING. One that is paused already gets the new reason and author."""
    await connection.execute(_PAUSE, {"capability": capability, "by": by, "reason": reason})


async def resume(connection: AsyncConnection, capability: str) -> None:
    """End that pause, if there is one."""
    await connection.execute(_RESUME, {"capability": capability})


async def cap_rate(connection: AsyncConnection, capability: str, per_second: float | None, by: str) -> None:
    """At most this many hand-outs a second; None takes the cap away."""
    await connection.execute(_RATE, {"capability": capability, "per_second": per_second, "by": by})


def _control(row: RowMapping) -> Control:
    return Control(
        capability=row["capability"],
        everything=_pause(row, "all"),
        pause=_pause(row, "paused"),
        rate=RateCap(row["rate_per_second"], row["rate_by"], row["rate_at"]) if row["rate_per_second"] else None,
        circuit=_circuit(row),
    )


def _pause(row: RowMapping, prefix: str) -> Pause | None:
    at: Any = row[f"{prefix}_at"]
    return Pause(row[f"{prefix}_by"], row[f"{prefix}_reason"], at) if at else None


def _circuit(row: RowMapping) -> Circuit | None:
    if row["state"] is None:
        return None
    return Circuit(**{name: row[name] for name in Circuit.__dataclass_fields__})
