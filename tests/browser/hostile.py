"""A row in every table, with hostile text in every field that a worker, a source, a person or a chat can fill.

Whatever table comes to the models gets one, too; what only we write ourselves is named here.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy import ARRAY, Boolean, Column, Date, DateTime, Integer, LargeBinary, Table, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import Float, Text

from contracts.task_types import TASK_TYPES
from db.engine import plain_url
from db.models import Base
from tests.browser.hostile_rows import ADDRESSES, CITED, DECISION, HOSTILE, INWARD, NOW, OURS, TASKS, USER, WORKER

#: Addresses in collected rows; one row for each of ADDRESSES.
_LINKS = ("url", "permalink", "document_url")


def fill(database_url: str) -> None:
    with psycopg.connect(plain_url(database_url), autocommit=True) as connection:
        for table in Base.metadata.sorted_tables:
            if table.name not in INWARD:
                for number, given in enumerate(_rows_of(table)):
                    _insert(connection, table, number, given)


def _rows_of(table: Table) -> Iterator[dict[str, Any]]:
    ours = OURS.get(table.name, {})
    if isinstance(ours, list):
        yield from ours
        return
    links = [name for name in _LINKS if name in table.c]
    if links:
        yield from ({**ours, **dict.fromkeys(links, address)} for address in ADDRESSES)
    elif table.name == "tasks":
        yield ours
        for id_, type_ in zip(TASKS[1:], TASK_TYPES, strict=True):
            yield {**ours, "id": id_, "workflow_id": str(id_), "type": type_, "status": "succeeded", "error": None}
    else:
        yield ours


def _insert(connection: psycopg.Connection, table: Table, number: int, given: dict[str, Any]) -> None:
    values = {column.name: _value(column, number, given) for column in table.c if _is_filled(column, given)}
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT DO NOTHING").format(
        sql.Identifier(table.name),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(sql.Placeholder() for _ in values),
    )
    connection.execute(statement, [Jsonb(value) if isinstance(value, dict) else value for value in values.values()])


def _is_filled(column: Column[Any], given: dict[str, Any]) -> bool:
    if column.computed is not None:
        return False
    if column.name in given:
        return given[column.name] is not None
    is_said = isinstance(column.type, Text | JSONB | ARRAY)
    return is_said or not (column.nullable or column.server_default is not None or column.identity is not None)


def _value(column: Column[Any], number: int, given: dict[str, Any]) -> Any:
    if column.name in given:
        value = given[column.name]
        return Jsonb(value) if isinstance(column.type, JSONB) else value
    if isinstance(column.type, JSONB):
        words = ("summary", "title", "text", "message", "step", "type", "reason", "detail", "error")
        return {
            **dict.fromkeys(words, HOSTILE),
            "percent": 40,
            "cited": CITED,
            "url": ADDRESSES[0],
            HOSTILE: {"x": HOSTILE},
        }
    if isinstance(column.type, ARRAY):
        return [HOSTILE]
    if column.name in _REFERRED:
        return _REFERRED[column.name]
    for kind, value in _OF_TYPE:
        if isinstance(column.type, kind):
            return value
    return f"{HOSTILE}{number}"


#: What is there, or can only be one of few words: no door takes any other name of a workspace.
_REFERRED = {
    "worker_id": WORKER, "user_id": USER, "decision_id": DECISION, "notification_id": 1,
    "workspace": "default", "instance": "default",
}  # fmt: skip
_OF_TYPE: tuple[tuple[type, Any], ...] = (
    (Uuid, TASKS[0]), (Boolean, False), (Integer, 1), (Float, 0.5), (DateTime, NOW), (Date, date(2026, 1, 1)),
    (LargeBinary, b"x" * 32),
)  # fmt: skip
