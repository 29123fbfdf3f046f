"""The health score of a worker: one number from 0 to 100, from what is known of it. A pure function.

    reliability   (succeeded + 5) / (succeeded + failed + 3 * lost + 5), of its newest attempts
    score         100 * reliability
                  - up to 20 as the memory of its machine goes from 90 % used to full
                  - up to 10 as its CPU goes from 90 % to all of it
                  - 25 for a canary that was missed
    0             when it is offline or deaf

The 5 are an advance for a worker that has not done much. A lost attempt weighs as three failed ones: a failure may be
the task's or the source's fault, a loss is the worker's.
"""

from dataclasses import dataclass

from contracts.workers.states import WorkerState

_ADVANCE = 5
_LOST_WEIGHT = 3
_MEMORY_PENALTY = 20
_CPU_PENALTY = 10
_CANARY_PENALTY = 25
_BUSY_FROM = 0.9


@dataclass(frozen=True)
class Signs:
    """What the score looks at."""

    state: WorkerState
    succeeded: int = 0
    failed: int = 0
    lost: int = 0
    #: From 0 to 1; None: not known, which costs nothing.
    cpu: float | None = None
    memory: float | None = None
    canary_misses: int = 0


def score_of(signs: Signs) -> int:
    """From 0 (of no use) to 100 (nothing to complain of)."""
    if signs.state in (WorkerState.OFFLINE, WorkerState.DEAF):
        return 0
    tried = signs.succeeded + signs.failed + _LOST_WEIGHT * signs.lost
    score = 100 * (signs.succeeded + _ADVANCE) / (tried + _ADVANCE)
    score -= _MEMORY_PENALTY * _strain(signs.memory) + _CPU_PENALTY * _strain(signs.cpu)
    score -= _CANARY_PENALTY if signs.canary_misses else 0
    return round(max(score, 0))


def _strain(used: float | None) -> float:
    """0 up to 90 % of use, then rising to 1."""
    return min(max((used or 0) - _BUSY_FROM, 0) / (1 - _BUSY_FROM), 1)
