"""The whole API looks at credentials before it reads a body, and reads what a caller may send."""

import asyncio
import json
import re
import uuid
from collections.abc import Iterator

from tests.http.people.rights import EVERYBODY, TABLE
from tests.lines import line_to
from tests.support.facade import Api, Facade

_MEBIBYTE = 1024 * 1024


async def _announced(stack: Facade, method: str, path: str, key: str | None, size: int) -> int:
    """The status of the answer to a request whose body is never sent."""
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {size}\r\n"
    async with line_to(int(stack.api_url.rpartition(":")[2])) as line:
        await line.say(f"{head}{f'X-Worker-Key: {key}' if key else 'X-Nothing: x'}\r\n\r\n".encode())
        return (await line.problem())[0]


async def test_no_route_waits_for_a_large_body_of_a_stranger(stack: Facade, api: Api) -> None:
    async def refused(method: str, path: str) -> int:
        return await _announced(stack, method, re.sub(r"\{.*?\}", str(uuid.uuid4()), path), None, 60_000_000)

    routes = [route for route in TABLE if route[0] in ("POST", "PUT", "PATCH", "DELETE")]
    found = await asyncio.gather(*(refused(*route) for route in routes))
    # Where nobody can sign in, that would be no advice. That an address is no hook is said before anything is read.
    assert dict(zip(routes, found, strict=True)) == {
        route: 413 if TABLE[route] is EVERYBODY else 401 for route in routes
    } | {("POST", "/api/v1/hooks/{address}"): 404}


async def test_a_key_opens_the_door_for_more_but_not_for_everything(stack: Facade, api: Api) -> None:
    assert await _announced(stack, "POST", "/api/v1/tasks/batch", stack.admin_key, 17 * _MEBIBYTE) == 413
    tasks = [{"task_type": "echo", "params": {"unknown": "x" * 1_000}}] * 1_000
    for content in (json.dumps({"tasks": tasks}).encode(), _in_pieces(json.dumps({"tasks": tasks}).encode())):
        reply = api.http.post("/tasks/batch", content=content, headers={"Content-Type": "application/json"})
        # It was read to its end: what is wrong is what it says.
        assert (reply.status_code, "unknown" in reply.text) == (422, True)
    more = _in_pieces(b"[" * 17 * _MEBIBYTE)
    reply = api.http.post("/tasks/batch", content=more, headers={"Content-Type": "application/json"})
    assert reply.status_code == 413


def _in_pieces(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), 100_000):
        yield content[start : start + 100_000]
