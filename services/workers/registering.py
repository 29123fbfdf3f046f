"""Registers workers: by an admin, or by a machine that joins with a code."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.people.views import JoinedView
from contracts.task_types import CAPABILITIES
from contracts.workspaces.names import DEFAULT
from db.people.keys import KeyKind, make_key
from db.workers.registry import register
from db.workspaces.workspaces import limits_of
from services.errors import BadInput, NameTaken


def check_capabilities(names: Sequence[str]) -> None:
    """Raises BadInput when no task type needs one of them."""
    unknown = sorted(set(names) - set(CAPABILITIES))
    if unknown:
        known = ", ".join(CAPABILITIES)
        raise BadInput(f"No task type needs {', '.join(unknown)}.", [("capabilities", f"choose from {known}")])


async def check_serves(connection: AsyncConnection, workspaces: Sequence[str] | None) -> None:
    """Raises BadInput when there is no workspace of one of these names."""
    for name in workspaces or ():
        if name != DEFAULT and await limits_of(connection, name) is None:
            raise BadInput(
                f"There is no workspace '{name}'. Make it first.",
                [("serves", f"'{name}' is no workspace")],
            )


def end_of(seconds: int | None) -> datetime | None:
    """The moment so many seconds from now."""
    return datetime.now(UTC) + timedelta(seconds=seconds) if seconds else None


async def take_in(
    connection: AsyncConnection, worker: dict[str, Any], key_seconds: int | None, secret: str | None = None
) -> JoinedView:
    """A new worker and its key.

    Raises:
        NameTaken: there is a worker with this name.
    """
    try:
        worker_id: uuid.UUID = await register(connection, worker)
    except IntegrityError:
        raise name_taken(worker["name"]) from None
    expires_at = end_of(key_seconds)
    key = await make_key(connection, KeyKind.WORKER, worker_id=worker_id, expires_at=expires_at, secret=secret)
    return JoinedView(
        id=worker_id,
        name=worker["name"],
        capabilities=worker["capabilities"],
        max_concurrency=worker["max_concurrency"],
        serves=worker.get("serves"),
        api_key=key,
        key_expires_at=expires_at,
    )


def name_taken(name: str) -> NameTaken:
    return NameTaken(f"There is a worker called '{name}' already. Choose another name.")
