"""Who may send how much: the credentials are looked at before a body is read."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import jwt
import pytest

from api.app import create_app
from api.main import listening
from contracts.settings import ServerSettings
from tests.lines import line_to
from tests.serving import serving

SETTINGS = ServerSettings.model_validate(
    {"database_url": "postgresql://x:x@127.0.0.1:9/x", "jwt_secret": "x" * 32, "lease_secret": "x" * 32}
)
#: Announced, never sent: who answers has not waited for it.
HUGE = b"Content-Length: 60000000\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
CHUNK = b"%x\r\n%b\r\n" % (10_000, b"[" * 10_000)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The API, without a database."""
    with serving(create_app(SETTINGS), **listening(SETTINGS) | {"lifespan": "on"}) as url:
        yield urlsplit(url).port or 0


def _post(path: bytes, *headers: bytes) -> bytes:
    fields = (b"Host: x", b"Content-Type: application/json", *headers, b"")
    return b"POST /api/v1%b HTTP/1.1\r\n" % path + b"\r\n".join(fields)


@pytest.mark.parametrize(
    ("credentials", "sentence"),
    [
        ((), "Sign in first"),
        ((b"Authorization: Bearer forged",), "Sign in again"),
        ((b"Authorization: Basic YTpi",), "Sign in first"),
    ],
)
async def test_a_large_body_of_a_stranger_is_refused_before_it_comes(
    port: int, credentials: tuple[bytes, ...], sentence: str
) -> None:
    async with line_to(port) as line:
        await line.say(_post(b"/tasks/batch", *credentials) + HUGE)
        status, detail = await line.problem()
        assert (status, sentence in detail) == (401, True)


async def test_one_of_unknown_size_is_read_no_further_than_strangers_may(port: int) -> None:
    async with line_to(port) as line:
        await line.say(_post(b"/tasks/batch") + CHUNKED, *[CHUNK] * 7)
        assert (await line.problem())[0] == 401


@pytest.mark.parametrize("path", [b"/auth/login", b"/workers/join"])
async def test_where_nobody_signs_in_the_size_is_what_is_wrong(port: int, path: bytes) -> None:
    async with line_to(port) as line:
        await line.say(_post(path) + HUGE)
        status, detail = await line.problem()
        assert (status, "65536 bytes" in detail) == (413, True)


@pytest.mark.parametrize("size", [CHUNKED + b"2\r\n{}\r\n0\r\n\r\n", b"Content-Length: 2\r\n\r\n{}"])
async def test_small_bodies_of_strangers_are_read(port: int, size: bytes) -> None:
    """Or nobody could sign in."""
    async with line_to(port) as line:
        await line.say(_post(b"/auth/login") + size)
        status, detail = await line.problem()
        assert (status, "username" in detail) == (422, True)


async def test_while_the_database_is_away_nobody_can_be_known(port: int) -> None:
    expires = datetime.now(UTC) + timedelta(minutes=5)
    claims = {"sub": "anna", "role": "admin", "ver": 1, "aud": "clawdbot", "iat": datetime.now(UTC), "exp": expires}
    token = jwt.encode(claims, "x" * 32, algorithm="HS256").encode()
    async with line_to(port) as line:
        await line.say(_post(b"/tasks/batch", b"Authorization: Bearer " + token) + HUGE)
        status, detail = await line.problem()
        assert (status, "try again" in detail) == (503, True)
