"""Plans a round from its observation, the budget and the advice: plain computing, no I/O."""

from datetime import datetime

from agent.advice import Advised
from agent.choices import Plan
from agent.planning import plan
from services.agent.observation import Seen, Weighed
from services.agent.spending import Books


def plan_of(seen: Seen, weighed: Weighed, books: Books, now: datetime, advised: Advised | None = None) -> Plan:
    """Some thousand needs take a while: call it beside the event loop."""
    standing = seen.standing
    if standing.trouble:
        return Plan((), (), ())
    return plan(
        weighed.needs, standing.limits, books.spent, weighed.healing, standing.policy, now,
        in_hand=seen.in_hand, recent=books.recent, advised=advised,
    )  # fmt: skip
