"""Explains why a queue's tasks are given to nobody: a pause, an open circuit, a rate cap, paused workers."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.workers.rates import rate_text
from db.workers.controls import Circuit, Control, RateCap

#: A turn that comes sooner than this is not what a task waits for.
_SOON = timedelta(seconds=1)

_LAST_CLAIM = text("""
SELECT max(a.claimed_at) FROM task_attempts a JOIN tasks t ON t.id = a.task_id
WHERE a.claimed_at > now() - make_interval(secs => :span) AND t.capability = :capability
""")


def clock(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def shut(control: Control) -> str | None:
    """Why nothing at all of this capability is handed out; None if something may be."""
    for pause, what in ((control.everything, "everything"), (control.pause, control.capability)):
        if pause:
            return f"{what} is paused by {pause.by} since {clock(pause.at)}: {pause.reason}"
    circuit = control.circuit
    if circuit is None or (circuit.state == "half_open" and circuit.probe_task_id is None):
        return None
    return _sick(control.capability, circuit) + _probe(circuit)


def awaits_probe(capability: str, circuit: Circuit) -> str:
    """For a circuit that lets one task through."""
    return _sick(capability, circuit) + "; the next task is let through as a probe"


def no_free_worker(capability: str, worker: RowMapping) -> str:
    """Every worker that is there was told to take nothing new; ``worker`` was the last of them."""
    how = "paused" if worker["held"] == "paused" else "being drained"
    since = f"{how} by {worker['held_by']} since {clock(worker['held_at'])}"
    return f"no worker takes {capability} right now ({worker['name']} is {since}: {worker['held_reason']})"


async def turn_by_rate(connection: AsyncConnection, capability: str, rate: RateCap, ahead: int) -> str | None:
    """When the rate cap allows a task its turn; None if that is now."""
    gap = timedelta(seconds=1 / rate.per_second)
    values = {"span": gap.total_seconds(), "capability": capability}
    last: datetime | None = (await connection.execute(_LAST_CLAIM, values)).scalar()
    now = datetime.now(UTC)
    turn = max(now, last + gap if last else now) + ahead * gap
    if turn - now < _SOON:
        return None
    return f"rate limit until about {clock(turn)} ({capability} is capped at {rate_text(rate.per_second)} by {rate.by})"


def _sick(capability: str, circuit: Circuit) -> str:
    return f"the circuit of {capability} is open because its source keeps failing ({circuit.reason})"


def _probe(circuit: Circuit) -> str:
    if circuit.probe_task_id is not None:
        return f"; task {circuit.probe_task_id} is trying it"
    return f"; a probe follows at {clock(circuit.probe_at)}"
