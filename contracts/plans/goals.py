"""A goal in a person's words, and the plans that are proposed for it. Nothing runs before a person submits one."""

from typing import Any

from pydantic import Field

from contracts.plans.plan import MOST_STEPS, StepId
from contracts.requests import Body
from contracts.storable import Json, Text
from contracts.tasks.plain_language import Question
from contracts.tasks.plain_language_requests import TimeZone
from contracts.views import View
from contracts.workspaces.names import WorkspaceName

MOST_FILES = 20
#: Characters of one file, and of all of them: they become inputs of the plan.
LONGEST_FILE = 100_000
LONGEST_FILES = 200_000


class GoalFile(Body):
    """A text that the goal is about. Only rules and the plan's tasks read it; the model that plans sees its name."""

    name: Text = Field(min_length=1, max_length=200, examples=["policy-a.txt"])
    text: Text = Field(min_length=1, max_length=LONGEST_FILE)


class GoalBody(Body):
    """What is to be reached."""

    text: Text = Field(min_length=1, max_length=2_000, examples=["crawl reddit for NVDA and AMD, then summarize"])
    files: list[GoalFile] = Field(default_factory=list, max_length=MOST_FILES)
    timezone: TimeZone | None = Field(default=None, description="Of times in the text; default: the server's")
    workspace: WorkspaceName | None = Field(default=None, description="Where its tasks will belong")


class EstimateBody(Body):
    """A plan that was proposed or edited, perhaps without some of its steps."""

    plan: Json
    without: list[StepId] = Field(
        default_factory=list, max_length=MOST_STEPS, description="Steps to leave out, with all that need them"
    )


class Estimate(View):
    """What something usually takes, by the last successes of its type. None: nobody knows, the type has not run yet."""

    #: None: only while the plan runs it turns out how many (a `for_each` over a result).
    tasks: int | None
    calls: int | None
    tokens: int | None
    usd: float | None
    seconds: float | None


class StepEstimate(Estimate):
    """The same of one step, for all of its tasks together."""

    step: str
    task_type: str
    #: Workers that take its queue now.
    workers: int
    #: A person has to agree before it runs.
    approval: bool


class ProposedPlan(View):
    """A plan that can be submitted as it is (`POST /plans`), or edited before."""

    plan: dict[str, Any]
    #: ``rules``, provider and model, or the person who left steps out or edited it.
    by: str
    #: All steps together; ``seconds``: along the longest way through it.
    estimate: Estimate
    steps: list[StepEstimate]
    #: What stands in its way now: nobody offers a queue, for example. It can be submitted nevertheless, and waits.
    obstacles: list[str] = Field(default_factory=list)
    #: What the plan does not do of what was asked for.
    notes: list[str] = Field(default_factory=list)


class GoalAnswer(View):
    """A plan to approve, or what has to be answered first."""

    text: str
    proposal: ProposedPlan | None = None
    questions: list[Question] = Field(default_factory=list)
    #: Why no model was asked, or why nothing came of its answer.
    note: str | None = None
    #: Tokens that the planning itself took.
    tokens_used: int = 0
