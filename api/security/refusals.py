"""Writes refusals to the audit log: failed sign-ins, and attempts at admin routes by others."""

import logging
from typing import Any

from api.security.attempts import worth_noting
from db.people.audit import add_entry
from db.session import Database, Unavailable

logger = logging.getLogger(__name__)


async def note_refusal(
    database: Database, actor: str, action: str, object_: str, *, address: str, **details: Any
) -> None:
    """A line in a transaction of its own; one who is refused all the time gets one every half minute."""
    try:
        async with database.transaction() as connection:
            if await worth_noting(connection, actor, address):
                await add_entry(connection, actor, action, object_, {**details, "address": address})
    except Unavailable as error:
        logger.warning("a refusal (%s, %s) could not be audited: %s", actor, action, error.__cause__)
