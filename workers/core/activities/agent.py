"""Trusted activities of core: a round of the agent, and the commands to it."""

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity

from contracts import names
from contracts.agent.work import AgentOrder, AgentStanding, RoundOrder, RoundReport, StartOrder, StartReport
from contracts.settings import ServerSettings
from db.session import Database
from runtime.failpoints import Failpoints
from services.agent.agent_commands import obey
from services.agent.round import hold_round
from services.agent.starting import next_starts
from workers.core.activities.adviser import ModelAdviser

#: Nobody waits for a round, so it may take its time; a statement may not.
_PATIENCE_SECONDS = 50


class AgentActivities:
    """Local activities of the Agent workflow. They fail while Postgres is away; Temporal repeats them."""

    def __init__(self, engine: AsyncEngine, settings: ServerSettings, failpoints: Failpoints) -> None:
        self._database = Database(engine, _PATIENCE_SECONDS)
        self._settings = settings
        self._failpoints = failpoints
        self._adviser = ModelAdviser(settings.adviser) if settings.adviser else None

    @activity.defn(name=names.AGENT_STEER_ACTIVITY)
    async def steer(self, order: AgentOrder) -> AgentStanding:
        """Write down what is not written down yet; how the agent stands after it."""
        async with self._database.transaction() as connection:
            return await obey(connection, self._settings, order)

    @activity.defn(name=names.AGENT_ROUND_ACTIVITY)
    async def hold_round(self, order: RoundOrder) -> RoundReport:
        """One round. Repeated, it says the same again."""
        return await hold_round(
            self._database, self._settings, order.number, passing=self._failpoints.hit, adviser=self._adviser
        )

    @activity.defn(name=names.AGENT_START_ACTIVITY)
    async def start(self, order: StartOrder) -> StartReport:
        """What the workflow is to start next. Repeated, it says what is still to be started."""
        await self._failpoints.hit("agent.before-starts")
        return await next_starts(self._database, order)
