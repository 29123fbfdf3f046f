"""Which state follows from what is known of a worker, and what is noted of it. Every case is rolled back."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import make_engine
from db.workers.registry import get_worker
from db.workers.roster import EVENTS_KEPT, note_changes, prune_events
from tests.support.facade import Facade

#: Online and idle, under a gateway that has been up for a minute.
USUAL = {
    "status": "idle", "seen": 1, "left": None, "leaving": None, "misses": 0, "gateway": 1, "gateway_up": 60,
}  # fmt: skip

_WORKER = text("""
UPDATE workers SET status = :status, status_since = now() - interval '1 hour', canary_misses = :misses,
    online_since = CASE WHEN :status = 'offline' THEN NULL ELSE now() - interval '1 hour' END,
    last_seen_at = now() - make_interval(secs => :seen),
    left_at = now() - make_interval(secs => CAST(:left AS float)),
    leaving_since = now() - make_interval(secs => CAST(:leaving AS float))
WHERE id = :id
""")
_GATEWAY = text("""
INSERT INTO service_beats (name, started_at, at)
VALUES ('gateway', now() - make_interval(secs => :gateway + :gateway_up), now() - make_interval(secs => :gateway))
ON CONFLICT (name) DO UPDATE SET started_at = EXCLUDED.started_at, at = EXCLUDED.at
""")
_EVENTS = text("SELECT type, details->>'because' AS because FROM worker_events WHERE worker_id = :id ORDER BY id")


@pytest.mark.parametrize(
    ("known", "state", "because", "events"),
    [
        ({}, "idle", None, []),
        ({"status": "offline"}, "idle", None, ["online"]),
        ({"status": "busy"}, "idle", None, []),
        ({"status": "deaf"}, "idle", None, ["hears"]),
        ({"status": "draining"}, "idle", None, ["resumed"]),
        ({"leaving": 5}, "draining", None, ["draining"]),
        ({"misses": 1}, "idle", None, []),
        ({"misses": 2}, "deaf", "canaries", ["deaf"]),
        ({"misses": 2, "leaving": 5}, "draining", "canaries", ["draining"]),
        ({"left": 1}, "offline", "stopped", ["offline"]),
        ({"misses": 2, "left": 1}, "offline", "stopped", ["offline"]),
        ({"seen": 14}, "idle", None, []),
        ({"seen": 20}, "offline", "silent", ["offline"]),
        # Nobody wrote that it is there, because nobody wrote at all.
        ({"seen": 55, "gateway": 54}, "idle", None, []),
        ({"seen": 70, "gateway": 69}, "offline", "no_gateway", ["offline"]),
        # The gateway has just come back: who was there gets the time to call, who was gone stays gone.
        ({"seen": 40, "gateway_up": 5}, "idle", None, []),
        ({"seen": 40, "gateway_up": 5, "status": "offline"}, "offline", "silent", []),
        ({"seen": 40, "gateway_up": 20}, "offline", "silent", ["offline"]),
    ],
)
def test_state(stack: Facade, known: dict[str, Any], state: str, because: str | None, events: list[str]) -> None:
    _, worker_id, _ = stack.register(["echo"])

    async def look(connection: AsyncConnection) -> None:
        await connection.execute(_GATEWAY, {name: USUAL[name] for name in ("gateway", "gateway_up")} | of_gateway)
        await connection.execute(_WORKER, of_worker | {"id": worker_id})
        row = await get_worker(connection, UUID(worker_id))
        assert row
        assert (row["status"], row["offline_because"] or row["deaf_because"]) == (state, because)
        told = [each for each in await note_changes(connection) if str(each["worker_id"]) == worker_id]
        assert [each["type"] for each in told] == events
        assert await note_changes(connection) == []
        noted = await get_worker(connection, UUID(worker_id))
        assert noted
        assert noted["status"] == state
        assert (noted["since"] > row["registered_at"]) == (state != known.get("status", "idle"))

    of_gateway = {name: value for name, value in known.items() if name.startswith("gateway")}
    of_worker = {name: known.get(name, USUAL[name]) for name in ("status", "seen", "left", "leaving", "misses")}
    rolled_back(stack, look)


def test_what_is_kept_of_events_is_bounded(stack: Facade) -> None:
    _, worker_id, _ = stack.register(["echo"])

    async def look(connection: AsyncConnection) -> None:
        fill = "INSERT INTO worker_events (worker_id, type) SELECT :id, 'n' || i FROM generate_series(1, :count) i"
        await connection.execute(text(fill), {"id": worker_id, "count": EVENTS_KEPT + 50})
        await prune_events(connection)
        kept = (await connection.execute(_EVENTS, {"id": worker_id})).all()
        assert [kept[0].type, kept[-1].type, len(kept)] == ["n51", f"n{EVENTS_KEPT + 50}", EVENTS_KEPT]

    rolled_back(stack, look)


def rolled_back(stack: Facade, look: Any) -> None:
    async def run() -> None:
        engine = make_engine(stack.database_url, process="tests", pool_size=1)
        try:
            async with engine.connect() as connection:
                await look(connection)
                await connection.rollback()
        finally:
            await engine.dispose()

    # The tests run beside pytest-asyncio's loop, never inside it.
    asyncio.run(run())
