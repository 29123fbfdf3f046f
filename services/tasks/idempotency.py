"""Idempotency-Key: the same request again gets the same answer and does nothing twice.

Scope is (caller, route); draft-ietf-httpapi-idempotency-key-header. The key is taken in the transaction of the
request itself, so a second request with it waits for the first to commit and then finds its answer.
"""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.errors import IdempotencyMismatch

_TAKE = text("""
INSERT INTO idempotency_keys (principal, route, key, fingerprint, status_code, body)
VALUES (:principal, :route, :key, :fingerprint, 201, '{}') ON CONFLICT DO NOTHING RETURNING key
""")
_KEEP = text("""
UPDATE idempotency_keys SET body = CAST(:body AS jsonb)
WHERE principal = :principal AND route = :route AND key = :key
""")
_FIND = text("""
SELECT fingerprint, body FROM idempotency_keys WHERE principal = :principal AND route = :route AND key = :key
""")


async def once(
    connection: AsyncConnection,
    scope: tuple[str, str],
    key: str | None,
    request: BaseModel,
    act: Callable[[], Awaitable[BaseModel]],
) -> dict[str, Any]:
    """Act, or give the answer of the time before.

    Args:
        scope: (caller, route).
        request: what was asked; another request with the same key is refused.

    Raises:
        IdempotencyMismatch: the key belongs to another request.
    """
    if key is None:
        return (await act()).model_dump(mode="json")
    principal, route = scope
    row = {"principal": principal, "route": route, "key": key}
    # Of a large batch it takes a second.
    fingerprint = await asyncio.to_thread(_fingerprint, request)
    taken = await connection.execute(_TAKE, {**row, "fingerprint": fingerprint})
    if taken.first() is None:
        return await _earlier_answer(connection, row, fingerprint)
    answer = (await act()).model_dump(mode="json")
    await connection.execute(_KEEP, {**row, "body": json.dumps(answer)})
    return answer


async def _earlier_answer(connection: AsyncConnection, row: dict[str, Any], fingerprint: bytes) -> dict[str, Any]:
    found = (await connection.execute(_FIND, row)).one()
    if bytes(found.fingerprint) != fingerprint:
        raise IdempotencyMismatch
    body: dict[str, Any] = found.body
    return body


def _fingerprint(request: BaseModel) -> bytes:
    return hashlib.sha256(_canonical(request).encode()).digest()


def _canonical(request: BaseModel) -> str:
    """As JSON with sorted keys. Long lists item by item: no other thread runs while one of those calls does."""
    lists = {
        name: f"[{','.join(_json(item.model_dump(mode='json')) for item in value)}]"
        for name, value in request
        if isinstance(value, list) and all(isinstance(item, BaseModel) for item in value)
    }
    others = request.model_dump(mode="json", exclude=set(lists))
    fields = lists | {name: _json(value) for name, value in others.items()}
    return f"{{{','.join(f'{_json(name)}:{fields[name]}' for name in sorted(fields))}}}"


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
