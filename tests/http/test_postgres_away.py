"""Postgres that is there and does not answer: every request ends within the time that is promised, with a sentence."""

import asyncio
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlalchemy import make_url

from api.app import create_app
from api.main import listening
from contracts.settings import ServerSettings
from db.engine import make_engine
from db.people.first_people import ensure_user, user_key
from services.people.passwords import hash_password
from tests.serving import serving
from tests.stack.workers.link import Link, link_to
from tests.support import plain_http
from tests.support.databases import cloned
from tests.support.servers import Servers

#: What the API promises.
SECONDS = 5.0
#: For a machine that others use, too, and that may stall: without an end, requests took a minute and more.
SLACK = 6.0
#: A large body whose length nobody knows beforehand.
CHUNKED = object()
NAME, PASSWORD = "anna", "correct horse battery staple"


@pytest.fixture
def away(servers: Servers) -> Iterator[tuple[str, str, Link]]:
    """The address of an API that was in use, a key, and the way to its database, which has just gone dark."""
    with cloned(servers) as database_url:
        key = asyncio.run(_person(database_url))
        with link_to(make_url(database_url).port or 0) as link:
            url = make_url(database_url).set(port=link.port).render_as_string(hide_password=False)
            secrets = {name: uuid.uuid4().hex * 2 for name in ("jwt_secret", "lease_secret")}
            settings = ServerSettings.model_validate({"database_url": url, **secrets})
            with serving(create_app(settings), **listening(settings), lifespan="on") as api_url:
                with ThreadPoolExecutor(8) as threads:
                    for reply in threads.map(lambda _: _ask(api_url, key, "GET", "/tasks"), range(8)):
                        assert reply.status_code == 200
                link.blackhole()
                yield api_url, key, link
                link.restore()


async def _person(database_url: str) -> str:
    engine = make_engine(database_url, process="tests", pool_size=1)
    try:
        async with engine.begin() as connection:
            id_, _ = await ensure_user(connection, NAME, "admin", hash_password(PASSWORD))
            return await user_key(connection, id_, "tests")
    finally:
        await engine.dispose()


def _ask(api_url: str, key: str, method: str, path: str, body: object = None) -> httpx.Response:
    with httpx.Client(base_url=f"{api_url}/api/v1", trust_env=False, timeout=60, verify=plain_http.NO_TLS) as http:
        content = iter([b'{"tasks": [{"task_type": "echo"}]', b" " * 100_000, b"}"]) if body is CHUNKED else None
        given = None if body is CHUNKED else body
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        return http.request(method, path, json=given, content=content, headers=headers)


def test_every_request_ends_in_time(away: tuple[str, str, Link]) -> None:
    api_url, key, _ = away
    asked = [
        ("GET", "/tasks", None),
        ("GET", f"/tasks/{uuid.uuid4()}", None),
        ("POST", "/tasks", {"task_type": "echo"}),
        ("POST", "/tasks/batch", CHUNKED),
        ("POST", "/auth/login", {"username": NAME, "password": PASSWORD}),
        ("POST", "/workers/join", {"code": "7KQ2-M0XR-9TDV", "name": "mac"}),
        ("POST", f"/tasks/{uuid.uuid4()}/cancel", None),
        ("GET", "/metrics/tasks", None),
    ]
    with ThreadPoolExecutor(len(asked)) as threads:
        for (method, path, _), (reply, took) in zip(
            asked, threads.map(lambda each: _timed(api_url, key, *each), asked), strict=True
        ):
            print(method, path, reply.status_code, round(took, 2))
            assert reply.status_code in (404, 503), reply.text
            assert took < SECONDS + SLACK, (method, path)


def _timed(api_url: str, key: str, method: str, path: str, body: object) -> tuple[httpx.Response, float]:
    began = time.monotonic()
    reply = _ask(api_url, key, method, path, body)
    return reply, time.monotonic() - began
