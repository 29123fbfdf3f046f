"""The base of all answers of the API, and problem details (RFC 9457)."""

from pydantic import BaseModel, ConfigDict, Field


class View(BaseModel):
    """Base of all answers: fields that a newer server adds are ignored by older clients."""

    model_config = ConfigDict(extra="ignore")


class UnreadableView(View):
    """What is stored under this name and cannot be read by this version; ``why`` says what to do."""

    name: str
    why: str


class Problem(View):
    """RFC 9457 problem details; ``errors`` names the field of each mistake.

    ``detail`` is for people; ``see`` tells a program where in the API to go on, such as ``GET /api/v1/tasks``.
    """

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] = Field(default_factory=list)
    see: str | None = None
