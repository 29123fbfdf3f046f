"""The largest batch there is: a thousand tasks with twenty follow-ups each. Others are answered meanwhile."""

import gc
import hashlib
import http.client
import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import pytest

from contracts.tasks.requests import BatchSubmission
from services.tasks.idempotency import _fingerprint
from tests.support.facade import Api, Facade

_FOLLOW_UPS = [
    {"task_type": "ai_sentiment", "params": {"ticker": "NVDA", "limit": 1 + n}, "priority": "high", "tags": ["a", "b"]}
    for n in range(20)
]
#: Of the CPU time that the batch takes this process, none else may be kept waiting for more than this part at once.
_MOST = 0.1


def batch(tag: str, tasks: int = 1_000) -> dict[str, object]:
    return {
        "tasks": [
            {"task_type": "reddit_crawl", "params": {"ticker": "NVDA"}, "tags": [tag], "follow_ups": _FOLLOW_UPS}
            for _ in range(tasks)
        ]
    }


@pytest.fixture
def settled() -> None:
    """As in a process of the API, what was there before is not looked through for garbage."""
    gc.collect()
    gc.freeze()


@contextmanager
def asking_all_the_time(stack: Facade) -> Iterator[list[float]]:
    """CPU seconds of this process from each question to its answer: the same on a busy machine, unlike seconds."""
    waited: list[float] = []
    over = threading.Event()

    def ask() -> None:
        with closing(connection(stack)) as http:
            while not over.wait(0.005):
                began = time.process_time()
                http.request("GET", "/healthz")
                assert http.getresponse().read()
                waited.append(time.process_time() - began)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield waited
    finally:
        over.set()
        asking.join()


def connection(stack: Facade) -> http.client.HTTPConnection:
    where = urlsplit(stack.api_url)
    return http.client.HTTPConnection(where.hostname or "", where.port, timeout=120)


def test_the_largest_batch_keeps_nobody_waiting(stack: Facade, api: Api, settled: None) -> None:
    tag = f"large-{uuid.uuid4().hex}"
    body = json.dumps(batch(tag))
    headers = {
        "Authorization": f"Bearer {stack.admin_key}", "Content-Type": "application/json",
        "Idempotency-Key": f'"{tag}"',
    }  # fmt: skip
    with asking_all_the_time(stack) as waited, closing(connection(stack)) as http:
        began = time.process_time()
        http.request("POST", "/api/v1/tasks/batch", body, headers)
        reply = http.getresponse()
        answer = json.loads(reply.read())
        took = time.process_time() - began
    print(f"{took:.2f} CPU seconds for {len(body)} bytes; at worst {max(waited):.3f} until /healthz was answered")
    assert (reply.status, answer.get("created")) == (201, 1_000), answer
    assert max(waited) < _MOST * took


def test_a_request_is_known_again_whatever_it_was_read_in() -> None:
    """Keys of requests before are kept for months."""
    request = BatchSubmission.model_validate(batch("t", tasks=2))
    whole = json.dumps(request.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    assert _fingerprint(request) == hashlib.sha256(whole.encode()).digest()
