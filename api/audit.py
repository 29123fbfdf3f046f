"""The audit log: who did what, to what."""

from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from api.security.principal import Principal
from db.models import AuditEntry


async def audit(connection: AsyncConnection, principal: Principal, action: str, object_: str, **details: Any) -> None:
    """One line, in the transaction of the action itself."""
    await connection.execute(
        insert(AuditEntry).values(actor=principal.label, action=action, object=object_, details=details)
    )
