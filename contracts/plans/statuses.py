"""The life of a plan and of its steps: which statuses there are, and which end it."""

from enum import StrEnum


class PlanStatus(StrEnum):
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class StepStatus(StrEnum):
    """Of a step, and of each part of one with `for_each`."""

    #: Waits for the steps that it needs.
    BLOCKED = "blocked"
    #: Could begin, and waits for room under a `parallel` limit.
    PENDING = "pending"
    #: Its task exists; how far that is, the task says.
    RUNNING = "running"
    #: Done, and a person has to look at the result.
    REVIEW = "review"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    #: Its condition was false, all that it needs was skipped, or the plan ended before it could begin.
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


#: What a step does not leave by itself.
OVER = frozenset({StepStatus.SUCCEEDED, StepStatus.FAILED, StepStatus.SKIPPED, StepStatus.CANCELLED})
#: It has a task that is not over, or a person has to look.
UNDER_WAY = frozenset({StepStatus.RUNNING, StepStatus.REVIEW})
