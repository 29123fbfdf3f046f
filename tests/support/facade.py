"""The public API of a running ClawdBot and the database behind it: what most tests ask."""

import os
import time
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property, partial
from typing import Any, Self, TypeVar

import httpx
import psycopg
from psycopg.sql import Composed

from tests.support import patience, plain_http
from tests.support.kept_connection import KeptConnection

T = TypeVar("T")
Task = dict[str, Any]

TERMINAL = {"succeeded", "failed", "cancelled", "rejected"}

#: What is asked again and again keeps those busy that shall come to the answer, most of all while that takes long.
#: Hence after a share of the time that it has taken; seconds. Where a promise is timed, more often.
_SHARE, _SHORTEST_PAUSE, _LONGEST_PAUSE, _LONGEST_STRICT_PAUSE = 0.15, 0.02, 0.5, 0.1


def eventually(question: Callable[[], T | None], seconds: float, what: str) -> T:
    """Ask until the answer is truthy and return it; fail with ``what`` when the time is up.

    Only a test that runs alone is held to the seconds as they stand (`tests.support.patience`).
    """
    seconds *= patience.factor
    longest = _LONGEST_STRICT_PAUSE if patience.factor == patience.ALONE else _LONGEST_PAUSE
    began = time.monotonic()
    while True:
        answer = question()
        if answer:
            return answer
        taken = time.monotonic() - began
        if taken > seconds:
            raise AssertionError(f"after {seconds} s still not: {what}")
        time.sleep(min(max(taken * _SHARE, _SHORTEST_PAUSE), longest))


class Api:
    """The public API with one caller's credentials."""

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        header: str = "Authorization",
        glance: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        """``glance`` tells the status of a task at little cost, or None if it cannot: when to ask the API."""
        self._glance = glance
        headers = {} if key is None else {header: f"Bearer {key}" if header == "Authorization" else key}
        self.http = httpx.Client(
            verify=plain_http.NO_TLS, base_url=f"{url}/api/v1", headers=headers, timeout=30, trust_env=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def submit(self, task_type: str, params: dict[str, Any] | None = None, **fields: Any) -> str:
        """Submit one task and return its id."""
        reply = self.http.post("/tasks", json={"task_type": task_type, "params": params or {}, **fields})
        assert reply.status_code == 201, reply.text
        return str(reply.json()["id"])

    def submit_many(self, count: int, task_type: str, params: dict[str, Any] | None = None, **fields: Any) -> list[str]:
        """Submit the same task several times in one batch."""
        task = {"task_type": task_type, "params": params or {}, **fields}
        reply = self.http.post("/tasks/batch", json={"tasks": [task] * count})
        assert reply.status_code == 201, reply.text
        return [str(id_) for id_ in reply.json()["task_ids"]]

    def task(self, id_: str) -> Task:
        reply = self.http.get(f"/tasks/{id_}")
        assert reply.status_code == 200, reply.text
        return dict(reply.json())

    def status(self, id_: str) -> str:
        return str(self.task(id_)["status"])

    def command(self, id_: str, verb: str, **body: Any) -> httpx.Response:
        """cancel, retry, reprioritise, notes."""
        return self.http.post(f"/tasks/{id_}/{verb}", json=body or None)

    def carry_out(self, id_: str, verb: str, status: str, **body: Any) -> Task:
        """Give a command and wait until it has happened: its answer waits for that for two seconds at most."""
        reply = self.command(id_, verb, **body)
        assert reply.status_code == 200, reply.text
        return self.wait_for(id_, status)

    def cancel_all(self, ids: Sequence[str]) -> None:
        """Side by side: each answer waits for two seconds where a worker is silent."""
        with ThreadPoolExecutor(10) as at_once:
            list(at_once.map(partial(self.command, verb="cancel"), ids))

    def wait_for(self, id_: str, *statuses: str, seconds: float = 30) -> Task:
        """The task once it has one of these statuses (default: once it is over)."""
        wanted = set(statuses) or TERMINAL

        def there() -> Task | None:
            if (seen := self._glance(id_)) and seen not in wanted:
                return None
            task = self.task(id_)
            return task if task["status"] in wanted else None

        return eventually(there, seconds, f"task {id_} is {' or '.join(sorted(wanted))}")

    def wait_for_all(self, ids: Sequence[str], seconds: float = 120) -> list[Task]:
        """All of these tasks once they are over."""
        deadline = time.monotonic() + seconds
        return [self.wait_for(id_, seconds=max(deadline - time.monotonic(), 1)) for id_ in ids]


class Facade(ABC):
    """An API somewhere, and its database."""

    _workers = 0

    @property
    @abstractmethod
    def api_url(self) -> str: ...

    @property
    @abstractmethod
    def admin_key(self) -> str: ...

    @property
    @abstractmethod
    def database_url(self) -> str: ...

    @property
    @abstractmethod
    def secrets(self) -> dict[str, str]:
        """What its processes sign with: `jwt_secret` and `lease_secret`, among others."""

    @abstractmethod
    def wait_until_ready(self) -> None:
        """It answers, and says that it can work."""

    @cached_property
    def api(self) -> Api:
        """The API as the admin."""
        return Api(self.api_url, self.admin_key, glance=self._status)

    def _status(self, id_: str) -> str | None:
        # At a fraction of what everything about a task costs. What counts is what the API says then.
        with suppress(psycopg.Error):
            for row in self.rows("SELECT status FROM tasks WHERE id = %s", id_):
                return str(row["status"])
        return None

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """Ask Postgres itself."""
        return self._database.rows(query, *values)

    def execute(self, statement: str | Composed, *values: Any) -> None:
        """Change something in Postgres itself."""
        self._database.execute(statement, *values)

    @cached_property
    def _database(self) -> KeptConnection:
        kept = KeptConnection(self.database_url)
        # A test may leave a stack that has ended otherwise, and a connection that is left open is an error.
        weakref.finalize(self, kept.close)
        return kept

    def register(
        self,
        capabilities: Sequence[str],
        name: str | None = None,
        *,
        concurrency: int = 2,
        serves: Sequence[str] | None = None,
    ) -> tuple[str, str, str]:
        """(name, id, key) of a new worker. ``serves``: workspaces; None: all."""
        self._workers += 1
        name = name or f"test-{os.getpid()}-{self._workers}-{time.monotonic_ns()}"
        body: dict[str, Any] = {"name": name, "capabilities": list(capabilities), "max_concurrency": concurrency}
        if serves is not None:
            body["serves"] = list(serves)
        reply = self.api.http.post("/workers/register", json=body)
        assert reply.status_code == 201, reply.text
        return name, reply.json()["id"], reply.json()["api_key"]

    def close(self) -> None:
        """Let go of the connections that asked it."""
        self.api.http.close()
        self._database.close()
