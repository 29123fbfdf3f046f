"""Routes of the agent's state: show, pause, resume, run, budget, policy."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.audit import audit
from api.security.principal import Operator, Reader
from api.state import Services, State
from contracts.agent.budget import limits_text
from contracts.agent.policy import Policy
from contracts.agent.requests import BudgetChange
from contracts.agent.views import AgentExplainView, AgentView
from contracts.params.common import Ticker
from contracts.requests import Because
from services.agent import agent_commands, ledger, ticker_explanation

router = APIRouter(prefix="/agent", tags=["agent"])

_AGENT = "agent"


class ExplainQuery(BaseModel):
    model_config = {"extra": "forbid"}

    ticker: Ticker


@router.get("", summary="Show the agent: paused or running, its last and next round, its budget")
async def get_agent(_: Reader, state: Services) -> AgentView:
    return await _view(state)


@router.post("/pause", summary="Pause the agent; tasks under way go on")
async def pause(body: Because, caller: Operator, state: Services) -> AgentView:
    async with state.database.transaction() as connection:
        await audit(connection, caller, "agent.pause", _AGENT, reason=body.reason)
        await agent_commands.pause(connection, caller.label, body.reason)
    return await _view(state)


@router.post("/resume", summary="Switch the agent on, or end its pause; a round that is due follows at once")
async def resume(caller: Operator, state: Services) -> AgentView:
    async with state.database.transaction() as connection:
        await audit(connection, caller, "agent.resume", _AGENT)
        await agent_commands.resume(connection, caller.label)
    return await _view(state)


@router.post("/run", summary="Run the agent's next round now, within the same budget")
async def run(caller: Operator, state: Services) -> AgentView:
    async with state.database.transaction() as connection:
        await audit(connection, caller, "agent.run", _AGENT)
        await agent_commands.run_now(connection, state.settings, caller.label)
    return await _view(state)


@router.put("/budget", summary="Replace the agent's budget, from its next round on")
async def put_budget(body: BudgetChange, caller: Operator, state: Services) -> AgentView:
    async with state.database.transaction() as connection:
        await agent_commands.change_budget(connection, body.limits, caller.label)
        await audit(connection, caller, "agent.budget", _AGENT, budget=limits_text(body.limits))
    return await _view(state)


@router.put("/policy", summary="Replace the agent's policy; fields left out get their defaults")
async def put_policy(body: Policy, caller: Operator, state: Services) -> AgentView:
    async with state.database.transaction() as connection:
        await audit(connection, caller, "agent.policy", _AGENT, policy=body.model_dump(mode="json"))
        await agent_commands.change_policy(connection, body, caller.label)
    return await _view(state)


@router.get("/explain", summary="Explain why a ticker is collected or not; no task is created")
async def explain(query: Annotated[ExplainQuery, Query()], _: Reader, state: Services) -> AgentExplainView:
    async with state.database.transaction(snapshot=True) as connection:
        return await ticker_explanation.explain_ticker(connection, state.settings, query.ticker)


async def _view(state: State) -> AgentView:
    async with state.database.transaction(snapshot=True) as connection:
        return await ledger.agent_view(connection, state.settings)
