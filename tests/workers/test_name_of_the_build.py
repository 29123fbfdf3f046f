"""A start says beforehand which build will work on the run; a server that leaves that to itself is not asked twice."""

import time
import uuid
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
import temporalio.api.workflowservice.v1 as service
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError, RPCStatusCode

from contracts.names import SA_BUILD_IDS
from contracts.task_types import TASK_TYPES
from db.engine import make_engine
from db.listen import Listening
from db.tasks.outbox import Taken, taken_of
from runtime.failpoints import Failpoints
from workers.core.meters import Meters
from workers.core.relay import Relay


class Temporal:
    """Takes starts; with ``refuses`` it says so of what mentions that."""

    def __init__(self, refuses: str) -> None:
        self._refuses = refuses
        #: Of each start: whether it named the build.
        self.named: list[bool] = []

    async def start_workflow_execution(
        self, request: service.StartWorkflowExecutionRequest, *, retry: bool, timeout: timedelta
    ) -> None:
        assert (retry, timeout > timedelta()) == (True, True)
        self.named.append(SA_BUILD_IDS in request.search_attributes.indexed_fields)
        if self._refuses and self.named[-1]:
            raise RPCError(self._refuses, RPCStatusCode.INVALID_ARGUMENT, b"")


def relay_to(temporal: Temporal) -> Relay:
    client = SimpleNamespace(
        namespace="clawdbot", identity="tests", data_converter=pydantic_data_converter, workflow_service=temporal
    )
    engine = make_engine("postgresql://nowhere/none", process="tests")
    return Relay(engine, cast(Client, client), Failpoints(), Meters(), Listening(""))


def a_start() -> Taken:
    echo, id_ = TASK_TYPES["echo"], uuid.uuid4()
    nothing: dict[str, Any] = dict.fromkeys(
        (
            "ticker",
            "run_at",
            "start_deadline",
            "cursor",
            "feedback",
            "approval",
            "session_id",
            "weight",
            "notes",
            "queue",
        )
    )
    return taken_of(
        {
            **nothing,
            **{"id": 1, "command": "start", "payload": {}, "tries": 1, "task_id": id_, "workflow_id": str(id_)},
            **{"round": 0, "created_by": "human:anna", "type": "echo", "params": {}, "capability": "echo"},
            **{"priority": 50, "retry": echo.retry.model_dump(), "timeouts": echo.timeouts.model_dump()},
            **{"created_at": datetime.now(UTC), "instance": "default"},
        }
    )


async def test_a_server_that_takes_no_name_of_the_build_gets_starts_without_it() -> None:
    temporal = Temporal(f"{SA_BUILD_IDS} attribute can't be set in SearchAttributes")
    relay = relay_to(temporal)
    for _ in range(2):
        await relay._start(a_start(), time.monotonic() + 5)
    assert temporal.named == [True, False, False]


async def test_what_else_it_refuses_is_refused() -> None:
    temporal = Temporal("something else")
    with pytest.raises(RPCError, match="something else"):
        await relay_to(temporal)._start(a_start(), time.monotonic() + 5)
    assert temporal.named == [True]
