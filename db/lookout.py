"""Asks in one statement which loops of core have something to do."""

from sqlalchemy.ext.asyncio import AsyncConnection

from db.statements import load

_CAUSES = load(__file__)["causes"]


async def causes(connection: AsyncConnection, circuit_window: float) -> set[str]:
    """The names of those that have: messages, bulk, circuits, canaries, failures, schedules,
    triggers, quiet_rows.

    ``circuit_window``: seconds.
    """
    row = (await connection.execute(_CAUSES, {"window": circuit_window})).mappings().one()
    return {name for name, given in row.items() if given}
