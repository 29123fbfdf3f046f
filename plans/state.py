"""The state of a plan as the engine decides about it, and the board that keeps the rows."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from contracts.plans.plan import SessionStep, SessionTerms, Step
from contracts.plans.statuses import PlanStatus, StepStatus

Failure = dict[str, Any]
#: Type of the failure of a step or part whose expressions could not be evaluated.
EXPRESSION_FAILED = "ExpressionFailed"


def failure_of(type_: str, message: str) -> Failure:
    """Of what failed without a task's doing."""
    return {"type": type_, "message": message[:2_000], "retryable": False}


class Unfit(ValueError):
    """No task can be made of these params; the message is a sentence."""

    #: Of the failure that it is.
    type = "UnfitParams"


class Gone(Unfit):
    """There is no such task any more; the message is a sentence."""

    type = "TaskDeleted"


@dataclass
class PlanState:
    id: uuid.UUID
    inputs: dict[str, Any]
    open_steps: int
    status: PlanStatus = PlanStatus.RUNNING
    stopping: bool = False
    cancelling: bool = False
    failure: Failure | None = None
    open_compensations: int = 0
    active: int = 0
    stopped_by: int = 0
    parallel: int | None = None
    sessions: tuple[str, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to wait for."""
        if self.active or (self.open_compensations and not self.cancelling):
            return False
        return self.stopping or not self.open_steps


@dataclass
class StepState:
    step: Step
    needed_by: tuple[str, ...] = ()
    family: str | None = None
    members: tuple[str, ...] = ()
    compensates: bool = False
    compensations: tuple[str, ...] = ()
    status: StepStatus = StepStatus.BLOCKED
    waits_for: int = 0
    ran: bool = False
    parts: int | None = None
    open_parts: int = 0
    ready: int = 0
    active: int = 0
    succeeded: int = 0
    failed: int = 0
    error: Failure | None = None

    @property
    def id(self) -> str:
        return self.step.id

    @property
    def opens(self) -> SessionTerms | None:
        """Of a session, which stands among the steps: how it is shared."""
        return self.step.opens if isinstance(self.step, SessionStep) else None

    @property
    def has_needs(self) -> bool:
        return bool(self.step.needs or self.step.each_of)

    def beside(self, names: Sequence[str]) -> int:
        """How many of these each of its parts waits for, entry by entry."""
        needs = {*self.step.needs, *([self.step.each_of] if self.step.each_of else [])}
        return len(needs & set(names) - {self.id})

    def is_beside(self, other: "StepState") -> bool:
        """Whether both have the same entries, so that each waits for its own."""
        return self.family is not None and self.family == other.family


@dataclass
class PartState:
    step: str
    place: int = 0
    status: StepStatus = StepStatus.BLOCKED
    waits_for: int = 0
    ran: bool = False
    told: bool = False
    entry: dict[str, Any] | None = None
    task_id: uuid.UUID | None = None
    result: dict[str, Any] | None = None
    error: Failure | None = None
    #: Its task was told to end; because it took too long.
    ending: bool = False
    overdue: bool = False
    #: It failed in a way that stops the plan, though those who wait for it were told when it had succeeded.
    stops: bool = False
    decided_by: str | None = None
    #: How often a result of it has come to wait for review since it was read; what is said of one holds for no other.
    reviews: int = 0

    @property
    def key(self) -> tuple[str, int]:
        return self.step, self.place


@dataclass(frozen=True)
class End:
    """How a part's task stands: over, or (again) not."""

    step: str
    place: int
    #: None: it is not over.
    status: StepStatus | None
    result: dict[str, Any] | None = None
    error: Failure | None = None
    #: The run that is not over.
    told_to_end: bool = False


@dataclass(frozen=True)
class Told:
    """A line of the plan's history."""

    type: str
    status: StepStatus | PlanStatus
    details: dict[str, Any] = field(default_factory=dict)


class Board(Protocol):
    """The rows of one plan, held by one engine at a time. What it hands out may be changed, and is kept."""

    plan: PlanState

    async def steps(self, names: Collection[str]) -> dict[str, StepState]: ...

    async def parts(self, keys: Collection[tuple[str, int]]) -> dict[tuple[str, int], PartState]:
        """Those that there are."""

    async def results(self, step: str) -> Sequence[dict[str, Any] | None]:
        """Of all its parts, in the order of the entries. Raises CannotEvaluate: more than an expression may read."""

    async def count_parts(self) -> int:
        """Of all steps together."""

    async def add_parts(self, parts: Sequence[PartState]) -> None: ...

    async def release(self, step: str) -> int:
        """Has its blocked parts wait for room that wait for no entry of others; how many those were."""

    async def ready(self, limit: int, *, compensating: bool) -> Sequence[PartState]:
        """Parts that wait for room and have it, in the order of the steps, then of the entries."""

    async def create_task(self, part: PartState, params: dict[str, Any]) -> uuid.UUID:
        """Raises Unfit."""

    async def run_again(self, part: PartState) -> None:
        """Have the task of this part run once more, without being asked by a person. Raises Gone."""

    async def end_task(self, part: PartState) -> None:
        """Tell the task of this part to end."""

    async def in_session(self, name: str) -> tuple[int, int]:
        """Of what runs in a session: how many steps are not over, and how many parts are under way."""

    def tell(self, told: Told) -> None: ...
