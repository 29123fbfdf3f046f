"""The next free moment of each source that counts the requests of all workers together."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# now() is when the transaction began: two that wait for each other's row would get the same moment. The clock is
# Postgres' own, and only a difference leaves it, so that no other clock has to be right.
_NEXT = text("""
INSERT INTO source_turns AS turns (source, free_at)
VALUES (:source, clock_timestamp() + make_interval(secs => :gap))
ON CONFLICT (source) DO UPDATE
SET free_at = greatest(turns.free_at, clock_timestamp()) + make_interval(secs => :gap)
WHERE turns.free_at <= clock_timestamp() + make_interval(secs => :most)
RETURNING CAST(extract(epoch FROM free_at - clock_timestamp()) AS float8) - :gap
""")


async def next_turn(connection: AsyncConnection, source: str, gap: float, most: float) -> float | None:
    """Take the next one, ``gap`` seconds behind the one before; returns in how many seconds it is.

    None: all of the next ``most`` seconds are taken, and nobody takes a later one in advance.
    """
    wait = (await connection.execute(_NEXT, {"source": source, "gap": gap, "most": most})).scalar_one_or_none()
    return None if wait is None else max(float(wait), 0.0)
