"""Inputs of the Notify and Digest workflows: only ids and names, no address and no text goes through Temporal."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel


class DeliveryRef(BaseModel):
    """One message to one channel, a row of `task_notifications`."""

    id: int


class GiveUp(BaseModel):
    """The message could not be sent; why is in the log of its tries."""

    id: int
    reason: str


class Period(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"


class DigestOrder(BaseModel):
    """Which digest. Its end is the time the schedule was for, so that a repeated run makes no second one."""

    period: Period
    until: datetime | None = None
