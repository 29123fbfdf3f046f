"""Storing what workers collect: only for a task they hold, by its current attempt, each row once."""

import base64
import uuid
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from sqlalchemy import ColumnElement, CursorResult, Table, literal_column, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.mistakes import in_words
from contracts.names import task_id_of
from contracts.records.exchange import StoreReply
from contracts.records.rows import Record, RecordKind
from contracts.storable import TooDeep, cleaned
from contracts.task_types import task_type
from contracts.tasks.statuses import TERMINAL, TaskStatus
from contracts.tasks.work import Lease
from db.records.tables import table_of
from runtime.leases import LeaseInvalid, unseal
from services.errors import BadInput, NotMirroredYet, NotYourTask
from services.records.fuller import is_as_late, kept_columns
from services.records.own_rows import HeldTask, check_kind, check_rows
from services.triggers.new_records import note_records

# FOR SHARE: no other attempt can be noted while these rows are being written.
_HOLDER = text("""
SELECT status, round, run_id, attempt, type, ticker, instance AS workspace, params FROM tasks WHERE id = :id FOR SHARE
""")


def read_lease(header: str | None, keys: Sequence[bytes], *, worker_id: uuid.UUID | None, task_id: uuid.UUID) -> Lease:
    """The lease that a worker shows for a task.

    Raises:
        NotYourTask: it is missing, forged, another worker's or about another task.
    """
    return lease_in(token_in(header), keys, worker_id=worker_id, task_id=task_id)


def token_in(header: str | None) -> bytes:
    """The task token in a header; empty if it is none."""
    try:
        return base64.b64decode(header or "", validate=True)
    except ValueError:
        return b""


def lease_in(token: bytes, keys: Sequence[bytes], *, worker_id: uuid.UUID | None, task_id: uuid.UUID) -> Lease:
    """The lease that a token holds. Raises NotYourTask as `read_lease`."""
    try:
        lease, _ = unseal(token, keys)
    except LeaseInvalid:
        raise NotYourTask("Show the task token that the gateway gave you in X-Task-Token.") from None
    if lease.worker_id != str(worker_id) or task_id_of(lease.workflow_id) != task_id:
        raise NotYourTask
    return lease


async def store(
    connection: AsyncConnection,
    task_id: uuid.UUID,
    lease: Lease,
    kind: RecordKind,
    records: Sequence[dict[str, Any]],
) -> StoreReply:
    """Write rows by their natural key in the workspace of the task; a row that is there already is updated. What cannot
    be stored is left out.

    Raises:
        NotYourTask: the attempt is stale, or the task is over.
        NotAllowed: the type of the task does not write this kind, or a row is not about what the task is about.
        BadInput: a row does not fit its kind.
    """
    task = await check_holder(connection, task_id, lease)
    check_kind(task, kind)
    checked = _checked(kind, records)
    await check_rows(connection, task, kind, checked)
    stored_by = {"task_id": task_id, "attempt": lease.attempt, "workspace": task.workspace}
    rows = [row.model_dump() | stored_by for row in checked]
    if not rows:
        return StoreReply(inserted=0, duplicates=0)
    inserted, new = await _upsert(connection, table_of(kind), rows)
    await note_records(connection, task, kind, new)
    return StoreReply(inserted=inserted, duplicates=len(records) - inserted)


async def check_holder(connection: AsyncConnection, task_id: uuid.UUID, lease: Lease) -> HeldTask:
    """The task, if this is the attempt that holds it now.

    Raises:
        NotYourTask, NotMirroredYet, UnknownTaskType
    """
    row = (await connection.execute(_HOLDER, {"id": task_id})).mappings().first()
    if row is None:
        # The gateway signed for it, so it exists: started from the Temporal side a moment ago.
        raise NotMirroredYet
    # The mirror may lag behind the claim, so it may know less than the lease, but never more.
    if (
        TaskStatus(row["status"]) in TERMINAL
        or (row["round"] != lease.round if row["run_id"] is None else row["run_id"] != lease.run_id)
        or row["attempt"] > lease.attempt
    ):
        raise NotYourTask
    return HeldTask(task_id, task_type(row["type"]), row["ticker"], row["workspace"], row["params"])


def _checked(kind: RecordKind, records: Sequence[dict[str, Any]]) -> list[Record]:
    try:
        return [kind.spec.model.model_validate(cleaned(record)) for record in records]
    except TooDeep as error:
        raise BadInput(f"A row {error}.") from None
    except ValidationError as error:
        errors = [(".".join(map(str, each["loc"])), in_words(each)) for each in error.errors()]
        raise BadInput(f"A row does not fit {kind}: {errors[0][0]}: {errors[0][1]}", errors) from None


async def _upsert(
    connection: AsyncConnection, table: Table, rows: list[dict[str, Any]]
) -> tuple[int, list[dict[str, Any]]]:
    """Returns how many rows were new, and which."""
    key = [column.name for column in table.primary_key]
    # The same row twice in one statement is an error for ON CONFLICT: the last one counts.
    by_key = {tuple(row[name] for name in key): row for row in rows}
    # In one order for everybody: two tasks that deliver the same rows wait for each other, never both.
    unique = [by_key[each] for each in sorted(by_key)]
    statement = insert(table).values(unique)
    content: dict[str, ColumnElement[Any]] = {name: statement.excluded[name] for name in unique[0] if name not in key}
    content |= kept_columns(table, statement.excluded)
    rows_written: CursorResult[Any] = await connection.execute(
        # xmax is 0 in a row that this statement inserted rather than updated.
        statement.on_conflict_do_update(
            index_elements=key, set_=content, where=is_as_late(table, statement.excluded)
        ).returning(literal_column("xmax = 0"), *table.primary_key)
    )
    new: list[tuple[Any, ...]] = [tuple(each[1:]) for each in rows_written.all() if each[0]]
    return len(new), [by_key[each] for each in new if each in by_key]
