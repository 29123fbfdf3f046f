"""People's commands to the agent: a change of its row, and a message to its workflow in the same transaction."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.agent.budget import check_limits
from contracts.agent.policy import BudgetLimit, Policy
from contracts.agent.work import AgentOrder, AgentStanding, AgentVerb
from contracts.settings import ServerSettings
from db.agent.state import put_command, read_state, set_budget, set_paused, set_policy
from db.people.audit import add_entry
from services.agent.agent_state import for_workflow, standing_of
from services.errors import BadInput, WrongState

_LIMITS = TypeAdapter(list[BudgetLimit])
_RUNS_AGAIN = "resumed"
#: How the audit log names it when somebody steers from the Temporal side.
_ACTIONS = {
    AgentVerb.PAUSE: "agent.pause",
    AgentVerb.RESUME: "agent.resume",
    AgentVerb.SET_BUDGET: "agent.budget",
    AgentVerb.SET_POLICY: "agent.policy",
}


async def pause(connection: AsyncConnection, by: str, reason: str) -> None:
    """Create nothing more. What is under way goes on."""
    await set_paused(connection, True, by, reason)
    await _tell(connection, AgentOrder(verb=AgentVerb.PAUSE, by=by, reason=reason))


async def resume(connection: AsyncConnection, by: str) -> None:
    """Act, from now on."""
    await set_paused(connection, False, by, _RUNS_AGAIN)
    await _tell(connection, AgentOrder(verb=AgentVerb.RESUME, by=by))


async def run_now(connection: AsyncConnection, settings: ServerSettings, by: str) -> None:
    """Have a round at once.

    Raises:
        WrongState: the agent is paused.
    """
    paused = standing_of(await read_state(connection), settings).paused
    if paused:
        raise WrongState(f"The agent is paused by {paused.by}: {paused.reason} Resume it first.")
    await _tell(connection, AgentOrder(verb=AgentVerb.RUN, by=by))


async def change_budget(connection: AsyncConnection, limits: Sequence[BudgetLimit], by: str) -> None:
    """Another budget, from the next round on. What is used already counts.

    Raises:
        BadInput: they make no budget.
    """
    try:
        stored = [each.model_dump(mode="json") for each in check_limits(limits)]
    except ValueError as error:
        raise BadInput(f"Nothing was changed: {error}.", [("limits", str(error))]) from None
    await set_budget(connection, stored, by)
    await _tell(connection, AgentOrder(verb=AgentVerb.SET_BUDGET, by=by))


async def change_policy(connection: AsyncConnection, policy: Policy, by: str) -> None:
    """Another policy, from the next round on."""
    await set_policy(connection, policy.model_dump(mode="json"), by)
    await _tell(connection, AgentOrder(verb=AgentVerb.SET_POLICY, by=by))


async def obey(connection: AsyncConnection, settings: ServerSettings, order: AgentOrder) -> AgentStanding:
    """Write down an order that comes from the Temporal side; one with an id is written already. How things stand."""
    refused = ""
    if order.id is None and order.verb in _ACTIONS:
        refused = await _write_down(connection, order)
    return for_workflow(standing_of(await read_state(connection), settings), refused)


async def _write_down(connection: AsyncConnection, order: AgentOrder) -> str:
    """Why it was refused; empty: it was not."""
    by = order.by[:200]
    try:
        match order.verb:
            case AgentVerb.PAUSE:
                await set_paused(connection, True, by, order.reason[:500] or "no reason given")
            case AgentVerb.RESUME:
                await set_paused(connection, False, by, _RUNS_AGAIN)
            case AgentVerb.SET_BUDGET:
                await set_budget(connection, _stored_limits(order.limits), by)
            case AgentVerb.SET_POLICY:
                policy = Policy.model_validate(order.policy or {})
                await set_policy(connection, policy.model_dump(mode="json"), by)
    except (ValidationError, ValueError) as error:
        return f"{order.verb} was not taken: {error}"[:500]
    await add_entry(connection, by, _ACTIONS[order.verb], "agent", {"from": "temporal", "reason": order.reason[:500]})
    return ""


def _stored_limits(given: Any) -> list[dict[str, Any]]:
    return [each.model_dump(mode="json") for each in check_limits(_LIMITS.validate_python(given))]


async def _tell(connection: AsyncConnection, order: AgentOrder) -> None:
    await put_command(connection, order.model_dump(mode="json", exclude={"id"}))
