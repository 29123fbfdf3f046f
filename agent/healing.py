"""Decides on failures: retry another way, let a failing source rest, or escalate to a person.

Nothing is remembered here. All of it follows from the tasks that have failed since the last success, and from when a
person was told, so that a round that is repeated comes to the same end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from agent.escalations import Evidence, escalations
from agent.failing_sources import Sickness, sicknesses
from agent.failures import Failure, Place
from agent.retry_strategies import Remedy, remedies
from contracts.agent.policy import Policy


@dataclass(frozen=True)
class Healing:
    """All that failures lead to. Empty: nothing has failed."""

    #: By source.
    sick: Mapping[str, Sickness] = field(default_factory=dict)
    remedies: Mapping[Place, Remedy] = field(default_factory=dict)
    #: Each is to be told to a person, now and once.
    escalations: tuple[Evidence, ...] = ()


def heal(
    failures: Sequence[Failure],
    successes: Mapping[Place, datetime],
    told: Mapping[Place, datetime],
    policy: Policy,
) -> Healing:
    """What the failures lead to.

    ``failures``: of the last days, those of people's tasks too; older ones than the last success do no harm.
    ``successes``: the last success of each (ticker, source).
    ``told``: when a person was last told about a (ticker, source); ("*", source) for a source as a whole.
    """
    sick = sicknesses(failures, successes, policy)
    cures = remedies(failures, successes, policy)
    return Healing(sick, cures, escalations(sick, cures, failures, told, policy))
