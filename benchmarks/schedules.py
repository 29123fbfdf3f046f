"""`make bench-schedules`: a thousand schedules that are due at the same second; how long after it each has its task."""

import asyncio
import json
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from benchmarks.figures import percentile
from cli.stack.up import make_stack
from contracts.named_files import MOST
from workers.embedded.key_files import read_key

_COUNT = 1_000
#: Until they are due: all of them must be in Temporal by then.
_AHEAD = timedelta(seconds=120)
_PATIENCE = 300.0
_LOOK_SECONDS = 5.0


async def measure(api_url: str, key: str, count: int) -> dict[str, Any]:
    """Seconds, from the first look at a system that does nothing else."""
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(base_url=f"{api_url}/api/v1", headers=headers, timeout=120, trust_env=False) as http:
        at = (datetime.now(UTC) + _AHEAD).replace(microsecond=0)
        began = time.monotonic()
        for first in range(0, count, MOST):
            names = range(first, min(first + MOST, count))
            answer = await http.post("/schedules/apply", json={"schedules": _schedules(at, names)})
            answer.raise_for_status()
        accepted = time.monotonic() - began
        told = await _until(http, "in Temporal", lambda each: each["state"] != "waiting")
        runs = await _until(http, "run", lambda each: each["last_run"] is not None, after=at)
    lags = [_lag(each["last_run"]) for each in runs[1]]
    return {
        "schedules": count,
        "accepted_s": round(accepted, 1),
        "told_s": round(told[0] - began, 1),
        "made": len(lags),
        **{f"lag_p{percent}_s": round(percentile(lags, percent), 2) for percent in (50, 99, 100)},
        "tasks": sum(len(each["last_run"]["task_ids"]) for each in runs[1]),
    }


def _schedules(at: datetime, names: range) -> dict[str, Any]:
    action = {"task": {"task_type": "echo", "params": {"message": "all at once"}}}
    body = {"timing": {"at": at.isoformat()}, "action": action, "overlap": "allow_all"}
    return {f"at-once-{number}": body for number in names}


def _lag(run: dict[str, Any]) -> float:
    made, due = (datetime.fromisoformat(run[name]) for name in ("created_at", "due_at"))
    return (made - due).total_seconds()


async def _until(
    http: httpx.AsyncClient, what: str, wanted: Any, after: datetime | None = None
) -> tuple[float, list[dict[str, Any]]]:
    """When all are as wanted, and what they are then."""
    if after:
        await asyncio.sleep(max((after - datetime.now(UTC)).total_seconds(), 0))
    deadline = time.monotonic() + _PATIENCE
    while True:
        found = (await http.get("/schedules")).raise_for_status().json()["schedules"]
        if all(wanted(each) for each in found):
            return time.monotonic(), found
        if time.monotonic() > deadline:
            raise SystemExit(
                f"{sum(bool(wanted(each)) for each in found)} of {len(found)} {what} after {_PATIENCE:.0f} s"
            )
        # Each look takes half a second of the API for a thousand schedules.
        await asyncio.sleep(_LOOK_SECONDS)


async def main(count: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="clawdbot-bench-") as directory:
        stack = make_stack(Path(directory), sandbox=False, worker=False, concurrency=1, free_ports=True)
        await stack.start(lambda step: print(f"  starting {step}"))
        try:
            return await measure(stack.api_url, read_key(stack.directory.cli_file), count)
        finally:
            await stack.stop()


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else _COUNT)), indent=2))
