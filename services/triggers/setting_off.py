"""Sets a trigger off: what comes of a payload is written with its delivery, in one transaction."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.settings import ServerSettings
from contracts.triggers.requests import TriggerBody
from contracts.triggers.sources import Source
from contracts.triggers.views import DeliveryOutcome
from db.people.allowances import Allowance, give_back, spend
from db.triggers.deliveries import let_go_of_payloads, note_outcome
from services.errors import DomainError
from services.reading import read
from services.triggers.actions import NOTHING, CannotBeMade, Made, make_ready, signature

#: Bytes of a payload as JSON that the log keeps.
KEPT_BYTES = 64 * 1024
#: Of how many deliveries, by what became of them. What nobody wanted, or was refused, is rarely looked at again, and
#: whoever may call a hook may send that as often as its rate allows.
KEPT = {
    DeliveryOutcome.MADE: 500, DeliveryOutcome.FAILED: 500, DeliveryOutcome.FILTERED: 100, DeliveryOutcome.REFUSED: 100,
}  # fmt: skip
FILTERED = "The filter does not want it."
_LONGEST = 1_000
_SOURCE: TypeAdapter[Source] = TypeAdapter(Source)


@dataclass(frozen=True)
class Result:
    """What became of a delivery."""

    outcome: DeliveryOutcome
    why: str | None = None
    made: Made = NOTHING


def body_of(row: RowMapping) -> TriggerBody:
    """Raises CannotBeRead."""
    return read(TriggerBody.model_validate, row["definition"])


def source_of(row: RowMapping) -> Source:
    """Without the rest, which may be what cannot be read, or large. Raises CannotBeRead."""
    stored = row["definition"]
    return read(_SOURCE.validate_python, stored.get("source") if isinstance(stored, dict) else stored)


def kept(payload: Any) -> Any | None:
    """What the log keeps of a payload."""
    return payload if len(json.dumps(payload, ensure_ascii=False).encode()) <= KEPT_BYTES else None


async def set_off(
    connection: AsyncConnection,
    settings: ServerSettings,
    row: RowMapping,
    delivery_id: int,
    payload: Any,
    headers: Mapping[str, str],
) -> Result:
    """Make what it makes of this payload, once for this call; the delivery says what became of it.

    Raises:
        CannotBeRead: another version has written the trigger.
    """
    body = body_of(row)
    result = await _result(connection, settings, row["name"], body, payload, headers)
    await note_outcome(
        connection, delivery_id, result.outcome.value, result.why, result.made.task_ids, result.made.plan_id
    )
    await keep_newest(connection, row["id"], result.outcome)
    return result


async def keep_newest(connection: AsyncConnection, trigger_id: uuid.UUID, outcome: DeliveryOutcome) -> None:
    """So the payloads of one trigger never are more than 1,200 times `KEPT_BYTES`."""
    await let_go_of_payloads(connection, trigger_id, outcome.value, KEPT[outcome])


async def _result(
    connection: AsyncConnection,
    settings: ServerSettings,
    name: str,
    body: TriggerBody,
    payload: Any,
    headers: Mapping[str, str],
) -> Result:
    try:
        ready = await make_ready(connection, settings, name, body, payload, headers)
        if ready is None:
            return Result(DeliveryOutcome.FILTERED, FILTERED)
        # What fails halfway leaves nothing.
        async with connection.begin_nested():
            return Result(DeliveryOutcome.MADE, made=await ready.submit(connection, signature(name)))
    except CannotBeMade as error:
        return Result(DeliveryOutcome.FAILED, str(error))
    except DomainError as error:
        return Result(DeliveryOutcome.FAILED, error.detail[:_LONGEST])


async def wait_for_turn(connection: AsyncConnection, trigger_id: uuid.UUID, per_minute: int) -> float | None:
    """Take one of the deliveries that it may have now; seconds to wait when there is none."""
    return await spend(connection, _allowance(per_minute), str(trigger_id))


async def give_turn_back(connection: AsyncConnection, trigger_id: uuid.UUID, per_minute: int) -> None:
    """It was none: the same delivery came twice at the same moment."""
    await give_back(connection, _allowance(per_minute), str(trigger_id))


def _allowance(per_minute: int) -> Allowance:
    return Allowance("deliveries of a trigger", per_minute, timedelta(minutes=1) / per_minute)
