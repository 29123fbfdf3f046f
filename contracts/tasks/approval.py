"""Approval of tasks: which tasks wait for a person's yes, until when, and the decision."""

from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, Field

#: Error types of tasks that end as `rejected`.
REJECTED = "Rejected"
EXPIRED = "ApprovalExpired"
REJECTIONS = frozenset({REJECTED, EXPIRED})
#: A hundred years; of more, a workflow can make no timer.
LONGEST_SECONDS = 3_155_760_000
_AGENT_PREFIX = "agent:"


class ApprovalRule(StrEnum):
    """When tasks of a type wait for a person before they may run."""

    NEVER = "never"
    #: Only those that the agent creates.
    AGENT = "agent"
    ALWAYS = "always"

    def applies_to(self, created_by: str) -> bool:
        """Whether a task of ``created_by`` (``human:anna``, ``agent:scheduler``) waits."""
        return self is ApprovalRule.ALWAYS or (self is ApprovalRule.AGENT and created_by.startswith(_AGENT_PREFIX))


class Decision(BaseModel):
    """What a person said about a task that waits for approval."""

    approved: bool
    by: str
    comment: str = ""


class Approval(BaseModel):
    """A task that needs approval. Without a decision by ``before`` it ends as `rejected`."""

    #: How long a person has, in seconds from when the task could run.
    seconds: float = Field(gt=0, le=LONGEST_SECONDS)
    #: None in a follow-up that does not exist yet.
    before: AwareDatetime | None = None
    decision: Decision | None = None
    decided_at: AwareDatetime | None = None
