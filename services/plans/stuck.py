"""Says at a plan that it cannot go on, while that is tried again and again: else it would be running without a word."""

import uuid

from sqlalchemy.ext.asyncio import AsyncConnection

from db.plans.rows import PlanRows
from plans.state import Failure, failure_of

#: Of a plan of which an advance is refused by Postgres, or cannot be worked out; no end.
CANNOT_GO_ON = "CannotGoOn"


async def note_stuck(connection: AsyncConnection, plan_id: uuid.UUID, why: str) -> None:
    """The caller commits."""
    said = "That is tried again and again, and what has begun goes on. Mend it, or cancel the plan."
    sentence = f"It cannot go on: {why}. {said}"
    await PlanRows(connection, plan_id).note_stuck(failure_of(CANNOT_GO_ON, sentence))


def own_failure(failure: Failure | None) -> Failure | None:
    """Without what `note_stuck` said: an advance that comes so far goes on."""
    return None if isinstance(failure, dict) and failure.get("type") == CANNOT_GO_ON else failure
