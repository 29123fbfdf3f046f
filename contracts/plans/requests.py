"""Request bodies of people who steer a plan."""

from pydantic import AwareDatetime, Field

from contracts.requests import Body
from contracts.storable import Json, Text


class WhichPart(Body):
    """Of a step with `for_each`: one of its entries. Left out: all that it applies to."""

    place: int | None = Field(default=None, ge=0, le=2**31 - 1)


class StepRetry(WhichPart):
    """Try a failed step again."""

    params: Json | None = Field(default=None, description="Whole new params, without expressions")


class StepResult(WhichPart):
    """Go on as if the step had succeeded with this result."""

    result: Json


class WhichResult(WhichPart):
    """A result that waits for review."""

    round: int | None = Field(
        default=None,
        ge=0,
        le=2**31 - 1,
        description="Of the task whose result was looked at; refused if it has run again since",
    )
    review_before: AwareDatetime | None = Field(
        default=None,
        description="As it was shown beside the result that was looked at; refused if that was made again since, also "
        "where Temporal reset the run, which is no other round",
    )


class ChangeRequest(WhichResult):
    """What shall be different; the next attempt is told, and models take it as the person's word."""

    text: Text = Field(min_length=1, max_length=2_000)


class ReviewComment(WhichResult):
    """Why a result is approved or rejected."""

    comment: Text = Field(default="", max_length=2_000)
