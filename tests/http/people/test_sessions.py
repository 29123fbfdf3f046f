"""Sessions by cookie: what the page signs in with, what may be done with it and from where, and how it ends."""

import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api.security.session_cookie import PERSON_ACTS
from tests.stack.people import PASSWORD, new_address
from tests.support import plain_http
from tests.support.facade import Api, Facade, eventually
from tests.support.in_process import in_process
from tests.support.servers import Servers

NEW_PASSWORD = "another battery, another staple"
OURS = {"Sec-Fetch-Site": "same-origin"}


class Browser:
    """A page of ours that somebody is signed in to. httpx keeps no Secure cookie over plain HTTP, so this does."""

    def __init__(self, url: str, name: str, password: str = PASSWORD, **headers: str) -> None:
        self.url, self.name = url, name
        body = {"username": name, "password": password}
        more = {"X-Forwarded-For": new_address(), "User-Agent": "a browser", **headers}
        self.signed_in = plain_http.post(f"{url}/api/v1/session", json=body, headers=OURS | more, timeout=20)
        self.set_cookie = self.signed_in.headers.get("set-cookie", "")
        self.cookie = self.set_cookie.partition(";")[0]

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None, **options: Any) -> httpx.Response:
        """With the headers that a browser sends, or these."""
        all_ = {"Cookie": self.cookie} | (OURS if headers is None else headers)
        return plain_http.request(method, f"{self.url}/api/v1{path}", headers=all_, timeout=20, **options)

    @property
    def id(self) -> str:
        return str(self.signed_in.json()["session_id"])


@pytest.fixture
def name(api: Api) -> str:
    """A new operator."""
    name = f"operator-{uuid.uuid4().hex[:8]}"
    made = api.http.post("/users", json={"name": name, "role": "operator", "password": PASSWORD})
    assert made.status_code == 201, made.text
    return name


@pytest.fixture
def browser(stack: Facade, name: str) -> Browser:
    return Browser(stack.api_url, name)


def over_soon(browser: Browser) -> None:
    eventually(lambda: browser.ask("GET", "/session").status_code == 401, 5, "the session is refused")


def test_signing_in_and_out(browser: Browser) -> None:
    said = browser.signed_in.json()
    assert (said["user"], said["role"], said["label"]) == (browser.name, "operator", f"human:{browser.name}")
    assert "access_token" not in said
    assert browser.ask("GET", "/session").json() == said
    assert browser.ask("GET", "/me").json()["name"] == browser.name
    out = browser.ask("DELETE", "/session")
    assert (out.status_code, "Max-Age=0" in out.headers["set-cookie"]) == (204, True)
    # At once, and not when a cache has forgotten it.
    again = browser.ask("GET", "/session")
    assert (again.status_code, again.json()["detail"]) == (401, "This session is over. Sign in again.")


def test_the_cookie_is_kept_from_scripts_other_sites_and_other_paths(browser: Browser) -> None:
    first, *rest = browser.set_cookie.split("; ")
    assert first.startswith("__Host-clawdbot=")
    assert sorted(rest) == ["HttpOnly", "Max-Age=2592000", "Path=/", "SameSite=strict", "Secure"]


def test_its_secret_is_never_stored(browser: Browser, stack: Facade) -> None:
    secret = browser.cookie.partition("=")[2]
    assert len(secret) >= 43
    rows = str(stack.rows("SELECT * FROM sessions")) + str(stack.rows("SELECT * FROM audit_log"))
    assert browser.id in rows
    assert secret not in rows


@pytest.mark.parametrize(
    "cookie", ["", "__Host-clawdbot=", "__Host-clawdbot=wrong", "__Host-clawdbot=%00", "clawdbot=x"]
)
def test_a_cookie_that_is_none(stack: Facade, cookie: str) -> None:
    reply = plain_http.get(f"{stack.api_url}/api/v1/session", headers={"Cookie": cookie})
    assert (reply.status_code, reply.headers["content-type"]) == (401, "application/problem+json")


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "HOST"}, True),
        ({"Origin": "http://127.0.0.1:1"}, False),
        ({"Origin": "https://elsewhere.example"}, False),
        ({"Origin": "null"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "HOST"}, False),
        ({}, False),
    ],
)
def test_writes_come_from_our_own_page(browser: Browser, headers: dict[str, str], allowed: bool) -> None:
    sent = {key: browser.url if value == "HOST" else value for key, value in headers.items()}
    body = {"task_type": "web_monitor", "params": {"url": "https://example.com/cookie"}}
    reply = browser.ask("POST", "/tasks", sent, json=body)
    assert reply.status_code == (201 if allowed else 403)
    if not allowed:
        assert reply.json()["detail"].startswith("This did not come from a page of ours.")
    # Reading is nothing that another page could do: it does not get the answer.
    assert browser.ask("GET", "/tasks?limit=1", sent).status_code == 200
    # What is too large to be read before that is refused for the same reason.
    large = browser.ask("POST", "/tasks", sent, json=body | {"notes": "x" * 100_000})
    assert large.status_code == (422 if allowed else 403)


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}])
def test_nobody_is_signed_in_from_another_page(stack: Facade, name: str, headers: dict[str, str]) -> None:
    body = {"username": name, "password": PASSWORD}
    reply = plain_http.post(f"{stack.api_url}/api/v1/session", json=body, headers=headers)
    assert (reply.status_code, "set-cookie" in reply.headers) == (403, False)


def test_a_key_counts_for_more_than_the_cookie(browser: Browser, stack: Facade) -> None:
    both = {"Authorization": f"Bearer {stack.admin_key}"}
    assert browser.ask("GET", "/me", both).json()["role"] == "admin"
    assert browser.ask("GET", "/me", {"Authorization": "Bearer wrong"}).status_code == 401


def test_guesses_are_limited_as_at_the_other_door(stack: Facade, name: str) -> None:
    address = new_address()
    wrong = [Browser(stack.api_url, name, "wrong", **{"X-Forwarded-For": address}).signed_in for _ in range(11)]
    assert [each.status_code for each in wrong] == [401] * 10 + [429]
    body, headers = {"username": name, "password": PASSWORD}, {"X-Forwarded-For": address}
    assert plain_http.post(f"{stack.api_url}/api/v1/auth/login", json=body, headers=headers).status_code == 429


def test_only_what_a_person_does_keeps_a_session(browser: Browser, stack: Facade) -> None:
    other = Browser(stack.api_url, browser.name)
    ids = [browser.id, other.id]
    stack.execute("UPDATE sessions SET expires_at = now() + interval '1 h' WHERE id = ANY(%s)", ids)

    def lasts(id_: str) -> bool:
        return bool(stack.rows("SELECT 1 FROM sessions WHERE id = %s AND expires_at > now() + interval '2 h'", id_))

    browser.ask("GET", "/tasks")
    browser.ask("GET", "/session")
    other.ask("GET", "/tasks", {PERSON_ACTS: "1"})
    # What is written down at all is written down together.
    eventually(lambda: lasts(other.id), 10, "a click keeps the other session")
    assert not lasts(browser.id)
    browser.ask("POST", "/notifications/read", json={"ids": []})
    eventually(lambda: lasts(browser.id), 10, "a write keeps the session")


def test_a_session_ends_by_itself(browser: Browser, stack: Facade) -> None:
    stack.execute("UPDATE sessions SET expires_at = now() WHERE id = %s", browser.id)
    over_soon(browser)
    # Nor does what its person does then bring it back.
    browser.ask("GET", "/tasks", {PERSON_ACTS: "1"})
    assert browser.ask("GET", "/sessions").status_code == 401


def test_sessions_are_listed_and_revoked(browser: Browser, stack: Facade, api: Api) -> None:
    other = Browser(stack.api_url, browser.name)
    listed = browser.ask("GET", "/sessions").json()["sessions"]
    assert {(each["id"], each["current"]) for each in listed} == {(browser.id, True), (other.id, False)}
    assert {(each["user"], each["user_agent"]) for each in listed} == {(browser.name, "a browser")}
    assert browser.ask("DELETE", f"/sessions/{other.id}").status_code == 204
    over_soon(other)
    assert browser.ask("DELETE", f"/sessions/{other.id}").status_code == 404
    audit = api.http.get("/audit", params={"object": browser.name}).json()["entries"]
    assert [each["action"] for each in audit][:1] == ["session.revoke"]


def test_sessions_of_others_are_for_admins(browser: Browser, stack: Facade, api: Api) -> None:
    strange = f"viewer-{uuid.uuid4().hex[:8]}"
    api.http.post("/users", json={"name": strange, "role": "viewer", "password": PASSWORD}).raise_for_status()
    viewer = Browser(stack.api_url, strange)
    assert viewer.ask("DELETE", f"/sessions/{browser.id}").status_code == 404
    assert viewer.ask("GET", "/sessions?everybody=true").status_code == 403
    everybody = api.http.get("/sessions", params={"everybody": True}).json()["sessions"]
    assert {browser.id, viewer.id} <= {each["id"] for each in everybody}
    assert api.http.delete(f"/sessions/{viewer.id}").status_code == 204
    over_soon(viewer)


def test_a_new_password_ends_the_others(browser: Browser, stack: Facade) -> None:
    other = Browser(stack.api_url, browser.name)
    body = {"old_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert browser.ask("PUT", "/me/password", json=body).status_code == 204
    over_soon(other)
    assert [each["id"] for each in browser.ask("GET", "/sessions").json()["sessions"]] == [browser.id]


def test_a_stream_takes_the_cookie_and_ends_with_it(browser: Browser, stack: Facade) -> None:
    with (
        httpx.Client(verify=plain_http.NO_TLS, trust_env=False, timeout=30) as http,
        http.stream("GET", f"{stack.api_url}/api/v1/tasks/stream", headers={"Cookie": browser.cookie}) as reply,
    ):
        assert reply.status_code == 200
        lines = reply.iter_lines()
        next(lines)
        browser.ask("DELETE", "/session")
        # Hearing nothing more for ever would be a timeout.
        assert [line for line in lines if line.startswith("event: resync")] == []


def test_no_more_than_fifty(browser: Browser, stack: Facade) -> None:
    stack.execute(
        "INSERT INTO sessions (secret_hash, user_id, token_version, created_at, expires_at, ends_at, address, "
        "user_agent) SELECT sha256((s.id::text || n)::bytea), user_id, token_version, "
        "created_at + n * interval '1 ms', expires_at, ends_at, '', '' "
        "FROM sessions s, generate_series(1, 49) n WHERE s.id = %s",
        browser.id,
    )
    assert len(browser.ask("GET", "/sessions").json()["sessions"]) == 50
    newest = Browser(stack.api_url, browser.name)
    over_soon(browser)
    assert len(newest.ask("GET", "/sessions").json()["sessions"]) == 50


@pytest.fixture(scope="module")
def behind_prefix(servers: Servers) -> Iterator[Facade]:
    """Where `make run` is, behind a proxy with a prefix."""
    with in_process(servers, api_plain_http="true", api_root_path="/tools/bot", api_port="8123") as running:
        yield running


@pytest.mark.parametrize("seen", ["", "/tools/bot"])
def test_plain_http_behind_a_prefix(behind_prefix: Facade, seen: str) -> None:
    """The proxy strips the prefix, or does not."""
    body = {"name": f"viewer-{uuid.uuid4().hex[:8]}", "role": "viewer", "password": PASSWORD}
    behind_prefix.api.http.post("/users", json=body).raise_for_status()
    browser = Browser(behind_prefix.api_url + seen, body["name"])
    first, *rest = browser.set_cookie.split("; ")
    assert first.startswith("clawdbot-8123-tools-bot=")
    assert sorted(rest) == ["HttpOnly", "Max-Age=2592000", "Path=/tools/bot", "SameSite=strict"]
    assert browser.ask("GET", "/session").json()["user"] == body["name"]


def test_where_no_cookie_would_be_kept_it_says_so(stack: Facade, name: str) -> None:
    headers = {"Origin": "http://clawdbot.example", "Host": "clawdbot.example"}
    body = {"username": name, "password": PASSWORD}
    reply = plain_http.post(f"{stack.api_url}/api/v1/session", json=body, headers=headers)
    assert reply.status_code == 422
    assert "CLAWDBOT_API_PLAIN_HTTP=true" in reply.json()["detail"]
