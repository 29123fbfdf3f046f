"""/agent and /digest: what the agent and the notifications of the API say."""

from chat.telegram.command_call import Call, Usage
from chat.telegram.texts import Answer, ago, lines, safe
from contracts.agent.budget import dollars
from contracts.agent.policy import BudgetUnit
from contracts.agent.views import AgentView, BudgetUseView
from contracts.alerts.views import DigestView

_MOST_LIMITS = 8
_DONE = {
    "pause": "⏸ The agent is paused.",
    "resume": "▶️ The agent goes on.",
    "run": "▶️ The agent has a round now.",
}


async def agent(call: Call) -> Answer:
    """/agent status, pause REASON, resume, run."""
    verb = call.words[0].lower() if call.words else "status"
    if verb == "status":
        return Answer(_standing(AgentView.model_validate(await call.api.get("/agent"))))
    if verb not in _DONE:
        raise Usage("Write /agent status, /agent pause REASON, /agent resume or /agent run.")
    reason = " ".join(call.words[1:])
    if verb == "pause" and not reason:
        raise Usage("Say why, for those who wonder: /agent pause REASON.")
    await call.api.post(f"/agent/{verb}", {"reason": reason} if verb == "pause" else None, key=call.asked.key)
    return Answer(_DONE[verb])


async def digest(call: Call) -> Answer:
    """What the next daily digest would say."""
    found = DigestView.model_validate(await call.api.get("/digests/preview"))
    return Answer(lines(f"<b>{safe(found.title)}</b>", *(safe(each, 300) for each in found.body.splitlines())))


def _standing(found: AgentView) -> str:
    paused, last = found.paused, found.last_round
    budget = [left_words(each) for each in found.budget]
    return lines(
        f"<b>The agent is {safe(found.state)}</b>",
        f"by {safe(paused.by)}: {safe(paused.reason, 300)}" if paused else None,
        f"⚠️ {safe(found.trouble, 300)}" if found.trouble else None,
        f"Last round {ago(last.at.isoformat())}: {last.tasks} tasks of {last.needs} needs" if last else "No round yet",
        f"Next round at {found.next_round_at:%H:%M} UTC" if found.next_round_at else None,
        f"{found.open_tasks} of its tasks are open",
        *(safe(each) for each in budget[:_MOST_LIMITS]),
        f"… and {len(budget) - _MOST_LIMITS} more limits" if len(budget) > _MOST_LIMITS else None,
    )


def left_words(use: BudgetUseView) -> str:
    """Money in dollars: "$0.42 left of $1.00 per day (all)"."""
    limit = use.limit
    if limit.unit is BudgetUnit.USD_MICROS:
        return f"{dollars(use.left)} left of {dollars(limit.most)} per {limit.window} ({limit.scope})"
    return f"{use.left:,} left of {limit}"
