"""Takes what somebody delivers to a hook: signed, new, within its rate; and writes down what became of it.

First it is looked at, in a transaction that also keeps the refusals. Then it is carried out, in one of its own. A
delivery that comes again, at the same moment or later, finds the row of the first one and does nothing.
"""

import asyncio
import hashlib
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any
from urllib.parse import parse_qs

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.settings import ServerSettings
from contracts.storable import TooDeep, cleaned, readable_json
from contracts.triggers.payloads import kept_headers, without_secrets
from contracts.triggers.requests import TriggerBody
from contracts.triggers.sources import Hook, Signature, Source
from contracts.triggers.views import DeliveryOutcome, ReceivedView
from db.people.allowances import Allowance, spend, sweep
from db.session import Database
from db.triggers.deliveries import add_delivery, came_again, find_by_key, keep_again
from db.triggers.triggers import find_by_address
from services.errors import DomainError, IdempotencyMismatch, WrongState
from services.reading import CannotBeRead
from services.triggers.secrets import SecretUnreadable, unseal
from services.triggers.setting_off import (
    Result,
    body_of,
    give_turn_back,
    keep_newest,
    kept,
    set_off,
    source_of,
    wait_for_turn,
)
from services.triggers.signatures import BadDelivery, check, key_of

#: Refusals of one hook that are written down: strangers must not fill the log.
_NOTED = Allowance("refused deliveries", 100, timedelta(seconds=30))


class HookNotFound(DomainError):
    """There is no such hook."""

    status = 404


class HookUnreadable(DomainError):
    """This hook cannot be used right now. Send the delivery again later."""

    status = 503


class DeliveryTooLarge(DomainError):
    """A delivery may have 256 KiB at most."""

    status = 413


class TooManyDeliveries(DomainError):
    """More deliveries than this hook takes."""

    status = 429

    def __init__(self, seconds: float) -> None:
        self.retry_after = ceil(seconds)
        super().__init__(f"More deliveries than this hook takes. Wait {self.retry_after} s and send this one again.")


class NothingToMake(DomainError):
    """Nothing could be made of this delivery; its log in ClawdBot says why."""

    status = 422


@dataclass(frozen=True)
class Sent:
    """A request as it came. ``headers``: by lower-case name."""

    address: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


@dataclass
class _Looked:
    """A delivery that may be carried out, or why not."""

    row: RowMapping
    sent: Sent
    payload: Any = None
    key: str | None = None
    per_minute: int = 1
    known: ReceivedView | None = None
    refusal: DomainError | None = None

    @property
    def stored(self) -> dict[str, Any]:
        return {
            "trigger_id": self.row["id"], "key": self.key, "digest": self.sent.digest,
            "payload": kept(self.payload), "headers": kept_headers(self.sent.headers),
        }  # fmt: skip


async def receive(database: Database, settings: ServerSettings, sent: Sent) -> ReceivedView:
    """What the sender is told.

    Raises:
        DomainError: it was refused, or nothing can be made of it; the log has it, too.
    """
    async with database.transaction() as connection:
        looked = await _look(connection, settings, sent)
    if looked.refusal is not None:
        raise looked.refusal
    if looked.known is not None:
        return looked.known
    async with database.transaction() as connection:
        answer = await _carry_out(connection, settings, looked)
    if answer.outcome is DeliveryOutcome.FAILED:
        raise NothingToMake
    return answer


async def refuse(database: Database, address: str, refusal: DomainError) -> None:
    """Write down what was refused before it was read. Raises HookNotFound."""
    async with database.transaction() as connection:
        row = await find_by_address(connection, address)
        if row is None:
            raise HookNotFound
        await _note_refusal(connection, _Looked(row, Sent(address, {}, b"")), refusal)


async def _look(connection: AsyncConnection, settings: ServerSettings, sent: Sent) -> _Looked:
    row = await find_by_address(connection, sent.address)
    if row is None:
        raise HookNotFound
    looked = _Looked(row, sent)
    try:
        await _check(connection, settings, looked)
    except DomainError as refusal:
        looked.refusal = refusal
        await _note_refusal(connection, looked, refusal)
    return looked


async def _check(connection: AsyncConnection, settings: ServerSettings, looked: _Looked) -> None:
    """Raises BadSignature, BadDelivery, WrongState, IdempotencyMismatch, TooManyDeliveries."""
    row, sent = looked.row, looked.sent
    source = _source_of(row)
    if not isinstance(source, Hook):
        raise HookNotFound
    secrets = _secrets(row, settings.jwt_secret.get_secret_value())
    check(source, secrets, sent.headers, sent.body, datetime.now(UTC))
    body = _body_of(row)
    looked.payload = await asyncio.to_thread(read_payload, sent.headers.get("content-type", ""), sent.body)
    looked.key = key_of(source.signature, sent.headers, looked.payload)
    if looked.key is not None:
        looked.known = await _known(connection, row["id"], source.signature, looked)
        if looked.known is not None:
            return
    if row["paused"]:
        raise WrongState("This hook is paused. Send the delivery again when it goes on.")
    looked.per_minute = body.per_minute
    wait = await wait_for_turn(connection, row["id"], body.per_minute)
    if wait is not None:
        raise TooManyDeliveries(wait)


def _source_of(row: RowMapping) -> Source:
    """Raises HookUnreadable. What is wrong with it is not for strangers; lists of triggers say that."""
    try:
        return source_of(row)
    except CannotBeRead:
        raise HookUnreadable from None


def _body_of(row: RowMapping) -> TriggerBody:
    try:
        return body_of(row)
    except CannotBeRead:
        raise HookUnreadable from None


def _secrets(row: RowMapping, of_server: str) -> list[str]:
    secrets = [unseal(of_server, row["secret"])]
    if row["old_secret"] is not None and row["old_until"] > datetime.now(UTC):
        # One that cannot be read was replaced because of that.
        with suppress(SecretUnreadable):
            secrets.append(unseal(of_server, row["old_secret"]))
    return secrets


def read_payload(content_type: str, body: bytes) -> Any:
    """What was sent, without secrets: JSON, or the `payload` of a form, as GitHub sends it unless told otherwise.

    Raises:
        BadDelivery: it is neither.
    """
    if content_type.partition(";")[0].strip().lower() == "application/x-www-form-urlencoded":
        body = _in_form(body)
    try:
        return without_secrets(cleaned(readable_json(body)))
    except TooDeep as error:
        raise BadDelivery(f"This JSON {error}.") from None
    except (ValueError, RecursionError):
        raise BadDelivery("This is no JSON.") from None


def _in_form(body: bytes) -> bytes:
    try:
        found: Sequence[str] = parse_qs(body.decode(errors="replace"), max_num_fields=100).get("payload", ())
    except ValueError:
        # Of more fields nobody reads any.
        found = ()
    if len(found) != 1:
        raise BadDelivery("A form must have one field named payload, with JSON in it. Or send JSON as it is.")
    return found[0].encode()


async def _known(
    connection: AsyncConnection, trigger_id: uuid.UUID, signature: Signature, looked: _Looked
) -> ReceivedView | None:
    """What was answered before. What failed is tried again: its sender has no other name for it."""
    before = await find_by_key(connection, trigger_id, looked.key or "")
    if before is None:
        return None
    if signature is Signature.BEARER and before["digest"] != looked.sent.digest:
        raise IdempotencyMismatch("This delivery id was used for another body. Take a new one for each delivery.")
    if before["outcome"] == DeliveryOutcome.FAILED:
        return None
    await came_again(connection, before["id"])
    return _answer(before, repeated=True)


async def _carry_out(connection: AsyncConnection, settings: ServerSettings, looked: _Looked) -> ReceivedView:
    row = {**looked.stored, "outcome": DeliveryOutcome.FAILED.value}
    id_ = await add_delivery(connection, row)
    if id_ is None:
        # Somebody else had it first; that one is over now.
        before = await find_by_key(connection, looked.row["id"], looked.key or "")
        if before is None:
            raise WrongState("This delivery is being looked at. Send it again.")
        await came_again(connection, before["id"])
        if before["outcome"] != DeliveryOutcome.FAILED:
            await give_turn_back(connection, looked.row["id"], looked.per_minute)
            return _answer(before, repeated=True)
        id_ = before["id"]
        # What was kept may be gone by now, or be another body.
        await keep_again(connection, id_, row)
    result = await set_off(connection, settings, looked.row, id_, looked.payload, kept_headers(looked.sent.headers))
    return _received(id_, result)


def _received(id_: int, result: Result) -> ReceivedView:
    return ReceivedView(
        delivery=id_, outcome=result.outcome, tasks=list(result.made.task_ids), plan=result.made.plan_id
    )


def _answer(row: RowMapping, *, repeated: bool) -> ReceivedView:
    return ReceivedView(
        delivery=row["id"], outcome=row["outcome"], repeated=repeated, tasks=row["task_ids"], plan=row["plan_id"]
    )


async def _note_refusal(connection: AsyncConnection, looked: _Looked, refusal: DomainError) -> None:
    """In the log, without what nobody has vouched for."""
    if await spend(connection, _NOTED, str(looked.row["id"])) is not None:
        return
    await sweep(connection)
    stored = looked.stored
    if not isinstance(refusal, WrongState | IdempotencyMismatch | TooManyDeliveries):
        stored |= {"payload": None, "headers": {}}
    await add_delivery(connection, {**stored, "outcome": DeliveryOutcome.REFUSED.value, "why": refusal.detail})
    await keep_newest(connection, looked.row["id"], DeliveryOutcome.REFUSED)
