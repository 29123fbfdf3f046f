"""Request bodies about alerts and notifications."""

from datetime import UTC, datetime, timedelta

from pydantic import Field, model_validator

from contracts.requests import Body


class Mute(Body):
    """Send nothing for so long; the in-app list goes on."""

    seconds: int = Field(ge=60, le=2_592_000, description="Length of the mute, a month at most")

    @property
    def until(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.seconds)


class MarkRead(Body):
    """These notifications, or all up to an id."""

    ids: list[int] | None = Field(default=None, max_length=1_000)
    up_to: int | None = Field(default=None, ge=0, lt=2**63)

    @model_validator(mode="after")
    def _one_of_them(self) -> "MarkRead":
        if (self.ids is None) == (self.up_to is None):
            raise ValueError("say which: either ids or up_to")
        if any(not 0 <= each < 2**63 for each in self.ids or ()):
            raise ValueError("ids must be those of notifications")
        return self
