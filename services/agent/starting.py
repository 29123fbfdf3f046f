"""The tasks of a round are started by the agent's workflow, as its children; this is what it is told of them."""

from contracts.agent.work import StartOrder, StartReport
from db.agent import starts
from db.session import Database
from services.tasks.children import MOST_STARTS, starts_of


async def next_starts(database: Database, order: StartOrder) -> StartReport:
    """Strike off what is started, and say what is next. What the workflow never says, the relay finds out."""
    tasks, commands = [each.task_id for each in order.started], [each.command_id for each in order.started]
    async with database.transaction() as connection:
        await starts.started(connection, tasks, commands)
        return StartReport(starts=starts_of(await starts.unstarted(connection, order.number, MOST_STARTS)))
