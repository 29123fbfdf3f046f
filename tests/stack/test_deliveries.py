"""Rows are taken only from the attempt that holds the task; everybody else is told so, and nothing is stored."""

import base64
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from api.leases import seal
from contracts.work import Lease
from tests.stack.harness import Api, RunningStack
from tests.stack.raw_worker import RawWorker, raw_worker

TYPE = "news_crawl"


@dataclass
class Holder:
    """A worker that has taken a task, by hand."""

    stack: RunningStack
    raw: RawWorker
    id: str
    key: str

    def take(self, task_id: str) -> bytes:
        """The token of this task; what else may be in the queue is left to others."""
        task = self.raw.poll(TYPE)
        assert task.workflow_execution.workflow_id == task_id
        return bytes(task.task_token)

    def deliver(self, task_id: str, token: bytes | str | None, *records: dict[str, Any]) -> httpx.Response:
        shown = base64.b64encode(token).decode() if isinstance(token, bytes) else token
        headers = {"X-Worker-Key": self.key} | ({} if shown is None else {"X-Task-Token": shown})
        return httpx.post(
            f"{self.stack.api_url}/api/v1/tasks/{task_id}/records",
            json={"kind": "reddit_posts", "records": list(records)},
            headers=headers, trust_env=False, timeout=20,
        )  # fmt: skip


@contextmanager
def holder(stack: RunningStack) -> Iterator[Holder]:
    _, id_, key = stack.register([TYPE])
    with raw_worker(stack.state["ports"]["gateway"], key) as raw:
        yield Holder(stack, raw, id_, key)


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
        id_ = api.submit(TYPE, {"ticker": ticker})
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
        id_ = api.submit(TYPE, {"ticker": ticker})
        token = worker.take(id_)
        other = api.submit(TYPE, {"ticker": ticker})
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
        id_ = api.submit(TYPE, {"ticker": ticker}, retry={"initial_seconds": 0.1})
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
        id_ = api.submit(TYPE, {"ticker": ticker})
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
        id_ = api.submit(TYPE, {"ticker": ticker})
        token = worker.take(id_)
        body = {"kind": "reddit_posts", "records": [hostile]}
        reply = httpx.post(
            f"{stack.api_url}/api/v1/tasks/{id_}/records",
            content=_as_json(body),
            headers={
                "X-Worker-Key": worker.key,
                "X-Task-Token": base64.b64encode(token).decode(),
                "Content-Type": "application/json",
            },
            trust_env=False,
        )
        assert reply.json() == {"inserted": 1, "duplicates": 0}
        worker.raw.complete(token)
    [row] = rows_of(stack, ticker)
    assert (row["title"], row["body"], row["raw"]) == ("ab?", "\\u0000", {"": "?", "n": [None]})


def _as_json(body: Any) -> bytes:
    import json

    return json.dumps(body).encode()
