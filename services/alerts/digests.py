"""A digest with the agent in it, for the preview and for the schedule."""

import logging
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.alerts.digests import AgentDigest, Decided, DigestData
from contracts.alerts.messages import Period
from contracts.settings import ServerSettings
from db.agent.digest import agent_decisions, agent_figures, waiting_for_people
from db.agent.state import read_state
from db.alerts.digest import digest_data
from services.agent.agent_state import standing_of
from services.agent.ledger import budget_use

logger = logging.getLogger(__name__)


async def gather_digest(
    connection: AsyncConnection, settings: ServerSettings, period: Period, until: datetime
) -> DigestData:
    """The figures of the day or week before the hour of ``until``."""
    data = await digest_data(connection, period, until, settings.targets)
    waiting = await waiting_for_people(connection)
    try:
        async with connection.begin_nested():
            agent = await _agent(connection, settings, data.since, data.until)
    except Exception:
        if connection.closed or connection.invalidated:
            raise
        # Such as a policy that was damaged: repeated, the digest would come no more at all.
        logger.exception("the digest goes without the agent")
        return data.model_copy(update={**waiting, "left_out": ["the agent"]})
    return data.model_copy(update={**waiting, "agent": agent})


async def _agent(
    connection: AsyncConnection, settings: ServerSettings, since: datetime, until: datetime
) -> AgentDigest:
    standing = standing_of(await read_state(connection), settings)
    figures = {
        **await agent_figures(connection, since, until),
        "state": standing.state,
        "decisions": [Decided(**row) for row in await agent_decisions(connection, since, until)],
        "budget": await budget_use(connection, standing),
    }
    return AgentDigest.model_validate(figures)
