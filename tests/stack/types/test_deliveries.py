"""Rows are taken only from the attempt that holds the task; everybody else is told so, and nothing is stored."""

import base64
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tasks.work import Lease
from db.people.first_people import ensure_worker, worker_key
from runtime.leases import seal
from tests.stack.gateway.raw_worker import RawWorker, raw_worker
from tests.stack.harness import Api, RunningStack
from tests.stack.people import in_database
from tests.support import plain_http


@dataclass
class Holder:
    """A worker with a queue of its own, that takes tasks by hand."""

    stack: RunningStack
    raw: RawWorker
    id: str
    key: str
    queue: str

    def submit(self, ticker: str, **fields: Any) -> str:
        return self.stack.api.submit("reddit_crawl", {"ticker": ticker}, capability=self.queue, **fields)

    def take(self, task_id: str) -> bytes:
        """The token of this task."""
        task = self.raw.poll(self.queue)
        assert task.workflow_execution.workflow_id == task_id
        return bytes(task.task_token)

    def deliver(self, task_id: str, token: bytes | str | None, *records: dict[str, Any]) -> httpx.Response:
        shown = base64.b64encode(token).decode() if isinstance(token, bytes) else token
        headers = [(b"x-worker-key", self.key.encode()), (b"content-type", b"application/json")]
        if shown is not None:
            headers.append((b"x-task-token", shown.encode("latin-1")))
        return plain_http.post(
            f"{self.stack.api_url}/api/v1/tasks/{task_id}/records",
            # The standard library's JSON: a hostile worker sends NaN and broken Unicode as well.
            content=json.dumps({"kind": "reddit_posts", "records": records}),
            headers=headers, timeout=20,
        )  # fmt: skip


@contextmanager
def holder(stack: RunningStack) -> Iterator[Holder]:
    queue = f"by-hand-{uuid.uuid4().hex[:12]}"

    async def make(connection: AsyncConnection) -> tuple[str, str]:
        id_ = await ensure_worker(connection, queue, [queue], 1)
        return str(id_), await worker_key(connection, id_)

    id_, key = in_database(stack, make)
    with raw_worker(stack, key) as raw:
        yield Holder(stack, raw, id_, key, queue)


def post(ticker: str, **changes: Any) -> dict[str, Any]:
    row = {
        "ticker": ticker, "reddit_id": uuid.uuid4().hex[:8], "subreddit": "stocks", "title": "a title",
        "permalink": "/r/stocks/1", "created_utc": "2026-03-01T00:00:00Z",
    }  # fmt: skip
    return {**row, **changes}


def rows_of(stack: RunningStack, ticker: str) -> list[dict[str, Any]]:
    return stack.rows("SELECT * FROM reddit_posts_raw WHERE ticker = %s ORDER BY reddit_id", ticker)


@pytest.fixture
def ticker() -> str:
    return f"T{uuid.uuid4().hex[:8].upper()}"


def test_the_holder_delivers_each_row_once(stack: RunningStack, api: Api, ticker: str) -> None:
    with holder(stack) as worker:
        id_ = worker.submit(ticker)
        token = worker.take(id_)
        first, second = post(ticker, reddit_id="a", score=1), post(ticker, reddit_id="b")
        assert worker.deliver(id_, token, first).json() == {"inserted": 1, "duplicates": 0}
        again = worker.deliver(id_, token, {**first, "score": 7}, second, second)
        assert again.json() == {"inserted": 1, "duplicates": 2}
        worker.raw.complete(token)
        api.wait_for(id_, "succeeded")
    assert [(row["reddit_id"], row["score"]) for row in rows_of(stack, ticker)] == [("a", 7), ("b", 0)]


def test_a_token_is_for_one_worker_and_one_task(stack: RunningStack, api: Api, ticker: str) -> None:
    with holder(stack) as worker, holder(stack) as thief:
        id_ = worker.submit(ticker)
        token = worker.take(id_)
        other = worker.submit(ticker)
        lease = Lease(worker_id=thief.id, workflow_id=id_, attempt=1)
        refused = [
            thief.deliver(id_, token, post(ticker)),
            worker.deliver(other, token, post(ticker)),
            worker.deliver(str(uuid.uuid4()), token, post(ticker)),
            thief.deliver(id_, seal(lease, b"made up", [b"a guessed key"]), post(ticker)),
            thief.deliver(id_, token[:-1], post(ticker)),
            worker.deliver(id_, bytes([token[0] ^ 1]) + token[1:], post(ticker)),
            *(worker.deliver(id_, nothing, post(ticker)) for nothing in (None, "", "not base64!", "\xe9", "AAAA")),
        ]
        for reply in refused:
            assert reply.status_code == 409
            assert reply.headers["content-type"] == "application/problem+json"
        assert rows_of(stack, ticker) == []
        # It was the right token all along.
        assert worker.deliver(id_, token, post(ticker)).status_code == 200
        worker.raw.complete(token)
        worker.raw.complete(worker.take(other))


def test_an_attempt_that_was_replaced_delivers_nothing(stack: RunningStack, api: Api, ticker: str) -> None:
    with holder(stack) as worker:
        id_ = worker.submit(ticker, retry={"initial_seconds": 0.1})
        stale = worker.take(id_)
        worker.raw.fail(stale, "once more")
        current = worker.take(id_)
        api.wait_for(id_, "claimed", "running")
        assert api.task(id_)["attempt"] == 2
        assert worker.deliver(id_, stale, post(ticker)).status_code == 409
        assert rows_of(stack, ticker) == []
        assert worker.deliver(id_, current, post(ticker)).status_code == 200
        worker.raw.complete(current)
        api.wait_for(id_, "succeeded")
        # Over is over, and a later round is another matter.
        assert worker.deliver(id_, current, post(ticker)).status_code == 409
        api.command(id_, "retry")
        later = worker.take(id_)
        assert worker.deliver(id_, current, post(ticker)).status_code == 409
        assert worker.deliver(id_, later, post(ticker)).status_code == 200
        worker.raw.complete(later)
    assert [row["attempt"] for row in rows_of(stack, ticker)].count(1) == 1
    assert len(rows_of(stack, ticker)) == 2


def test_one_bad_row_and_none_is_stored(stack: RunningStack, api: Api, ticker: str) -> None:
    with holder(stack) as worker:
        id_ = worker.submit(ticker)
        token = worker.take(id_)
        deep: list[Any] = []
        for _ in range(300):
            deep = [deep]
        for bad in ({"score": "many"}, {"colour": "red"}, {"created_utc": None}, {"raw": {"deep": deep}}):
            reply = worker.deliver(id_, token, post(ticker), post(ticker, **bad))
            assert reply.status_code == 422, bad
            assert reply.json()["detail"].startswith("A row ")
        assert rows_of(stack, ticker) == []
        worker.raw.complete(token)


def test_what_cannot_be_stored_is_left_out_of_a_row(stack: RunningStack, api: Api, ticker: str) -> None:
    hostile = post(ticker, title="a\x00b\ud83d", body="\\u0000", raw={"\x00": "\udc00", "n": [1e999]})
    with holder(stack) as worker:
        id_ = worker.submit(ticker)
        token = worker.take(id_)
        reply = worker.deliver(id_, token, hostile)
        assert reply.json() == {"inserted": 1, "duplicates": 0}
        worker.raw.complete(token)
    [row] = rows_of(stack, ticker)
    assert (row["title"], row["body"], row["raw"]) == ("ab?", "\\u0000", {"": "?", "n": [None]})
