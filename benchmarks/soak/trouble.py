"""Submits, meddles and kills, all at random and all at once."""

import asyncio
import contextlib
import os
import random
import signal
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import temporalio.api.workflowservice.v1 as service
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.service import RPCError

from workers.embedded.key_files import read_key
from workers.embedded.stack import Stack

#: Seconds between two of a kind: from, to.
_SUBMITS, _MEDDLES, _KILLS = (0.1, 0.7), (0.3, 1.5), (4.0, 14.0)
#: Share of the time in which parts are killed. In the rest they live long enough to see whether their memory grows.
_KILLING = 0.6
#: Tasks that are meddled with: the newest.
_YOUNG = 60
_RETRY = {"max_attempts": 20}


class Trouble:
    """What happens to one stack."""

    def __init__(self, stack: Stack, client: Client, chance: random.Random) -> None:
        self._stack = stack
        self._client = client
        self._chance = chance
        #: Ids that were answered with 201.
        self.accepted: list[str] = []
        #: What was done how often.
        self.done: Counter[str] = Counter()

    async def make(self, seconds: float) -> None:
        """All of it, for so long."""
        key = read_key(self._stack.directory.cli_file)
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(
            base_url=f"{self._stack.api_url}/api/v1", headers=headers, timeout=10, trust_env=False
        ) as http:
            await asyncio.gather(
                self._again(_SUBMITS, seconds, lambda: self._submit(http)),
                self._again(_MEDDLES, seconds, lambda: self._meddle(http)),
                self._again(_KILLS, seconds * _KILLING, self._kill),
            )

    async def _again(self, pause: tuple[float, float], seconds: float, act: Callable[[], Awaitable[str]]) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            await asyncio.sleep(self._chance.uniform(*pause))
            try:
                self.done[await act()] += 1
            except (httpx.TransportError, RPCError, RuntimeError, ProcessLookupError):
                self.done["nobody there"] += 1

    async def _submit(self, http: httpx.AsyncClient) -> str:
        """As programs do: until it is accepted, with one key."""
        task, headers = self._task(), {"Idempotency-Key": str(uuid.uuid4())}
        while True:
            with contextlib.suppress(httpx.TransportError):
                reply = await http.post("/tasks", json=task, headers=headers)
                if reply.status_code == 201:
                    self.accepted.append(reply.json()["id"])
                    return "submit"
            await asyncio.sleep(0.2)

    def _task(self) -> dict[str, Any]:
        work = self._chance.choice(
            (
                {"task_type": "echo", "params": {"message": "x"}},
                {"task_type": "delay", "params": {"seconds": round(self._chance.uniform(0.1, 4), 1), "steps": 4}},
                {"task_type": "flaky", "params": {"failures": self._chance.randrange(3)}},
            )
        )
        task: dict[str, Any] = {**work, "retry": _RETRY}
        match self._chance.randrange(8):
            case 0:
                task["run_at"] = (datetime.now(UTC) + timedelta(seconds=self._chance.uniform(1, 6))).isoformat()
            case 1:
                task["follow_ups"] = [{"task_type": "echo", "params": {"message": "next"}}]
        return task

    async def _meddle(self, http: httpx.AsyncClient) -> str:
        if not self.accepted:
            return "nothing to do"
        id_ = self._chance.choice(self.accepted[-_YOUNG:])
        handle = self._client.get_workflow_handle(id_)
        match self._chance.choice(("cancel", "retry", "Temporal cancel", "Temporal terminate", "Temporal reset")):
            case "Temporal cancel":
                await handle.cancel()
                return "cancel from Temporal"
            case "Temporal terminate":
                await handle.terminate("soak")
                return "terminate from Temporal"
            case "Temporal reset":
                await self._reset(id_)
                return "reset from Temporal"
            case verb:
                reply = await http.post(f"/tasks/{id_}/{verb}")
                return verb if reply.is_success else f"{verb} refused"

    async def _reset(self, id_: str) -> None:
        """To its first workflow task."""
        execution = WorkflowExecution(workflow_id=id_)
        history = await self._client.workflow_service.get_workflow_execution_history(
            service.GetWorkflowExecutionHistoryRequest(namespace=self._client.namespace, execution=execution)
        )
        done = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
        first = next((each for each in history.history.events if each.event_type == done), None)
        if first is not None:
            await self._client.workflow_service.reset_workflow_execution(
                service.ResetWorkflowExecutionRequest(
                    namespace=self._client.namespace,
                    workflow_execution=execution,
                    reason="soak",
                    workflow_task_finish_event_id=first.event_id,
                    request_id=str(uuid.uuid4()),
                )
            )

    async def _kill(self) -> str:
        part, pid = self._chance.choice(sorted(self._stack.supervisor.pids.items()))
        os.kill(pid, signal.SIGKILL)
        return f"kill {part}"
