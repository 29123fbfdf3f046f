"""Circuits of sick sources, as statements over what the mirror saw of attempts. Nothing is kept in memory.

closed ──N different tasks failed at the source, no success in between──► open ──cool-down──► half open
half open: the first attempt that begins is the probe. It succeeds: closed. The source fails it: open, for longer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.errors import SOURCE_FAULTS

#: Who signs what the system does by itself.
SYSTEM = "system:circuits"


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


_OPEN = text("""
WITH failed AS MATERIALIZED (
    SELECT t.capability, a.task_id, a.ended_at, a.error->>'message' AS message
    FROM task_attempts a JOIN tasks t ON t.id = a.task_id
    WHERE a.status = 'failed' AND a.ended_at > now() - make_interval(secs => :window)
        AND a.error->>'type' = ANY(:faults)
), suspect AS (
    SELECT capability FROM failed GROUP BY capability HAVING count(DISTINCT task_id) >= :failures
), since AS (
    SELECT s.capability, GREATEST(c.closed_at, (
        SELECT max(a.ended_at) FROM task_attempts a JOIN tasks t ON t.id = a.task_id
        WHERE a.status = 'succeeded' AND a.ended_at > now() - make_interval(secs => :window)
            AND t.capability = s.capability
    )) AS at
    FROM suspect s LEFT JOIN circuits c ON c.capability = s.capability WHERE COALESCE(c.state, 'closed') = 'closed'
), counted AS (
    SELECT f.capability, (array_agg(f.message ORDER BY f.ended_at DESC))[1] AS message
    FROM failed f JOIN since ON since.capability = f.capability
    WHERE since.at IS NULL OR f.ended_at > since.at
    GROUP BY f.capability HAVING count(DISTINCT f.task_id) >= :failures
), opened AS (
    INSERT INTO circuits (capability, state, reason, openings, opened_at, probe_at)
    SELECT capability, 'open', COALESCE(message, 'no reason was given'), 1, now(),
        now() + make_interval(secs => :cooldown)
    FROM counted
    ON CONFLICT (capability) DO UPDATE SET state = 'open', reason = EXCLUDED.reason, openings = 1,
        opened_at = now(), probe_at = EXCLUDED.probe_at, probing_since = NULL, probe_task_id = NULL
        WHERE circuits.state = 'closed'
    RETURNING capability, reason
), noted AS (
    INSERT INTO audit_log (actor, action, object, details)
    SELECT :system, 'circuit.open', capability, jsonb_build_object('reason', reason) FROM opened
)
SELECT capability, reason FROM opened
""")

_BEGIN_PROBES = text("""
UPDATE circuits SET state = 'half_open', probing_since = now(), probe_task_id = NULL
WHERE state = 'open' AND probe_at <= now()
""")

_NOTE_PROBES = text("""
UPDATE circuits SET probe_task_id = first.task_id, probe_round = first.round, probe_run_id = first.run_id,
    probe_attempt = first.attempt
FROM (
    SELECT c.capability, a.* FROM circuits c CROSS JOIN LATERAL (
        SELECT a.task_id, a.round, a.run_id, a.attempt FROM task_attempts a JOIN tasks t ON t.id = a.task_id
        WHERE a.claimed_at >= c.probing_since AND t.capability = c.capability ORDER BY a.claimed_at LIMIT 1
    ) a WHERE c.state = 'half_open' AND c.probe_task_id IS NULL
) first
WHERE circuits.capability = first.capability
""")

_PROBES = text("""
SELECT c.capability, c.openings, a.status, a.ended_at, a.error->>'type' AS error_type, a.error->>'message' AS message,
    now() - a.claimed_at AS age
FROM circuits c LEFT JOIN task_attempts a ON a.task_id = c.probe_task_id AND a.round = c.probe_round
    AND a.run_id = c.probe_run_id AND a.attempt = c.probe_attempt
WHERE c.state = 'half_open' AND c.probe_task_id IS NOT NULL
FOR UPDATE OF c
""")

_CLOSE = text("""
WITH closed AS (
    UPDATE circuits SET state = 'closed', openings = 0, closed_at = now() WHERE capability = :capability
        AND state <> 'closed' RETURNING capability
)
INSERT INTO audit_log (actor, action, object, details)
SELECT :actor, 'circuit.close', capability, jsonb_build_object('reason', CAST(:reason AS text)) FROM closed RETURNING id
""")

_REOPEN = text("""
UPDATE circuits SET state = 'open', reason = COALESCE(:reason, reason), openings = openings + 1,
    probe_at = now() + make_interval(secs => :cooldown), probing_since = NULL, probe_task_id = NULL
WHERE capability = :capability
""")

_PROBE_AGAIN = text(
    "UPDATE circuits SET probing_since = clock_timestamp(), probe_task_id = NULL WHERE capability = :capability"
)
_ANY_PROBING = text("SELECT EXISTS (SELECT 1 FROM circuits WHERE state = 'half_open')")


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
