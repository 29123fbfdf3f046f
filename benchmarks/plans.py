"""A plan of 2,000 steps on a whole stack: `python -m benchmarks.plans [STEPS]`.

Chains of steps beside each other, as fast as core and one worker can. Beside it as many plain tasks, so that the
ratio of both says what a plan costs on this machine. Then a second plan like it: what a process has once made room for
it uses again, so only what the second adds grows with every plan.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHistory

from benchmarks import facade
from benchmarks.figures import percentile, print_table
from benchmarks.memory import Used, used_by
from cli.stack.up import make_stack
from contracts.names import plan_workflow_id
from workers.embedded.key_files import read_key
from workers.embedded.stack import Stack

STEPS = 2_000
#: Most tasks of the plan under way, and most plain ones.
_IN_FLIGHT = 20
_WIDTH = 40
_PATIENCE = 1_800.0
_LOOK_SECONDS = 0.5
#: What is printed beside the figures.
WANTED = {"plan_most_events_of_a_run": "< 5,000", "plan_core_own_mb": "flat: the second adds nothing"}

console = Console()


@dataclass(frozen=True)
class Run:
    """A plan that is over, as seen from outside."""

    seconds: float
    #: Core's memory in the order of time.
    core: Sequence[Used]
    #: Of each run of its workflow.
    events: Sequence[int]
    #: Seconds that each advance took.
    advances: Sequence[float]
    #: How many wanted a processor at its end.
    load: float


def plan_of(steps: int) -> dict[str, Any]:
    """Chains beside each other: each step needs the one before it, the last one all of them."""
    made: list[dict[str, Any]] = []
    for number in range(steps - 1):
        before = [f"s{number - _WIDTH}"] if number >= _WIDTH else []
        made.append({"id": f"s{number}", "task_type": "echo", "params": {"message": number}, "needs": before})
    ends = [each["id"] for each in made[-_WIDTH:]]
    made.append({"id": "last", "task_type": "echo", "params": {"message": "over"}, "needs": ends})
    return {"name": f"{steps} steps", "steps": made, "parallel": _IN_FLIGHT}


async def measure(stack: Stack, client: facade.Facade, steps: int = STEPS) -> dict[str, object]:
    """One plan, as many plain tasks right after it, and another plan."""
    load = os.getloadavg()[0]
    run = await _run(stack, client.http, steps)
    plain = await facade.throughput(client, min(steps, 400), _IN_FLIGHT)
    second = await _run(stack, client.http, steps)
    per_second = steps / run.seconds
    return {
        "plan_steps": steps,
        "plan_tasks_per_second": round(per_second, 1),
        "plan_throughput_ratio": round(per_second / plain, 2),
        "plan_advance_p50_ms": round(percentile(list(run.advances), 50) * 1_000, 1),
        "plan_advance_p95_ms": round(percentile(list(run.advances), 95) * 1_000, 1),
        "plan_advances": len(run.advances),
        "plan_most_events_of_a_run": max(run.events),
        "plan_runs": len(run.events),
        "plan_core_pss_mb": _memory(run, second, lambda used: used.proportional),
        "plan_core_own_mb": _memory(run, second, lambda used: used.own),
        # Of what else the machine did: over a minute before, and over the last one of each, this stack included.
        "plan_load_average": {
            "before": round(load, 1), "after": round(run.load, 1), "after_second_plan": round(second.load, 1),
        },
    }  # fmt: skip


async def _run(stack: Stack, http: httpx.AsyncClient, steps: int) -> Run:
    core = [_core(stack)]
    began = time.perf_counter()
    made = await http.post("/plans", json=plan_of(steps), timeout=120)
    made.raise_for_status()
    plan_id = made.json()["id"]
    status = "running"
    while status == "running":
        if time.perf_counter() - began > _PATIENCE:
            raise RuntimeError(f"the plan is not over after {_PATIENCE:.0f} s")
        await asyncio.sleep(_LOOK_SECONDS)
        core.append(_core(stack))
        # Small, unlike the plan with its steps: a look must not be what is measured.
        found = (await http.get("/plans", params={"limit": 1})).json()["plans"][0]
        status = found["status"]
    seconds, load = time.perf_counter() - began, os.getloadavg()[0]
    if status != "succeeded":
        raise RuntimeError(f"the plan has {status}: {found['failure']}")
    histories = await _histories(stack, plan_id)
    advances = [each for history in histories for each in _advances(history)]
    return Run(seconds, core, [len(history.events) for history in histories], advances, load)


async def _histories(stack: Stack, plan_id: str) -> list[WorkflowHistory]:
    """Of all runs of the plan's workflow."""
    at = stack.foundations
    client = await Client.connect(at.temporal_address, namespace=at.namespace)
    workflow = plan_workflow_id(plan_id)
    runs = [each async for each in client.list_workflows(f"WorkflowId = '{workflow}'")]
    return [await client.get_workflow_handle(workflow, run_id=each.run_id).fetch_history() for each in runs]


def _advances(history: WorkflowHistory) -> Iterator[float]:
    """Seconds from scheduling each to its end, as the SDK notes them beside its result."""
    for event in history.events:
        if event.event_type != EventType.EVENT_TYPE_MARKER_RECORDED:
            continue
        noted = json.loads(event.marker_recorded_event_attributes.details["data"].payloads[0].data)
        yield _moment(noted["complete_time"]) - _moment(noted["original_schedule_time"])


def _moment(noted: dict[str, int]) -> float:
    return timedelta(seconds=noted["seconds"], microseconds=noted["nanos"] / 1_000).total_seconds()


def _core(stack: Stack) -> Used:
    return used_by(stack.supervisor.pids["core"])


def _memory(plan: Run, next_plan: Run, kind: Callable[[Used], float]) -> dict[str, float]:
    """How it went during the two plans."""
    first, second = ([kind(used) for used in each.core] for each in (plan, next_plan))
    half = len(first) // 2
    return {
        "before": first[0],
        "after": first[-1],
        "highest": max(first),
        "second_half_minus_first": round(_mean(first[half:]) - _mean(first[:half]), 1),
        "after_second_plan": second[-1],
        "second_plan_adds": round(second[-1] - second[0], 1),
    }


def _mean(values: Sequence[float]) -> float:
    return sum(values) / max(len(values), 1)


async def main(steps: int) -> None:
    with tempfile.TemporaryDirectory(prefix="clawdbot-bench-") as directory:
        stack = make_stack(Path(directory), sandbox=False, worker=True, concurrency=20, free_ports=True)
        await stack.start(lambda step: console.print(f"  starting {step}"))
        try:
            async with facade.connected(stack.api_url, read_key(stack.directory.cli_file)) as client:
                await facade.throughput(client, 40, _IN_FLIGHT)  # warm-up
                figures = await measure(stack, client, steps)
        finally:
            await stack.stop()
    print_table("Plans", [(name, str(value), WANTED.get(name, "")) for name, value in figures.items()])


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else STEPS))
