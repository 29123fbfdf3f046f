"""Circuits of sick sources, as statements over what the mirror saw of attempts. Nothing is kept in memory.

closed ──N different tasks failed at the source, no success in between──► open ──cool-down──► half open
half open: the first attempt that begins is the probe. It succeeds: closed. The source fails it: open, for longer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.errors import SOURCE_FAULTS
from db.statements import load

#: Who signs what the system does by itself.
SYSTEM = "system:circuits"

_SQL = load(__file__)
_OPEN = _SQL["open_failing"]
_BEGIN_PROBES = _SQL["begin_probes"]
_NOTE_PROBES = _SQL["note_probes"]
_PROBES = _SQL["probes"]
_CLOSE = _SQL["close"]
_REOPEN = _SQL["reopen"]
_PROBE_AGAIN = _SQL["probe_again"]
_ANY_PROBING = _SQL["any_probing"]


@dataclass(frozen=True)
class Rules:
    """When a circuit opens, and for how long. See the settings of the same names."""

    failures: int
    window_seconds: float
    cooldown_seconds: float
    longest_cooldown_seconds: float

    def cooldown(self, openings: int) -> float:
        """Seconds from the n-th opening in a row to its probe."""
        return min(self.cooldown_seconds * 2.0 ** min(openings - 1, 30), self.longest_cooldown_seconds)


async def open_failing(connection: AsyncConnection, rules: Rules) -> Sequence[RowMapping]:
    """Open the circuits of sources that keep failing; (capability, reason) of each."""
    values = {
        "window": rules.window_seconds,
        "failures": rules.failures,
        "cooldown": rules.cooldown(1),
        "faults": list(SOURCE_FAULTS),
        "system": SYSTEM,
    }
    return (await connection.execute(_OPEN, values)).mappings().all()


async def move_probes(connection: AsyncConnection) -> None:
    """Half-open the circuits whose time has come, and note which attempts became probes."""
    await connection.execute(_NOTE_PROBES)
    await connection.execute(_BEGIN_PROBES)


async def probes(connection: AsyncConnection) -> Sequence[RowMapping]:
    """The probes under way or just ended, with how their attempt stands."""
    return (await connection.execute(_PROBES)).mappings().all()


async def close(connection: AsyncConnection, capability: str, actor: str, reason: str) -> bool:
    """Close a circuit; False if it was not open."""
    values = {"capability": capability, "actor": actor, "reason": reason}
    return (await connection.execute(_CLOSE, values)).first() is not None


async def reopen(connection: AsyncConnection, capability: str, reason: str | None, cooldown: float) -> None:
    """The probe met a sick source."""
    await connection.execute(_REOPEN, {"capability": capability, "reason": reason, "cooldown": cooldown})


async def probe_again(connection: AsyncConnection, capability: str) -> None:
    """The probe said nothing about the source: the next attempt is another one."""
    await connection.execute(_PROBE_AGAIN, {"capability": capability})


async def any_probing(connection: AsyncConnection) -> bool:
    found: bool = (await connection.execute(_ANY_PROBING)).scalar_one()
    return found
