"""Measures an idle stack, in percent of one core: empty, with 3,000 waiting tasks, and with 200,000 retained runs.

`python -m benchmarks.idle [DIRECTORY]` prints a table per part; with a directory the stack is kept there.
"""

import asyncio
import sqlite3
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psycopg

from benchmarks.cpu import spent
from benchmarks.figures import print_table
from cli.stack.up import make_stack
from contracts.names import NAMESPACE
from workers.embedded.foundations import embedded_foundations
from workers.embedded.key_files import read_key
from workers.embedded.stack import Stack

_SETTLE_SECONDS = 45
#: Where thousands of tasks wait, a core that starts has much to look at first.
_SETTLE_AFTER_A_START_SECONDS = 150
_SECONDS = 60
_WAITING = 3_000
_RUNS = 200_000
#: Of the newest of them.
_AGE = timedelta(days=2)
_MARK = "INSERT INTO watch_marks (question, seen_until) VALUES (%s, %s) ON CONFLICT DO NOTHING"
#: What a closed run of a task leaves in the visibility table of the development server.
_INSERT = """
INSERT INTO executions_visibility (namespace_id, run_id, _version, start_time, execution_time, workflow_id,
    workflow_type_name, status, close_time, history_length, history_size_bytes, execution_duration,
    state_transition_count, memo, encoding, task_queue, search_attributes, root_workflow_id, root_run_id)
VALUES (?1, ?2, 1, ?3, ?3, ?4, 'Task', ?5, ?6, 12, 2500, 5000000000, 6, x'', 'Proto3', 'clawdbot-core',
    '{"Keyword01": "echo", "Keyword02": "human:admin"}', ?4, ?2)
"""


async def measure(directory: Path, *, waiting: int = _WAITING, runs: int = _RUNS) -> dict[str, float]:
    """The three figures, each with all that came before it in the same stack."""
    figures = {}
    async with _running(directory) as stack:
        figures["idle_cpu_percent"] = await _percent(stack, "idle")
        await _submit(stack, waiting)
        figures[f"idle_cpu_percent_{waiting}_waiting"] = await _percent(stack, f"{waiting} waiting")
        await asyncio.to_thread(_note_compared, stack)
    fill(stack.directory.temporal_db, runs)
    async with _running(directory) as stack:
        figures[f"idle_cpu_percent_{runs // 1000}k_runs"] = await _percent(
            stack, f"and {runs} retained runs", _SETTLE_AFTER_A_START_SECONDS
        )
    return figures


@asynccontextmanager
async def _running(directory: Path) -> AsyncIterator[Stack]:
    stack = make_stack(directory, sandbox=False, worker=False, concurrency=2, free_ports=True)
    await stack.start(lambda _: None)
    try:
        yield stack
    finally:
        await stack.stop()


async def _percent(stack: Stack, what: str, settle: float = _SETTLE_SECONDS) -> float:
    await asyncio.sleep(settle)
    used: dict[str, float] = {}
    with spent(stack.supervisor.pids, used):
        await asyncio.sleep(_SECONDS)
    # Supervising is what this process does besides.
    parts = {name: seconds / _SECONDS * 100 for name, seconds in used.items()}
    total = round(sum(parts.values()), 1)
    rows = [(name, f"{percent:.2f}", "") for name, percent in sorted(parts.items())]
    print_table(f"{what}: % of a core", [*rows, ("together", f"{total}", "≤ 6")])
    return total


async def _submit(stack: Stack, count: int) -> None:
    """Tasks that nobody takes."""
    task = {"task_type": "web_monitor", "params": {"url": "https://example.com/idle"}}
    headers = {"Authorization": f"Bearer {read_key(stack.directory.cli_file)}"}
    async with httpx.AsyncClient(base_url=f"{stack.api_url}/api/v1", headers=headers, timeout=60) as client:
        for _ in range(count // 100):
            (await client.post("/tasks/batch", json={"tasks": [task] * 100})).raise_for_status()
    while True:
        if not await asyncio.to_thread(_are_starting, stack):
            return
        await asyncio.sleep(1)


def _are_starting(stack: Stack) -> bool:
    url = embedded_foundations(stack.directory, stack.ports).database_url
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT 1 FROM outbox LIMIT 1").fetchone() is not None


def _note_compared(stack: Stack) -> None:
    """As if core had seen all runs that are about to be made up, which have no rows: it would ask about each."""
    url = embedded_foundations(stack.directory, stack.ports).database_url
    with psycopg.connect(url, autocommit=True) as connection:
        for status in ("Completed", "Failed", "Canceled", "Terminated", "TimedOut"):
            connection.execute(_MARK, (status, datetime.now(UTC) - _AGE))


def fill(database: Path, count: int) -> None:
    """Add closed runs, days old, to what a server that does not run lists."""
    with closing(sqlite3.connect(database)) as connection:
        # All that is changed fits, or each page goes to the log again and again: gigabytes of it.
        connection.execute("PRAGMA cache_size = -1000000")
        triggers = list(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        [(id_,)] = connection.execute("SELECT id FROM namespaces WHERE name = ?", (NAMESPACE,))
        connection.executemany(_INSERT, _runs(str(uuid.UUID(bytes=id_)), count))
        for _, sql in triggers:
            connection.execute(sql)
        connection.commit()
        # A server that starts does not wait for who is still copying the log into the file.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _runs(namespace_id: str, count: int) -> Iterator[tuple[str, str, str, str, int, str]]:
    now = datetime.now(UTC) - _AGE
    for number in range(count):
        end = now - timedelta(seconds=number * 10)
        times = [f"{each:%Y-%m-%d %H:%M:%S.%f}+00:00" for each in (end - timedelta(seconds=5), end)]
        yield namespace_id, str(uuid.uuid4()), times[0], str(uuid.uuid4()), (2, 2, 2, 3, 4)[number % 5], times[1]


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(asyncio.run(measure(Path(sys.argv[1]))))
    else:
        with tempfile.TemporaryDirectory(prefix="clawdbot-bench-") as temporary:
            print(asyncio.run(measure(Path(temporary))))
