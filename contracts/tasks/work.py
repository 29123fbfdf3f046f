"""Inputs and results of a task's workflow and its activity."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, model_validator

from contracts.honest_numbers import HonestNumbers
from contracts.storable import MAX_DEPTH, cleaned
from contracts.tasks.approval import Approval
from contracts.tasks.priority import NORMAL, clamped
from contracts.tasks.statuses import TaskStatus
from contracts.temporal_limits import ID, LEAST_WEIGHT, MOST_WEIGHT, RESERVED_QUEUES, fairness_key

#: Largest progress text and cursor that travel in a heartbeat, in characters of JSON.
HEARTBEAT_LIMIT = 16_384
#: Metadata of a task's result: that it succeeded is written down by the gateway which took the result, so that its
#: workflow need not.
TOLD_BY_GATEWAY = "clawdbot-told"
#: How the reason begins that a waiting task shows while its activity is paused from the Temporal side.
PAUSED_IN_TEMPORAL = "paused in Temporal"
#: Error type of an attempt whose worker fell silent.
WORKER_LOST = "WorkerLost"
#: Error type of an attempt that its worker gave up for reasons of its own, so that another one follows at once.
HANDED_BACK = "HandedBack"
#: The same of a worker that runs inside of a bot and has said goodbye; that is counted, as it may have begun.
WORKER_LEFT = "WorkerLeft"
#: Error types of an attempt that could not open a session: its worker may not, or could not ask.
SESSION_REFUSED = "SessionRefused"
API_UNAVAILABLE = "ApiUnavailable"
#: Most attempts that a task may ask for; also the most that hand-backs may make of fewer.
MOST_ATTEMPTS = 100
#: Highest round that is counted; what a person types into the `temporal` CLI may be higher.
MOST_ROUNDS = 1_000_000
#: Longest error text that is kept.
ERROR_LIMIT = 2_000
#: Longest name of an error that is kept, and of the place where it happened.
TYPE_LIMIT = 200
#: The name by which a worker tells where an error happened that nobody thought of, in the details of its failure.
PLACE = "place"
#: Largest result of a task, in bytes of JSON. Rows travel through the records endpoint instead.
RESULT_LIMIT = 256 * 1024
#: Largest params of a task, in bytes of JSON.
PARAMS_LIMIT = 256 * 1024


class RetrySettings(HonestNumbers):
    """How often and how fast a failed attempt is tried again."""

    max_attempts: int = Field(
        default=3,
        ge=1,
        le=MOST_ATTEMPTS,
        description="Attempts in all, the first included. One that a stopping worker hands back is not counted; 1: "
        "begin it once and never again",
    )
    initial_seconds: float = Field(default=2, ge=0.1, le=3_600, description="Wait before the second attempt")
    backoff: float = Field(default=2, ge=1, le=10, description="Factor from one wait to the next")
    max_seconds: float = Field(default=300, ge=0.1, le=86_400, description="Longest wait between two attempts")


def most_attempts(retry: Any, attempt: int) -> int:
    """How many attempts a task with these stored settings may have; never fewer than it had: some are not counted."""
    allowed = retry.get("max_attempts") if isinstance(retry, dict) else None
    return max(allowed if isinstance(allowed, int) else 1, attempt, 1)


class TimeoutSettings(HonestNumbers):
    """When an attempt is given up, in seconds."""

    attempt_seconds: float = Field(default=3_600, ge=1, le=604_800, description="One attempt, from its claim")
    heartbeat_seconds: float = Field(
        default=10, ge=2, le=300, description="Silence after which a worker counts as gone"
    )


def _counted(round_: int) -> int:
    return min(max(round_, 0), MOST_ROUNDS)


def _a_queue(name: str) -> str:
    if not name or len(name.encode()) > ID or name.startswith(RESERVED_QUEUES):
        raise ValueError(f"is no name of a task queue; use 1 to {ID} bytes, and not '{RESERVED_QUEUES}' to begin with")
    return name


def _weighed(weight: float | None) -> float | None:
    # Not a number is neither less nor more: it is none.
    return min(max(weight, LEAST_WEIGHT), MOST_WEIGHT) if weight is not None and weight == weight else None


#: The name of a field would hide the function inside of its class.
Share = Annotated[str, AfterValidator(fairness_key)]


class TaskInput(BaseModel):
    """Input of the Task workflow. To start one by hand from the ``temporal`` CLI only ``type`` is needed.

    What Temporal or Postgres would not take is cleaned, clamped or refused here: a workflow that asks for it again
    and again never ends. What once was taken must stay so, or open tasks could not be replayed.
    """

    type: str
    params: dict[str, Any] = Field(default_factory=dict)
    capability: Annotated[str, AfterValidator(_a_queue)] | None = None
    priority: Annotated[int, AfterValidator(clamped)] = NORMAL
    fairness_key: Share = ""
    #: How many turns that key has against others; none: as many as any.
    fairness_weight: Annotated[float | None, AfterValidator(_weighed)] = Field(
        default=None, exclude_if=lambda value: value is None
    )
    retry: RetrySettings | None = None
    timeouts: TimeoutSettings | None = None
    #: 0 for the first run; a person's retry adds 1.
    round: Annotated[int, AfterValidator(_counted)] = 0
    submitted_at: AwareDatetime | None = None
    #: Start no earlier than this.
    run_at: AwareDatetime | None = None
    #: Give up if no worker has begun by then.
    start_deadline: AwareDatetime | None = None
    #: Set: wait for a person's yes.
    approval: Approval | None = None
    #: Where an earlier round stopped.
    cursor: dict[str, Any] | None = None
    #: What people wrote down about the failure that it is retried after.
    notes: list[str] = Field(default_factory=list)
    #: What a person wants to be different from the round before.
    feedback: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _clean(cls, given: Any) -> Any:
        # What is around params and cursor is a few levels of its own.
        return cleaned(given, MAX_DEPTH + 10)


class WorkItem(BaseModel):
    """Input of a task's activity: all a worker learns about the task."""

    task_id: str
    round: int
    params: dict[str, Any]
    submitted_at: datetime
    cursor: dict[str, Any] | None = None
    #: Of the group of failures that the task was in last, oldest first (docs/failures.md).
    notes: list[str] = Field(default_factory=list)
    #: What a person wants to be different from the round before.
    feedback: str | None = None


class Progress(BaseModel):
    """How far an attempt is."""

    percent: float | None = Field(default=None, ge=0, le=100)
    step: str | None = Field(default=None, max_length=500)
    counters: dict[str, int] = Field(default_factory=dict)


class Beat(BaseModel):
    """Details of a heartbeat: for people the progress, for the next attempt the cursor."""

    progress: Progress | None = None
    cursor: dict[str, Any] | None = None


class TaskFailure(BaseModel):
    """Why a task or an attempt failed."""

    type: str
    message: str
    retryable: bool = True
    #: Where in the code, of an error that nobody thought of; what is not known is not written down.
    place: str | None = Field(default=None, exclude_if=lambda value: value is None)


class Outcome(BaseModel):
    """How one run of a task ended."""

    task_id: str
    run_id: str
    round: int
    status: TaskStatus
    #: Empty: not known.
    task_type: str = ""
    #: A worker reported the end, so the gateway has seen a claim, or will have by now.
    by_worker: bool = False
    result: dict[str, Any] | None = None
    error: TaskFailure | None = None


class StatusChange(BaseModel):
    """A step of a run that only the workflow can see, such as the end of its wait for the start time."""

    task_id: str
    run_id: str
    round: int
    status: TaskStatus


class Lease(BaseModel):
    """What the gateway signs when it hands an attempt to a worker. Only the signature makes it worth anything."""

    worker_id: str
    #: Empty in leases that are not about a task (a worker's own control queue).
    workflow_id: str = ""
    run_id: str = ""
    round: int = 0
    attempt: int = 0
    #: Empty: not one of our tasks, or a lease of an older gateway.
    task_type: str = ""
    #: 0 means no limit.
    max_attempts: int = 0
    #: Silence after which Temporal gives it to somebody else; 0: not known.
    heartbeat_seconds: float = 0
    retry: RetrySettings | None = None
    #: The task that holds open the session in which this one runs, and how often that was opened; empty: in none.
    session: str = ""
    generation: int = 0
    #: The API vouches that the bot which asked for it never got to see it.
    unseen: bool = False
