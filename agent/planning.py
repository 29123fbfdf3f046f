"""Plans a round: which tasks to create, and why not others. No I/O, no chance: same input, same plan."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from agent.admission import admit
from agent.advice import Advised, moves, reordered
from agent.budgets import Limit, Spent
from agent.choices import Choice, PassedOver, neediest, place_of
from agent.choices import Plan as Plan
from agent.failures import Place
from agent.healing import Healing
from agent.needs import Need
from agent.options import escalation, options_of
from contracts.agent.policy import Policy, WhyNot


def plan(
    needs: Sequence[Need],
    limits: Sequence[Limit],
    spent: Spent,
    healing: Healing,
    policy: Policy,
    now: datetime,
    *,
    in_hand: Collection[Place],
    recent: Mapping[str, int] | None = None,
    advised: Advised | None = None,
) -> Plan:
    """Decide.

    ``spent``: what is reserved of each limit; a limit that is missing refuses everything that it counts.
    ``in_hand``: each (ticker, source) with a task that is not over. ``recent``: the agent's tasks of the last hour by
    source, so that sources take turns over several rounds, too. ``advised``: a wish for the order in
    which the options are looked at; what the options and the limits are does not depend on it.
    """
    due = sorted({place_of(each): each for each in needs if each.due}.values(), key=neediest)
    options = options_of(due, healing, policy, now, in_hand)
    tasks = _in_order([each for each in options if isinstance(each, Choice)], advised)
    chosen, refused = admit(tasks, limits, spent, policy.most_tasks_per_round, recent or {})
    passed = [*refused, *(each for each in options if isinstance(each, PassedOver))]
    return Plan(
        choices=tuple(chosen),
        escalations=tuple(map(escalation, healing.escalations)),
        passed_over=tuple(sorted(passed, key=lambda each: neediest(each.need))),
        not_due=len(needs) - len(due),
    )


def open_to_advice(made: Plan) -> list[Need]:
    """The options of a plan, the neediest first; none if their order makes no difference: all of them were chosen."""
    refused = [each.need for each in made.passed_over if each.why in (WhyNot.BUDGET, WhyNot.ROUND_FULL)]
    return sorted([*(each.need for each in made.choices), *refused], key=neediest) if refused else []


def _in_order(tasks: Sequence[Choice], advised: Advised | None) -> list[Choice]:
    """``tasks``: the neediest first."""
    if advised is None:
        return list(tasks)
    before = [each.need for each in tasks]
    after = reordered(before, advised)
    moved = moves(before, after, advised)
    own = {place_of(each.need): replace(each, move=moved.get(place_of(each.need))) for each in tasks}
    return [own[place_of(need)] for need in after]
