"""Inputs and results of the workflow and the activities behind a schedule."""

import uuid
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field


class ScheduleOrder(BaseModel):
    """What the workflow of a run is started with. ``due``: where core starts it; else Temporal says when it was due."""

    schedule_id: uuid.UUID
    due: datetime | None = None
    #: A person asked for it; else its time had passed before Temporal knew of it.
    is_backfill: bool = False


class Fired(BaseModel):
    """One moment at which a schedule was due, as the workflow found it."""

    schedule_id: uuid.UUID
    due: datetime
    #: When Temporal started the workflow.
    started: datetime
    workflow_id: str
    is_backfill: bool = False


class Made(BaseModel):
    """What came of it. ``waits``: the workflow stays open until the tasks have ended."""

    run_id: int | None = None
    tasks: int = 0
    plan_id: uuid.UUID | None = None
    waits: bool = False
    said: str = ""


class RunEnd(BaseModel):
    """Signal: all tasks of the run have ended. A plan counts as one."""

    run_id: int
    tasks: int
    #: That did not succeed.
    failed: int = 0


class RunRef(BaseModel):
    run_id: int
    why: str = Field(default="", max_length=500)


class ScheduleVerb(StrEnum):
    """Words to Temporal about a schedule."""

    PUT = "put"
    PAUSE = "pause"
    RUN = "run"
    BACKFILL = "backfill"
    DELETE = "delete"
