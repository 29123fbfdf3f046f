"""Writes the audit log: which caller did what to which object."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from api.security.principal import Principal
from contracts.workspaces.names import DEFAULT
from db.people.audit import add_entry


async def audit(connection: AsyncConnection, principal: Principal, action: str, object_: str, **details: Any) -> None:
    """One line, in the transaction of the action itself. Never put a secret into ``details``."""
    await add_entry(connection, principal.label, action, object_, details)


async def audit_in(
    connection: AsyncConnection, principal: Principal, action: str, name: str, workspace: str, **details: Any
) -> None:
    """The same for what several workspaces may have one of with this name."""
    where = {} if workspace == DEFAULT else {"workspace": workspace}
    await audit(connection, principal, action, name, **details, **where)
