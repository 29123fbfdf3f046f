"""Whatever is sent to whatever route gets an answer that is in the document, and a refusal is a sentence."""

import json
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.stack.people import make_crowd
from tests.support.facade import Facade
from tests.support.in_process import in_process
from tests.support.servers import Servers

Operation = dict[str, Any]
Schema = dict[str, Any]

#: Open until the caller hangs up.
STREAMS = {
    "/api/v1/tasks/stream", "/api/v1/instances/{workspace}/tasks/stream", "/api/v1/workers/events",
    "/api/v1/workers/{worker_id}/events",
}  # fmt: skip
TEXTS = ["%00", "%ED%A0%80", "x" * 300, "%2E%2E", "-1", "1e999", "9" * 40, "false", "%F0%9F%A6%9E"]
VALUES = [False, "\ud800", "a\0b", "", -1, 10**400, 1e308, [], {}, [None], None]
BODIES = [
    b"",
    b"null",
    b"[]",
    b'"x"',
    b"{}",
    b"{",
    b'{"\\ud800": 1}',
    b"\xff\xfe",
    b'{"a":' * 5_000,
    b'{"a": ' + b"9" * 9_000 + b"}",
    b'{"a": NaN}',
]


@pytest.fixture(scope="module")
def own(servers: Servers) -> Iterator[Facade]:
    """An API of its own: some of these requests mean something."""
    with in_process(servers, gateway_internal_address="127.0.0.1:1") as running:
        yield running


@pytest.fixture(scope="module")
def document(own: Facade) -> dict[str, Any]:
    found: dict[str, Any] = own.api.http.get(f"{own.api_url}/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    for path, methods in document["paths"].items():
        if path not in STREAMS:
            for method, operation in methods.items():
                yield method.upper(), path, operation


def filled(path: str, operation: Operation, value: str | None = None) -> str:
    """The path with this in place of each of its parameters, or with something harmless."""
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            name, schema = parameter["name"], parameter["schema"]
            usual = "1" if schema.get("type") == "integer" else str(uuid.uuid4())
            path = path.replace(f"{{{name}}}", value or usual)
    return path


def body_of(document: dict[str, Any], operation: Operation) -> Schema | None:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return resolved(document, content["schema"]) if content else None


def resolved(document: dict[str, Any], schema: Schema) -> Schema:
    """The schema behind a reference; of alternatives the first that is an object."""
    for each in [schema, *schema.get("anyOf", [])]:
        if "$ref" in each:
            found: Schema = document["components"]["schemas"][each["$ref"].rpartition("/")[2]]
            return found
    return schema


def is_number(schema: Schema) -> bool:
    kinds = {each.get("type") for each in [schema, *schema.get("anyOf", [])]}
    return bool(kinds & {"integer", "number"}) and "boolean" not in kinds


def check(reply: httpx.Response, asked: object) -> None:
    assert reply.status_code != 500, asked
    if reply.status_code >= 400:
        assert reply.headers["content-type"] == "application/problem+json", (asked, reply.text)
        assert reply.json()["detail"], asked


def test_every_path_and_query(own: Facade, document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        for text in TEXTS:
            if "{" in path:
                address = filled(path, operation, text)
                check(own.api.http.request(method, f"{own.api_url}{address}", json={}), (method, address))
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "query":
                for text in TEXTS[:6]:
                    address = f"{filled(path, operation)}?{parameter['name']}={text}"
                    check(own.api.http.request(method, f"{own.api_url}{address}"), (method, address))


def test_every_body_of_every_role(own: Facade, document: dict[str, Any]) -> None:
    keys = make_crowd(own).keys
    for method, path, operation in operations(document):
        if "requestBody" not in operation:
            continue
        for role in ("viewer", "operator", "admin"):
            for body in BODIES if role == "admin" else BODIES[:2]:
                headers = {"Authorization": f"Bearer {keys[role]}", "Content-Type": "application/json"}
                url = f"{own.api_url}{filled(path, operation)}"
                check(own.api.http.request(method, url, content=body, headers=headers), (role, method, path, body[:40]))


def test_every_field_of_every_body(own: Facade, document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        schema = body_of(document, operation)
        for name, field in (schema or {}).get("properties", {}).items():
            inner = resolved(document, field).get("properties", {})
            sent = [{name: value} for value in VALUES]
            sent += [{name: {key: False}} for key, each in inner.items() if is_number(each)]
            for body in sent:
                url = f"{own.api_url}{filled(path, operation)}"
                reply = own.api.http.request(
                    method, url, content=json.dumps(body), headers={"Content-Type": "application/json"}
                )
                check(reply, (method, path, body))
                if (body == {name: False} and is_number(field)) or body[name] not in VALUES:
                    # Not the number 0.
                    assert reply.status_code in (403, 422), (method, path, body)
                    if reply.status_code == 422:
                        assert any(name in each["field"] for each in reply.json()["errors"]), (method, path, body)


def test_every_refusal_is_in_the_document(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        for status in ("4XX", "5XX"):
            assert set(operation["responses"][status]["content"]) == {"application/problem+json"}, (method, path)
        assert "422" not in operation["responses"]
    assert "HTTPValidationError" not in json.dumps(document)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/tasks", "GET, POST"),
        ("PATCH", "/tickers/NVDA", "DELETE, GET, PUT"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(own: Facade, method: str, path: str, allowed: str) -> None:
    reply = own.api.http.request(method, path)
    assert (reply.status_code, reply.headers["allow"]) == (405, allowed)


def test_a_slash_too_many_is_no_redirect(own: Facade) -> None:
    assert own.api.http.post("/tasks/", json={"task_type": "echo"}).status_code == 404


def test_a_full_disk_is_named_and_is_not_ready(own: Facade) -> None:
    """Postgres itself says so; the trigger stands for the disk."""
    own.execute("""
        CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$
    """)
    own.execute("CREATE TRIGGER full_disk BEFORE INSERT ON tasks EXECUTE FUNCTION full_disk()")
    try:
        reply = own.api.http.post("/tasks", json={"task_type": "echo"})
        assert (reply.status_code, "disk of the database is full" in reply.json()["detail"]) == (503, True)
        ready = own.api.http.get(f"{own.api_url}/readyz")
        assert (ready.status_code, ready.json()["checks"]) == (503, {"postgres": True, "disk": False, "schema": True})
    finally:
        own.execute("DROP TRIGGER full_disk ON tasks")
    assert own.api.http.post("/tasks", json={"task_type": "echo"}).status_code == 201


@pytest.mark.parametrize(
    "wrong",
    [
        {"capability": "reddit_crwal"},
        {"capability": "reddit-crawl"},
        {"follow_ups": [{"task_type": "echo", "capability": "reddit_crwal"}]},
    ],
    ids=str,
)
def test_a_misspelt_capability_is_refused(own: Facade, wrong: dict[str, Any]) -> None:
    for body in ({"task_type": "echo", **wrong}, {"tasks": [{"task_type": "echo", **wrong}]}):
        reply = own.api.http.post("/tasks/batch" if "tasks" in body else "/tasks", json=body)
        assert reply.status_code == 422
        [error] = reply.json()["errors"]
        assert error["field"].endswith("capability")
        assert error["message"].endswith("did you mean reddit_crawl?")


@pytest.mark.parametrize(
    "first", [b"\xff\x00", b"", "", '{"key": "\\ud800"}', '{"key": "cwb_nobody\\u0000"}', "[" * 5_000]
)
def test_a_first_word_over_the_socket_that_is_none_is_refused(own: Facade, first: str | bytes) -> None:
    url = own.api_url.replace("http://", "ws://") + "/api/v1/ws/control"
    with connect(url, proxy=None) as socket:
        socket.send(first)
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=10)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 4401


def test_a_large_batch_lets_others_be_answered(own: Facade) -> None:
    """Tasks with twenty follow-ups each took the loop for as long as all of them needed: in each of three batches.

    The machine may stall in one of them.
    """
    shares = [_longest_share(own) for _ in range(3)]
    print(f"the longest wait was {', '.join(f'{share:.0%}' for share in shares)} of the time of its batch")
    assert min(shares) < 0.5


def _longest_share(own: Facade) -> float:
    """Of the time that a large batch takes, the part for which somebody else waited longest."""
    follow_ups = [{"task_type": "ai_sentiment", "params": {"ticker": "NVDA"}}] * 20
    body = {"tasks": [{"task_type": "reddit_crawl", "params": {"ticker": "NVDA"}, "follow_ups": follow_ups}] * 60}
    with ThreadPoolExecutor(1) as beside:
        batch = beside.submit(own.api.http.post, "/tasks/batch", json=body)
        waits = []
        while not batch.done():
            began = time.monotonic()
            assert own.api.http.get(f"{own.api_url}/healthz").status_code == 200
            waits.append(time.monotonic() - began)
    assert batch.result().status_code == 201
    return max(waits) / sum(waits)


def test_an_empty_idempotency_key_is_refused(own: Facade) -> None:
    reply = own.api.http.post("/tasks", json={"task_type": "echo"}, headers={"Idempotency-Key": ""})
    assert reply.status_code == 422
    assert "Idempotency-Key" in reply.json()["errors"][0]["field"]
