"""A long crawl under measurement: rows and requests per second, and whether the worker's memory stays flat."""

import asyncio
import os
import statistics
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import psutil

from benchmarks.facade import Facade
from runtime.ports import free_ports
from workers.embedded.stack import sandbox_environment

#: Enough posts about NVDA in the five subreddits for 10,000 of them.
_POSTS_PER_SUBREDDIT = 16_000
_ROWS = 10_000
_SUBREDDITS = ["wallstreetbets", "stocks", "investing", "options", "StockMarket"]
_SAMPLE_SECONDS = 0.1


@dataclass(frozen=True)
class Crawl:
    """What was measured."""

    rows: int
    requests: int
    seconds: float
    #: Resident memory of the worker in MiB: before, and every tenth of a second during the crawl.
    idle_mb: float
    samples_mb: Sequence[float]

    def figures(self) -> dict[str, object]:
        """The rows of the table."""
        half = len(self.samples_mb) // 2
        first, second = self.samples_mb[:half], self.samples_mb[half:]
        return {
            "crawl_rows": self.rows,
            "crawl_rows_per_second": round(self.rows / self.seconds),
            "crawl_requests_per_second": round(self.requests / self.seconds, 1),
            "crawl_rss_mb": {
                "idle": round(self.idle_mb, 1),
                "peak": round(max(self.samples_mb), 1),
                "second_half_over_first": round(statistics.median(second) / statistics.median(first), 3),
            },
        }


async def measure(facade: Facade, api_url: str) -> Crawl:
    """Crawl with a worker and a sandbox of its own; the facade's caller is an admin."""
    port = free_ports(1)[0]
    async with (
        # Unlike Reddit, it does not end a listing after 1,000 posts: a long crawl is wanted here.
        _process("-m", "sandbox", "--port", str(port), "--posts", str(_POSTS_PER_SUBREDDIT), "--listing", "100000"),
        _worker(facade.http, api_url, port) as worker,
    ):
        # The sandbox makes its posts when they are first asked for; that is not to be measured.
        await _finished(facade, "AAPL", limit=100_000)
        return await _crawl(facade, psutil.Process(worker.pid))


async def _crawl(facade: Facade, worker: psutil.Process) -> Crawl:
    idle = _megabytes(worker)
    samples: list[float] = []
    sampling = asyncio.create_task(_sample(worker, samples))
    began = time.perf_counter()
    result = await _finished(facade, "NVDA", limit=_ROWS)
    seconds = time.perf_counter() - began
    sampling.cancel()
    return Crawl(result["posts_collected"], result["requests"], seconds, idle, samples)


async def _finished(facade: Facade, ticker: str, limit: int) -> dict[str, int]:
    params = {"ticker": ticker, "subreddits": _SUBREDDITS, "date_range": {"last_days": 60}, "limit": limit}
    seen, id_ = await facade.submit_named(task_type="reddit_crawl", params=params)
    await seen.ended.wait()
    task = (await facade.http.get(f"/tasks/{id_}")).json()
    if task["status"] != "succeeded":
        raise RuntimeError(f"the crawl {task['status']}: {task['error']}")
    result: dict[str, int] = task["result"]
    return result


async def _sample(process: psutil.Process, samples: list[float]) -> None:
    while True:
        samples.append(_megabytes(process))
        await asyncio.sleep(_SAMPLE_SECONDS)


def _megabytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 2**20


@asynccontextmanager
async def _worker(http: httpx.AsyncClient, api_url: str, sandbox_port: int) -> AsyncIterator[Process]:
    body = {"name": "bench-crawler", "capabilities": ["reddit_crawl"], "max_concurrency": 1}
    reply = await http.post("/workers/register", json=body)
    reply.raise_for_status()
    environment = {"CLAWDBOT_API_URL": api_url, "CLAWDBOT_API_KEY": reply.json()["api_key"]}
    async with _process("-m", "cli", "start", **sandbox_environment(sandbox_port), **environment) as worker:
        yield worker


@asynccontextmanager
async def _process(*arguments: str, **environment: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        await process.wait()
