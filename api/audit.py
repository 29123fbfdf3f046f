"""Writes the audit log: which caller did what to which object."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from api.security.principal import Principal
from db.people.audit import add_entry


async def audit(connection: AsyncConnection, principal: Principal, action: str, object_: str, **details: Any) -> None:
    """One line, in the transaction of the action itself. Never put a secret into ``details``."""
    await add_entry(connection, principal.label, action, object_, details)
