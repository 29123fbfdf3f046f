"""Load beside somebody who looks: events of tasks at a steady rate, and other people who follow them."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

import httpx

from benchmarks.million.server import autocommit

#: As a task's life has them, of the newest tasks: those that a list shows first, and many that nobody sees.
_ONE_TURN = """
WITH one AS (SELECT id, worker_id FROM tasks WHERE deleted_at IS NULL ORDER BY created_at DESC
    OFFSET (%(turn)s * 7) %% 400 LIMIT 1)
INSERT INTO task_events (task_id, type, status, attempt, worker_id, details)
SELECT id, type, status, 1, worker_id, details
FROM one, (VALUES ('created', 'pending', NULL), ('claimed', 'claimed', NULL), ('started', 'running', NULL),
    ('progress', 'running', jsonb_build_object('percent', %(turn)s %% 100, 'step', 'page ' || %(turn)s)),
    ('succeeded', 'succeeded', NULL)) life (type, status, details)
"""
_EVENTS_OF_A_TURN = 5


@contextmanager
def events(database_url: str, per_second: float) -> Iterator[Callable[[], int]]:
    """Events at this rate; what is yielded says how many there were."""
    over, made = threading.Event(), [0]

    def go() -> None:
        began = time.monotonic()
        with autocommit(database_url) as connection:
            while not over.is_set():
                connection.execute(_ONE_TURN, {"turn": made[0] // _EVENTS_OF_A_TURN})
                made[0] += _EVENTS_OF_A_TURN
                over.wait(max(0.0, began + made[0] / per_second - time.monotonic()))

    thread = threading.Thread(target=go, daemon=True)
    thread.start()
    try:
        yield lambda: made[0]
    finally:
        over.set()
        thread.join()


@contextmanager
def others(address: str, key: str, count: int) -> Iterator[None]:
    """So many other clients that follow the same stream."""
    with ExitStack() as stack:
        for _ in range(count):
            stack.enter_context(_follower(address, key))
        yield


@contextmanager
def _follower(address: str, key: str) -> Iterator[None]:
    headers = {"Authorization": f"Bearer {key}"}
    timeout = httpx.Timeout(30, read=60)
    with (
        httpx.Client(headers=headers, timeout=timeout, trust_env=False) as http,
        http.stream("GET", f"{address}/api/v1/tasks/stream") as answer,
    ):
        answer.raise_for_status()

        def go() -> None:
            # It ends because the answer is closed under it.
            with suppress(httpx.HTTPError, httpx.StreamError):
                for _ in answer.iter_raw():
                    pass

        threading.Thread(target=go, daemon=True).start()
        yield
