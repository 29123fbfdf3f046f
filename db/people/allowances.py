"""Allowances that fill up again with time: how often somebody may guess. Kept in Postgres, so that they hold for all
API processes together and over restarts.

One row per subject says until when its allowance is used up (the "generic cell rate algorithm"): an attempt moves that
moment on by `every`, and is refused when it would then lie further ahead than `burst` attempts. A row in the past says
nothing and may go.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# The clock, not the start of the transaction: of several at once, one may begin before the first and come after it.
_SPEND = text("""
INSERT INTO attempt_limits AS known (subject, used_until) VALUES (:subject, clock_timestamp() + :every)
ON CONFLICT (subject) DO UPDATE SET used_until = GREATEST(known.used_until, clock_timestamp()) + :every
WHERE known.used_until <= clock_timestamp() + :every * (:burst - 1)
RETURNING true
""")
_WAIT = text("""
SELECT GREATEST(EXTRACT(epoch FROM used_until - clock_timestamp() - :every * (:burst - 1)), 1)
FROM attempt_limits WHERE subject = :subject
""")
_GIVE_BACK = text("UPDATE attempt_limits SET used_until = used_until - :every WHERE subject = :subject")
# Locked rows are left for the next time: waiting for them could be waiting in a circle.
_SWEEP = text("""
DELETE FROM attempt_limits WHERE subject IN (
    SELECT subject FROM attempt_limits WHERE used_until < now() - interval '10 minutes'
    LIMIT 1000 FOR UPDATE SKIP LOCKED
)
""")


@dataclass(frozen=True)
class Allowance:
    """So many attempts at once, and then one `every` so often."""

    name: str
    burst: int
    every: timedelta

    def subject(self, of: str) -> bytes:
        return hashlib.sha256(f"{self.name}\n{of}".encode(errors="replace")).digest()


async def spend(connection: AsyncConnection, allowance: Allowance, of: str) -> float | None:
    """Take one attempt; seconds to wait when there is none."""
    row = {"subject": allowance.subject(of), "every": allowance.every, "burst": allowance.burst}
    if (await connection.execute(_SPEND, row)).first() is not None:
        return None
    wait = (await connection.execute(_WAIT, row)).scalar()
    return float(wait or 1)


async def give_back(connection: AsyncConnection, allowance: Allowance, of: str) -> None:
    """The attempt was none: the password was right."""
    await connection.execute(_GIVE_BACK, {"subject": allowance.subject(of), "every": allowance.every})


async def sweep(connection: AsyncConnection) -> None:
    """Forget those whose allowance is full again."""
    await connection.execute(_SWEEP)
