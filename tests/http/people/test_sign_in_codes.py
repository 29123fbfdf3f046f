"""Codes that sign in a browser once, for `clawdbot open`: who gets one, where it counts, and for how long."""

import uuid
from collections.abc import Callable

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from api.security.attempts import code_subjects
from db.people.allowances import spend
from db.people.first_people import ensure_user, user_key
from db.people.keys import KeyKind, key_id, make_key
from tests.stack.people import in_database, new_address
from tests.support import plain_http
from tests.support.facade import Api, Facade

OURS = {"Sec-Fetch-Site": "same-origin"}

Bring = Callable[..., httpx.Response]


@pytest.fixture
def here() -> str:
    """The address of this test."""
    return new_address()


def make(stack: Facade, key: str, address: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}", "X-Forwarded-For": address}
    return plain_http.post(f"{stack.api_url}/api/v1/session/codes", headers=headers, timeout=20)


def make_person(stack: Facade, role: str) -> tuple[str, str, str]:
    """(name, key, the id of the key) of somebody new, who has no password that matches."""
    name = f"{role}-{uuid.uuid4().hex[:8]}"

    async def make_both(connection: AsyncConnection) -> str:
        id_, _ = await ensure_user(connection, name, role, "-")
        return await user_key(connection, id_, "here")

    key = in_database(stack, make_both)
    return name, key, key_id(key)


@pytest.fixture
def admin(stack: Facade) -> tuple[str, str, str]:
    return make_person(stack, "admin")


@pytest.fixture
def code(stack: Facade, admin: tuple[str, str, str], here: str) -> str:
    made = make(stack, admin[1], here)
    assert made.status_code == 201, made.text
    return str(made.json()["code"])


@pytest.fixture
def bring(stack: Facade, here: str) -> Bring:
    """Bring a code as the page does, from the address of this test."""

    def as_page(code: str, headers: dict[str, str] | None = None, address: str = here) -> httpx.Response:
        sent = {"X-Forwarded-For": address, **(OURS if headers is None else headers)}
        return plain_http.post(f"{stack.api_url}/api/v1/session", json={"code": code}, headers=sent, timeout=20)

    return as_page


def test_it_signs_in_once(stack: Facade, admin: tuple[str, str, str], code: str, bring: Bring) -> None:
    signed_in = bring(code)
    assert signed_in.status_code == 200, signed_in.text
    assert (signed_in.json()["user"], signed_in.json()["role"]) == (admin[0], "admin")
    cookie = signed_in.headers["set-cookie"]
    assert cookie.startswith("__Host-clawdbot=")
    me = plain_http.get(f"{stack.api_url}/api/v1/me", headers={"Cookie": cookie.partition(";")[0]}, timeout=20)
    assert me.json()["name"] == admin[0]
    again = bring(code)
    assert (again.status_code, "clawdbot open" in again.json()["detail"]) == (401, True)
    assert "set-cookie" not in again.headers


def test_it_is_written_down_nowhere(stack: Facade, admin: tuple[str, str, str], code: str, bring: Bring) -> None:
    rows = [str(stack.rows(every)) for every in ("SELECT * FROM sign_in_codes", "SELECT * FROM audit_log")]
    assert admin[2] in rows[0]
    assert all(code not in each for each in rows)
    assert bring(code).status_code == 200
    assert str(stack.rows("SELECT * FROM sign_in_codes WHERE key_id = %s", admin[2])) == "[]"
    entries = str(stack.rows("SELECT * FROM audit_log WHERE action = 'user.sign_in' AND object = %s", admin[0]))
    assert (admin[2] in entries, code in entries) == (True, False)


def test_no_other_page_decides_who_is_signed_in(code: str, bring: Bring) -> None:
    """Nor a program: it has a key to bring."""
    sites = [{"Sec-Fetch-Site": site} for site in ("cross-site", "same-site", "none")]
    for headers in ({}, *sites, {"Origin": "http://evil.example"}):
        assert bring(code, headers).status_code == 403, headers
    assert bring(code).status_code == 200


def test_it_counts_only_where_it_was_asked_for(code: str, bring: Bring) -> None:
    """A link with somebody's own code must not sign in anybody elsewhere as them; and a code that leaks is gone."""
    assert bring(code, address=new_address()).status_code == 401
    assert bring(code).status_code == 401


def test_this_machine_has_two_addresses(stack: Facade, admin: tuple[str, str, str], bring: Bring) -> None:
    code = make(stack, admin[1], "127.0.0.1").json()["code"]
    assert bring(code, address="::1").status_code == 200


def test_it_ends_after_a_minute(stack: Facade, admin: tuple[str, str, str], code: str, bring: Bring) -> None:
    soon = "SELECT expires_at <= now() + interval '60 s' AS soon FROM sign_in_codes WHERE key_id = %s"
    assert stack.rows(soon, admin[2]) == [{"soon": True}]
    stack.execute("UPDATE sign_in_codes SET expires_at = now() WHERE key_id = %s", admin[2])
    assert bring(code).status_code == 401


def test_it_ends_with_its_key(stack: Facade, admin: tuple[str, str, str], code: str, bring: Bring) -> None:
    stack.api.http.post(f"/keys/{admin[2]}/revoke").raise_for_status()
    assert bring(code).status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE users SET token_version = token_version + 1 WHERE name = %s",
        "UPDATE users SET disabled_at = now() WHERE name = %s",
    ],
)
def test_it_ends_with_the_rights_of_its_user(
    stack: Facade, admin: tuple[str, str, str], code: str, bring: Bring, change: str
) -> None:
    stack.execute(change, admin[0])
    assert bring(code).status_code == 401


def test_only_an_admins_key_makes_one(stack: Facade, here: str) -> None:
    service = in_database(stack, lambda connection: make_key(connection, KeyKind.AGENT, label="x"))
    for key in (make_person(stack, "operator")[1], make_person(stack, "viewer")[1], service):
        assert make(stack, key, here).status_code == 403


def test_a_session_does_not_become_another(stack: Facade, here: str, code: str, bring: Bring) -> None:
    """It would never end."""
    cookie = bring(code).headers["set-cookie"].partition(";")[0]
    headers = {"Cookie": cookie, "X-Forwarded-For": here, **OURS}
    refused = plain_http.post(f"{stack.api_url}/api/v1/session/codes", headers=headers, timeout=20)
    assert (refused.status_code, "key of an admin" in refused.json()["detail"]) == (403, True)


def test_password_or_code(api: Api) -> None:
    both = {"code": "x", "username": "admin", "password": "x"}
    for body in ({}, both, {"username": "admin"}, {"code": "x", "password": "x"}):
        assert api.http.post("/session", json=body).status_code == 422, body


def test_guessing_is_limited(stack: Facade, here: str, bring: Bring) -> None:
    assert bring("x" * 43).status_code == 401

    async def guess(connection: AsyncConnection) -> None:
        [(allowance, of)] = code_subjects(here)
        while await spend(connection, allowance, of) is None:
            pass

    in_database(stack, guess)
    assert bring("x" * 43).status_code == 429
