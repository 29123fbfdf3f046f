"""Everybody who may knock at the API, made directly in the database as the admin commands do."""

import asyncio
import ipaddress
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import make_engine
from db.people.first_people import ensure_user, ensure_worker, user_key, worker_key
from db.people.keys import KeyKind, make_key
from services.people.passwords import hash_password
from tests.support import plain_http
from tests.support.facade import Api, Facade

T = TypeVar("T")
PASSWORD = "correct horse battery staple"
ROLES = ("viewer", "operator", "admin")
#: What a worker of `Crowd` may do.
CAPABILITIES = ["echo", "reddit_crawl"]


def in_database(stack: Facade, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    """Run ``work`` in one transaction."""

    async def run() -> T:
        engine = make_engine(stack.database_url, process="tests", pool_size=1)
        try:
            async with engine.begin() as connection:
                return await work(connection)
        finally:
            await engine.dispose()

    # The tests run beside pytest-asyncio's loop, never inside it.
    return asyncio.run(run())


def sign_in(stack: Facade, name: str, password: str = PASSWORD, address: str | None = None) -> httpx.Response:
    """The answer to name and password, asked from an address of its own unless one is given."""
    body, headers = {"username": name, "password": password}, {"X-Forwarded-For": address or new_address()}
    url = f"{stack.api_url}/api/v1/auth/login"
    return plain_http.post(url, json=body, headers=headers, timeout=30)


def signed_in(stack: Facade, name: str, password: str = PASSWORD) -> Api:
    """The API with a token of this user."""
    return Api(stack.api_url, sign_in(stack, name, password).json()["access_token"])


def new_address() -> str:
    """One that nobody has called from."""
    return str(ipaddress.IPv6Address((0x20010DB8 << 96) | uuid.uuid4().int >> 32))


@dataclass(frozen=True)
class Crowd:
    """One of each role: its key, and for people the name that signs in with PASSWORD."""

    names: dict[str, str]
    keys: dict[str, str]
    #: Id of the worker that is not revoked.
    worker_id: str


def make_crowd(stack: Facade) -> Crowd:
    """A new crowd with names of its own."""
    suffix = uuid.uuid4().hex[:8]
    password = hash_password(PASSWORD)

    async def make(connection: AsyncConnection) -> Crowd:
        names, keys = {}, {}
        for role in ROLES:
            names[role] = f"{role}-{suffix}"
            id_, _ = await ensure_user(connection, names[role], role, password)
            keys[role] = await user_key(connection, id_, "tests")
            if role == "viewer":
                yesterday = datetime.now(UTC) - timedelta(days=1)
                keys["expired"] = await make_key(connection, KeyKind.USER, user_id=id_, expires_at=yesterday)
        keys["agent"] = await make_key(connection, KeyKind.AGENT, label="tests")
        worker = await ensure_worker(connection, f"worker-{suffix}", CAPABILITIES, 1)
        keys["worker"] = await worker_key(connection, worker)
        revoked = await ensure_worker(connection, f"revoked-{suffix}", CAPABILITIES, 1)
        keys["revoked"] = await worker_key(connection, revoked)
        await connection.execute(text("UPDATE api_keys SET revoked_at = now() WHERE worker_id = :id"), {"id": revoked})
        return Crowd(names, keys, str(worker))

    return in_database(stack, make)
