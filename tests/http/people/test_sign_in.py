"""Credentials: passwords, tokens, keys, and everything that only looks like one."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.people.keys import KeyKind, make_key
from tests.stack.people import PASSWORD, Crowd, in_database, make_crowd
from tests.support import plain_http
from tests.support.facade import Facade, eventually


@pytest.fixture(scope="module")
def crowd(stack: Facade) -> Crowd:
    return make_crowd(stack)


def call(stack: Facade, credential: str | None = None, **more: Any) -> httpx.Response:
    """A read that every person may do."""
    headers = {"Authorization": f"Bearer {credential}"} if credential is not None else {}
    return plain_http.get(f"{stack.api_url}/api/v1/tasks?limit=1", headers={**headers, **more}, timeout=20)


def sign_in(stack: Facade, name: str, password: str = PASSWORD) -> httpx.Response:
    body = {"username": name, "password": password}
    return plain_http.post(f"{stack.api_url}/api/v1/auth/login", json=body, timeout=20)


def refused_soon(stack: Facade, key: str) -> None:
    """The promise: a key that ended gets nothing after five seconds, however busy it is until then."""
    eventually(lambda: call(stack, key).status_code == 401, 5, "the key is refused")


def claims(user: str, **changes: Any) -> dict[str, Any]:
    """Those of a token of this admin that would be valid, with changes; None leaves one out."""
    now = datetime.now(UTC)
    all_ = {"sub": user, "role": "admin", "ver": 0, "aud": "clawdbot", "iat": now, "exp": now + timedelta(minutes=5)}
    return {name: value for name, value in {**all_, **changes}.items() if value is not None}


@pytest.mark.parametrize("role", ["viewer", "operator", "admin"])
def test_a_token_is_worth_what_its_user_may_do(stack: Facade, crowd: Crowd, role: str) -> None:
    reply = sign_in(stack, crowd.names[role])
    assert reply.status_code == 200
    answer = reply.json()
    assert (answer["token_type"], answer["role"], answer["expires_in"]) == ("bearer", role, 900)
    read = jwt.decode(answer["access_token"], options={"verify_signature": False})
    assert read["exp"] - read["iat"] == 900
    assert set(read) == {"sub", "role", "ver", "aud", "iat", "exp"}
    assert call(stack, answer["access_token"]).status_code == 200
    headers = {"Authorization": f"Bearer {answer['access_token']}"}
    body = {"task_type": "web_monitor", "params": {"url": "https://example.com/token"}}
    made = plain_http.post(f"{stack.api_url}/api/v1/tasks", json=body, headers=headers)
    assert made.status_code == (403 if role == "viewer" else 201)
    if made.status_code == 201:
        task = plain_http.get(f"{stack.api_url}/api/v1/tasks/{made.json()['id']}", headers=headers)
        assert task.json()["created_by"] == f"human:{crowd.names[role]}"


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD.upper(), PASSWORD + " ", "x" * 10_000])
def test_a_wrong_password_and_a_wrong_name_sound_alike(stack: Facade, crowd: Crowd, password: str) -> None:
    for name in (crowd.names["admin"], "nobody-of-that-name", "' OR 1=1 --"):
        reply = sign_in(stack, name, password)
        assert reply.status_code == 401
        assert reply.json()["detail"] == "Name or password is wrong."


def test_a_disabled_user_gets_no_further(stack: Facade) -> None:
    gone = make_crowd(stack)

    async def disable(connection: AsyncConnection) -> None:
        query = text("UPDATE users SET disabled_at = now() WHERE name = :name")
        await connection.execute(query, {"name": gone.names["operator"]})

    assert call(stack, gone.keys["operator"]).status_code == 200
    in_database(stack, disable)
    assert sign_in(stack, gone.names["operator"]).status_code == 401
    refused_soon(stack, gone.keys["operator"])


def test_a_token_signed_as_ours_is_accepted(stack: Facade, crowd: Crowd) -> None:
    """What makes the refusals below mean something."""
    assert (
        call(stack, jwt.encode(claims(crowd.names["admin"]), stack.secrets["jwt_secret"], "HS256")).status_code == 200
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": datetime.now(UTC) - timedelta(seconds=1)},
        {"exp": None},
        {"iat": None},
        {"iat": datetime.now(UTC) + timedelta(hours=1)},
        {"aud": "somebody-else"},
        {"aud": None},
        {"sub": None},
        {"role": None},
        {"role": "god"},
        {"role": "viewer"},
        {"sub": "nobody"},
        {"ver": None},
        {"ver": 1},
        {"ver": "0"},
    ],
)
def test_a_token_with_wrong_claims_is_refused(stack: Facade, crowd: Crowd, changes: dict[str, Any]) -> None:
    reply = call(stack, jwt.encode(claims(crowd.names["admin"], **changes), stack.secrets["jwt_secret"], "HS256"))
    assert reply.status_code == 401
    assert reply.headers["www-authenticate"] == "Bearer"


def forgeries(secret: str, user: str) -> dict[str, str]:
    plain = {**claims(user), "iat": 1_700_000_000, "exp": 4_000_000_000}

    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    ours = jwt.encode(plain, secret, "HS256")
    head, body, signature = ours.split(".")
    return {
        "no algorithm": f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(plain)}.",
        "no algorithm, shouted": f"{part({'alg': 'NONE', 'typ': 'JWT'})}.{part(plain)}.{signature}",
        "another algorithm": jwt.encode(plain, secret.ljust(64, "x"), "HS512"),
        "right secret, another algorithm": jwt.encode(plain, secret, "HS384"),
        "another secret": jwt.encode(plain, "x" * 64, "HS256"),
        "another body": f"{head}.{part({**plain, 'sub': 'root'})}.{signature}",
        "no signature": f"{head}.{body}.",
        "half of it": f"{head}.{body}",
        "words": "let me in",
    }


@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")
@pytest.mark.parametrize("kind", forgeries("x" * 64, "admin"))
def test_a_forged_token_is_refused(stack: Facade, crowd: Crowd, kind: str) -> None:
    reply = call(stack, forgeries(stack.secrets["jwt_secret"], crowd.names["admin"])[kind])
    assert reply.status_code == 401
    assert reply.json()["detail"] == "This token is not valid (any more). Sign in again."


def test_keys_that_are_none(stack: Facade, crowd: Crowd) -> None:
    admin = crowd.keys["admin"]
    prefix, kind, id_, secret = admin.split("_", 3)
    wrong = [
        f"{prefix}_{kind}_{id_}_{secret[:-1]}",
        f"{prefix}_{kind}_{id_}_{secret}x",
        f"{prefix}_{kind}_{id_}_",
        f"{prefix}_{kind}_{id_}",
        f"{prefix}_{kind}_0000000000_{secret}",
        "cwb_",
        crowd.keys["expired"],
        crowd.keys["revoked"],
    ]
    assert call(stack, admin).status_code == 200
    for key in wrong:
        reply = call(stack, key)
        assert reply.status_code == 401, key
        assert reply.json()["detail"] == "This key is not valid (any more). Ask an admin for a new one."


def test_how_credentials_are_sent(stack: Facade, crowd: Crowd) -> None:
    key = crowd.keys["viewer"]
    assert call(stack, Authorization=f"bearer {key}").status_code == 200
    assert call(stack, Authorization=f"Basic {key}").status_code == 401
    assert call(stack, Authorization=key).status_code == 401
    assert call(stack, Authorization="Bearer").status_code == 401
    assert call(stack).status_code == 401
    assert plain_http.get(f"{stack.api_url}/api/v1/tasks", params={"token": key}).status_code == 401


def test_a_key_with_an_end_works_until_then(stack: Facade) -> None:
    async def make(connection: AsyncConnection) -> str:
        soon = datetime.now(UTC) + timedelta(hours=1)
        return await make_key(connection, KeyKind.AGENT, label="ends soon", expires_at=soon)

    key = in_database(stack, make)
    assert call(stack, key).status_code == 200

    async def end(connection: AsyncConnection) -> None:
        await connection.execute(
            text("UPDATE api_keys SET expires_at = now() WHERE id = :id"), {"id": key.split("_")[2]}
        )

    in_database(stack, end)
    refused_soon(stack, key)


def test_a_revoked_worker_gets_nothing_more(stack: Facade) -> None:
    _, id_, key = stack.register(["echo"])

    def bootstrap() -> int:
        url = f"{stack.api_url}/api/v1/worker/bootstrap"
        return plain_http.get(url, headers={"X-Worker-Key": key}, timeout=20).status_code

    assert bootstrap() == 200
    assert stack.api.http.post(f"/workers/{id_}/revoke").status_code == 204
    eventually(lambda: bootstrap() == 401, 5, "the worker's key is refused")
    again = stack.api.http.post(f"/workers/{id_}/revoke")
    assert (again.status_code, again.json()["detail"]) == (
        404,
        "There is no worker with this id that has a valid key.",
    )


def test_a_secret_is_never_stored(stack: Facade, crowd: Crowd) -> None:
    dump = str(stack.rows("SELECT * FROM api_keys")) + str(stack.rows("SELECT * FROM users"))
    assert PASSWORD not in dump
    for key in crowd.keys.values():
        assert key.split("_", 3)[3] not in dump
    hashes = stack.rows("SELECT password_hash FROM users WHERE name = %s", crowd.names["admin"])
    assert hashes[0]["password_hash"].startswith("$argon2id$")
