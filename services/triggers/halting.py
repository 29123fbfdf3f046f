"""Tells people of triggers that ClawdBot has paused, until somebody resumes, changes or deletes them."""

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.alerts.facts import Raised
from contracts.alerts.rules import RuleKind
from contracts.workspaces.names import DEFAULT
from db.alerts.raised_alerts import keep_raised
from db.triggers.triggers import halted_triggers
from db.workspaces.scope import as_owner


async def tell_halted(connection: AsyncConnection) -> None:
    """Whoever pauses one or lets one go on calls this in the same transaction.

    The alerts are about those of all workspaces, of which a member who pauses theirs sees neither.
    """
    async with as_owner(connection):
        rows = await halted_triggers(connection)
        await keep_raised(connection, RuleKind.TRIGGER_HALTED, [_raised(row) for row in rows])


def _raised(row: RowMapping) -> Raised:
    name, workspace = row["name"], row["instance"]
    is_of_all = workspace == DEFAULT
    resume = f"`clawdbot triggers resume {name}{'' if is_of_all else f' --workspace {workspace}'}` lets it go on."
    where = "" if is_of_all else f" of the workspace {workspace}"
    key = name if is_of_all else f"{workspace}/{name}"
    return Raised(key=key, title=f"Trigger {name}{where} was paused", body=f"{row['note']}\n{resume}", count=1)
