"""Tells people of triggers that ClawdBot has paused, until somebody resumes, changes or deletes them."""

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.alerts.facts import Raised
from contracts.alerts.rules import RuleKind
from db.alerts.raised_alerts import keep_raised
from db.triggers.triggers import halted_triggers


async def tell_halted(connection: AsyncConnection) -> None:
    """Whoever pauses one or lets one go on calls this in the same transaction."""
    rows = await halted_triggers(connection)
    await keep_raised(connection, RuleKind.TRIGGER_HALTED, [_raised(row["name"], row["note"]) for row in rows])


def _raised(name: str, note: str) -> Raised:
    resume = f"`clawdbot triggers resume {name}` lets it go on."
    return Raised(key=name, title=f"Trigger {name} was paused", body=f"{note}\n{resume}", count=1)
