"""Routes of the agent's ledger: list, show and undo decisions."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.audit import audit
from api.security.principal import Operator, Reader
from api.state import Services
from contracts.agent.policy import ChoiceKind
from contracts.agent.views import AgentDecisionDetailView, AgentDecisionsPage, UndoView
from contracts.requests import IdPrefix
from contracts.storable import Text
from db.agent.ledger import DecisionFilter
from services.agent import ledger

router = APIRouter(prefix="/agent/decisions", tags=["agent"])


class DecisionsQuery(BaseModel):
    """Every filter that is given must match."""

    model_config = {"extra": "forbid"}

    ticker: Text | None = Field(default=None, max_length=20, description="* finds what is about several tickers")
    kind: ChoiceKind | None = None
    outcome: Text | None = Field(
        default=None, max_length=20, description="pending, succeeded, failed, cancelled, rejected or told"
    )
    id_prefix: IdPrefix | None = None
    after: Text | None = Field(default=None, max_length=200, description="The `next` of the page before")
    limit: int = Field(default=50, ge=1, le=200)


@router.get("", summary="List the agent's decisions, the newest first")
async def get_decisions(query: Annotated[DecisionsQuery, Query()], _: Reader, state: Services) -> AgentDecisionsPage:
    wanted = DecisionFilter(query.ticker, query.kind, query.outcome, query.id_prefix)
    async with state.database.transaction(snapshot=True) as connection:
        return await ledger.decisions_page(connection, wanted, query.after, query.limit)


@router.get("/{decision_id}", summary="Show a decision of the agent: its facts, options, choice, tasks and outcome")
async def get_decision(decision_id: uuid.UUID, _: Reader, state: Services) -> AgentDecisionDetailView:
    async with state.database.transaction(snapshot=True) as connection:
        return await ledger.decision_detail(connection, decision_id)


@router.post("/{decision_id}/undo", summary="Undo a decision: cancel its open tasks, end the alert of an escalation")
async def undo(decision_id: uuid.UUID, caller: Operator, state: Services) -> UndoView:
    async with state.database.transaction() as connection:
        done = await ledger.undo(connection, decision_id, caller.label)
        tasks = [str(each) for each in done.cancelled]
        await audit(connection, caller, "agent.undo", str(decision_id), cancelled=tasks)
    return done
