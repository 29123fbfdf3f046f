"""Request bodies of the coordinator's routes, with the fields of its document."""

import uuid
from typing import Annotated

from pydantic import Field

from contracts.people.requests import WorkerName
from contracts.requests import CAPABILITY, Body
from contracts.storable import Json, Text

MOST_PAYLOADS = 1_000


class BotRegistration(Body):
    name: WorkerName = Field(examples=["build-bot-01"])
    capabilities: list[Annotated[str, Field(pattern=CAPABILITY)]] = Field(
        default_factory=list,
        max_length=99,
        description="Words of your own or task types; every bot takes `bot_task` as well",
    )
    metadata: Json = Field(default_factory=dict)


class WorkflowSubmission(Body):
    """Tasks that are done one after the other."""

    name: Text = Field(min_length=1, max_length=200, examples=["CI/CD Pipeline"])
    description: Text | None = Field(default=None, max_length=2_000)
    task_payloads: list[Json] = Field(
        min_length=1,
        max_length=MOST_PAYLOADS,
        description="Of each task: `task_type` and `params`, or what a bot gets as it is",
    )
    metadata: Json = Field(default_factory=dict, description="The plan's inputs")


class Assignment(Body):
    bot_id: uuid.UUID
