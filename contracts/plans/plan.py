"""A plan: steps, what each of them needs, and when and how often it is done. The same in JSON and in YAML.

What is in ``${{ … }}`` is CEL (https://cel.dev). It sees ``inputs``, ``steps.<id>.status``, ``.result``, ``.error`` and
``.task_id`` of steps that it needs (directly or not), ``steps.<id>.results`` of a step with `for_each`, and in such a
step ``item`` and ``index``. A text that is one such expression keeps the type of its value; within other text it
becomes text. `plans.check.mistakes_in` finds what this schema cannot say.
"""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from contracts.requests import CAPABILITY, Body
from contracts.storable import Json, Text, storable
from contracts.tasks.priority import NORMAL, Priority
from contracts.tasks.requests import MOST_TAGS, RetryOverride, Tag, TimeoutOverride
from contracts.workspaces.names import DEFAULT, Workspace

MOST_STEPS = 10_000
#: Entries of one `for_each`.
MOST_PARTS = 10_000
#: Characters of one expression.
LONGEST_EXPRESSION = 1_000
MOST_NEEDS = 1_000
MOST_SESSIONS = 20
#: Tasks in one session.
MOST_AT_ONCE = 50
#: A year.
_LONGEST_SECONDS = 31_536_000

#: No hyphen: in CEL ``steps.my-step`` is a subtraction.
STEP_ID = r"^[a-z][a-z0-9_]{0,49}$"
StepId = Annotated[str, Field(pattern=STEP_ID, description="Lower-case letters, digits and _, no hyphen")]
Expression = Annotated[Text, Field(min_length=1, max_length=LONGEST_EXPRESSION + 10)]
Seconds = Annotated[float, Field(ge=1, le=_LONGEST_SECONDS)]
Entries = Annotated[list[Any], AfterValidator(storable), Field(max_length=MOST_PARTS)]


class OnFailure(StrEnum):
    """What becomes of the plan when a step fails, is cancelled or rejected."""

    #: Begin nothing more, let what runs finish; the plan has failed.
    STOP = "stop"
    #: Go on; what needs it begins, and can ask for ``steps.<id>.status``.
    CONTINUE = "continue"
    #: As stop, but do the steps in `compensate_with` before.
    COMPENSATE = "compensate"


class OnLoss(StrEnum):
    """What becomes of a session when its worker is gone."""

    #: Opened anew, empty, wherever it can be; steps that had succeeded keep their results.
    REOPEN = "reopen"
    #: It has failed, and so have the steps that ran in it; a repair opens it again.
    FAIL = "fail"


class SessionTerms(Body):
    """How a session is shared, and what becomes of it."""

    size: int = Field(default=1, ge=1, le=MOST_AT_ONCE, description="Most tasks in it at once")
    on_loss: OnLoss = OnLoss.REOPEN


class Session(SessionTerms):
    """What one worker opens for steps of the plan: once, when the first of them begins; closed after the last."""

    task_type: str = Field(examples=["folder"])
    params: Json = Field(default_factory=dict)
    tags: list[Tag] = Field(default_factory=list, max_length=MOST_TAGS)
    capability: str | None = Field(default=None, pattern=CAPABILITY)
    timeouts: TimeoutOverride | None = None


class Step(Body):
    """One step: a task, or one for each entry of a list."""

    id: StepId
    task_type: str = Field(examples=["reddit_crawl"])
    params: Json = Field(default_factory=dict, examples=[{"ticker": "${{ item }}"}])
    needs: list[StepId] = Field(
        default_factory=list,
        max_length=MOST_NEEDS,
        description="Steps that must be over before. If all of them were skipped, this one is, too",
    )
    when: Expression | None = Field(
        default=None, description="CEL; false skips the step. With for_each it is asked for each entry"
    )
    for_each: Entries | Expression | None = Field(
        default=None, description="One task for each entry: a list, or CEL that makes one of inputs or earlier results"
    )
    each_of: StepId | None = Field(
        default=None,
        description="The same entries as that step has; each waits only for the same entry of it, not for all",
    )
    parallel: int | None = Field(default=None, ge=1, le=MOST_PARTS, description="Most tasks of this step at once")
    on_failure: OnFailure = OnFailure.STOP
    compensate_with: list[StepId] = Field(
        default_factory=list, max_length=100, description="Steps that are done only if this one fails"
    )
    deadline_seconds: Seconds | None = Field(
        default=None, description="From its begin; then it is cancelled and failed"
    )
    needs_approval: bool = Field(default=False, description="Wait for a person's yes before it begins")
    needs_review: bool = Field(default=False, description="A person looks at the result before the plan goes on")
    review_seconds: Seconds | None = Field(
        default=None, description="How long a person has for that; then it has failed. Usually CLAWDBOT_APPROVAL_HOURS"
    )
    priority: Priority | None = Field(default=None, description="The plan's unless said otherwise")
    tags: list[Tag] = Field(default_factory=list, max_length=MOST_TAGS)
    capability: str | None = Field(default=None, pattern=CAPABILITY)
    session: StepId | None = Field(default=None, description="The session of the plan in which it runs")
    retry: RetryOverride | None = None
    timeouts: TimeoutOverride | None = None


class SessionStep(Step):
    """A session as it stands among the steps of a plan: its one task holds it open."""

    opens: SessionTerms


def step_of(definition: dict[str, Any]) -> Step:
    """A step as it was stored."""
    return (SessionStep if "opens" in definition else Step).model_validate(definition)


def session_steps(plan: "Plan") -> list[SessionStep]:
    """The sessions of a plan, as steps."""
    return [_session_step(name, session) for name, session in plan.sessions.items()]


def _session_step(name: str, session: Session) -> SessionStep:
    given = session.model_dump(exclude={"size", "on_loss"}, exclude_unset=True)
    terms = SessionTerms(size=session.size, on_loss=session.on_loss)
    # A worker that is lost is the end of its attempt.
    once = {"retry": {"max_attempts": 1}} if session.on_loss is OnLoss.FAIL else {}
    return SessionStep.model_validate({**given, **once, "id": name, "opens": terms})


class Plan(Body):
    """Steps and what they need of each other."""

    name: Text = Field(min_length=1, max_length=200, examples=["morning"])
    description: Text | None = Field(default=None, max_length=2_000)
    inputs: Json = Field(default_factory=dict, description="What expressions see as `inputs`")
    steps: list[Step] = Field(min_length=1, max_length=MOST_STEPS)
    sessions: dict[StepId, Session] = Field(
        default_factory=dict, max_length=MOST_SESSIONS, description="What steps share on one worker, by name"
    )
    parallel: int | None = Field(default=None, ge=1, le=MOST_PARTS, description="Most tasks of the plan at once")
    deadline_seconds: Seconds | None = Field(
        default=None, description="From its submission; then the rest is cancelled"
    )
    priority: Priority = NORMAL
    workspace: Workspace = DEFAULT
    tags: list[Tag] = Field(default_factory=list, max_length=MOST_TAGS)
