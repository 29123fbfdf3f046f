"""The facade under measurement: submits over HTTP, listens over SSE, as any program would."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

TERMINAL = {"succeeded", "failed", "cancelled", "rejected"}


@dataclass
class Seen:
    """When the events of one task reached the client."""

    started: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    started_at: float = 0.0
    status: str = ""


class Facade:
    """One client with one event stream."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self._tasks: dict[str, Seen] = {}
        #: Seconds from the change in the database to its arrival here, per event.
        self.event_delays: list[float] = []

    async def submit(self, **task: Any) -> tuple[Seen, float]:
        """Submit a task; returns what will be seen of it, and how long the answer took in seconds."""
        began = time.perf_counter()
        reply = await self.http.post("/tasks", json=task)
        took = time.perf_counter() - began
        reply.raise_for_status()
        return self._tasks.setdefault(reply.json()["id"], Seen()), took

    async def submit_named(self, **task: Any) -> tuple[Seen, str]:
        """Submit a task; returns what will be seen of it, and its id."""
        reply = await self.http.post("/tasks", json=task)
        reply.raise_for_status()
        id_: str = reply.json()["id"]
        return self._tasks.setdefault(id_, Seen()), id_

    async def listen(self, connected: asyncio.Event) -> None:
        """Read the stream until cancelled."""
        async with self.http.stream("GET", "/tasks/stream", timeout=None) as reply:
            async for line in reply.aiter_lines():
                connected.set()
                if line.startswith("data:"):
                    self._note(json.loads(line[5:]))

    def _note(self, event: dict[str, Any]) -> None:
        if "task_id" not in event:
            return  # A beat: nothing happened.
        self.event_delays.append(time.time() - datetime.fromisoformat(event["created_at"]).timestamp())
        seen = self._tasks.setdefault(event["task_id"], Seen())
        if event["type"] == "started":
            seen.started_at = time.perf_counter()
            seen.started.set()
        if event["status"] in TERMINAL:
            seen.status = event["status"]
            seen.started.set()
            seen.ended.set()


@asynccontextmanager
async def connected(api_url: str, key: str) -> AsyncIterator[Facade]:
    """A client that is already listening."""
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(base_url=f"{api_url}/api/v1", headers=headers, timeout=60, trust_env=False) as http:
        facade, ready = Facade(http), asyncio.Event()
        listening = asyncio.create_task(facade.listen(ready))
        await ready.wait()
        try:
            yield facade
        finally:
            listening.cancel()


async def throughput(facade: Facade, count: int, in_flight: int) -> float:
    """Tasks per second, from submission to the news that they succeeded, with this many under way at once."""
    room = asyncio.Semaphore(in_flight)

    async def one() -> str:
        async with room:
            seen, _ = await facade.submit(task_type="echo", params={"message": "hello"})
            await seen.ended.wait()
            return seen.status

    began = time.perf_counter()
    ends = await asyncio.gather(*(one() for _ in range(count)))
    took = time.perf_counter() - began
    failed = [end for end in ends if end != "succeeded"]
    if failed:
        raise RuntimeError(f"{len(failed)} of {count} tasks did not succeed")
    return count / took


async def start_latencies(facade: Facade, count: int) -> list[float]:
    """Seconds from sending a task to the news that it runs, one task at a time on an idle system."""
    latencies = []
    for _ in range(count):
        began = time.perf_counter()
        # Long enough to be seen running, short enough not to matter.
        seen, _ = await facade.submit(task_type="delay", params={"seconds": 0.2, "steps": 1})
        await seen.started.wait()
        latencies.append(seen.started_at - began)
        await seen.ended.wait()
    return latencies


async def submit_latencies(facade: Facade, per_second: float, seconds: float) -> list[float]:
    """Seconds that a submission takes at a steady rate, with workers busy on what was submitted."""
    latencies: list[float] = []
    jobs = []
    began = time.perf_counter()
    for number in range(int(per_second * seconds)):
        await asyncio.sleep(max(0.0, began + number / per_second - time.perf_counter()))
        jobs.append(asyncio.create_task(facade.submit(task_type="echo", params={"message": number})))
    for job in jobs:
        seen, took = await job
        latencies.append(took)
        await seen.ended.wait()
    return latencies
