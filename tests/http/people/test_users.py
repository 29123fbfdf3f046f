"""People: adding, changing, disabling them, passwords; and that what they had signed in with ends with it."""

import contextlib
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from db.people.first_people import user_key
from db.people.users import find_user
from tests.http.schedules.made import fired
from tests.http.triggers.made import ECHO, Sender
from tests.http.workspaces.teams import make_workspace
from tests.stack.people import PASSWORD, in_database, sign_in, signed_in
from tests.support.facade import Api, Facade, eventually

#: The promise; asked for more gently where the machine is busy.
SECONDS = 5
NEW_PASSWORD = "another battery, another staple"


class Person:
    """Somebody whom an admin has just added, with a token and a key."""

    def __init__(self, stack: Facade, closing: contextlib.ExitStack, role: str = "operator") -> None:
        self.name = f"{role}-{uuid.uuid4().hex[:8]}"
        body = {"name": self.name, "role": role, "password": PASSWORD}
        made = stack.api.http.post("/users", json=body)
        assert made.status_code == 201, made.text
        self.id = made.json()["id"]
        self.token = closing.enter_context(signed_in(stack, self.name))
        key = stack.api.http.post("/keys", json={"kind": "user", "user": self.name, "label": "its own"})
        assert key.status_code == 201, key.text
        self.key = closing.enter_context(Api(stack.api_url, key.json()["api_key"]))


@pytest.fixture
def closing() -> Iterator[contextlib.ExitStack]:
    """Closes connections after the test."""
    with contextlib.ExitStack() as stack:
        yield stack


@pytest.fixture
def person(api: Api, stack: Facade, closing: contextlib.ExitStack) -> Person:
    return Person(stack, closing)


def ended(caller: Api) -> Callable[[], bool]:
    return lambda: caller.http.get("/me").status_code == 401


def change(api: Api, person: Person, **changes: object) -> httpx.Response:
    return api.http.patch(f"/users/{person.id}", json=changes)


def test_who_am_i(person: Person, stack: Facade) -> None:
    me = person.token.http.get("/me").json()
    named = {"name": person.name, "role": "operator", "label": f"human:{person.name}"}
    assert me == named | {"key_id": None, "workspaces": None, "changes": None}
    by_key = person.key.http.get("/me").json()
    assert by_key["key_id"]
    assert by_key | {"key_id": None} == me
    listed = stack.api.http.get("/users").json()["users"]
    assert {"operator"} == {each["role"] for each in listed if each["name"] == person.name}
    assert "password" not in str(listed)


def test_a_changed_role_ends_the_token_and_not_the_key(person: Person, api: Api) -> None:
    assert person.token.http.get("/users").status_code == 403
    assert change(api, person, role="admin").json()["role"] == "admin"
    eventually(ended(person.token), SECONDS, "the token with the old role is refused")
    eventually(lambda: person.key.http.get("/users").status_code == 200, SECONDS, "the key has the new role")
    change(api, person, role="viewer")
    eventually(lambda: person.key.http.get("/users").status_code == 403, SECONDS, "the key has lost the role again")


def test_whoever_is_disabled_is_out(person: Person, api: Api, stack: Facade) -> None:
    assert change(api, person, disabled=True).json()["disabled_at"]
    eventually(ended(person.token), SECONDS, "the token is refused")
    eventually(ended(person.key), SECONDS, "the key is refused")
    assert sign_in(stack, person.name).json()["detail"] == "Name or password is wrong."
    assert change(api, person, disabled=False).json()["disabled_at"] is None
    assert person.key.http.get("/me").status_code == 200
    assert ended(person.token)(), "what was issued before stays over"
    with signed_in(stack, person.name) as again:
        assert again.http.get("/me").status_code == 200


@pytest.mark.parametrize("how", ["disabled", "role", "member"])
def test_what_somebody_has_made_goes_on_and_is_told(person: Person, api: Api, stack: Facade, how: str) -> None:
    """It belongs to everybody. That they have no hand in it any more is for the routes."""
    body = {"source": {"kind": "hook", "signature": "bearer"}, "action": ECHO, "name": f"t{uuid.uuid4().hex[:12]}"}
    made = person.key.http.post("/triggers", json=body).json()
    clock = {"timing": {"every": "1h"}, "action": {"task": {"task_type": "echo"}}, "name": body["name"]}
    person.key.http.post("/schedules", json=clock).raise_for_status()
    if how == "member":
        told = api.http.put(f"/workspaces/{make_workspace(api)}/members/{person.id}", json={"role": "operator"})
    else:
        told = change(api, person, **({"disabled": True} if how == "disabled" else {"role": "viewer"}))
    named = [f"schedule:{body['name']}", f"trigger:{body['name']}"]
    assert told.json()["goes_on"] == named
    [line] = api.http.get("/audit", params={"object": person.name, "limit": 1}).json()["entries"]
    assert line["details"]["goes_on"] == named
    assert Sender(stack, made).send({"text": "hello"}).json()["outcome"] == "made"
    schedule = api.http.get(f"/schedules/{body['name']}").json()
    assert fired(stack, schedule["id"], "2026-03-01T07:00").tasks == 1
    eventually(
        lambda: person.key.http.post(f"/triggers/{body['name']}/rotate", json={}).is_client_error, SECONDS,
        "they have no hand in it any more",
    )  # fmt: skip


@pytest.mark.parametrize("credential", ["token", "key"])
def test_an_open_stream_ends_with_its_credentials(person: Person, api: Api, credential: str) -> None:
    opened, closed = threading.Event(), threading.Event()

    def listen() -> None:
        caller: Api = getattr(person, credential)
        with caller.http.stream("GET", "/tasks/stream") as reply:
            for _ in reply.iter_raw():
                opened.set()
        closed.set()

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    assert opened.wait(30)
    assert not closed.is_set()
    change(api, person, disabled=True)
    assert closed.wait(SECONDS * 2), "the stream goes on"


def test_an_open_stream_of_others_goes_on(person: Person, api: Api) -> None:
    """What makes the test above mean something: events still come after the credentials were looked at again."""
    with person.token.http.stream("GET", "/tasks/stream", timeout=30) as reply:
        lines = reply.iter_lines()
        next(lines)
        threading.Timer(5, lambda: api.submit("web_monitor", {"url": "https://example.com/late"})).start()
        assert any(line.startswith("event: task") for line in lines)


def test_an_admin_sets_a_password(person: Person, api: Api, stack: Facade) -> None:
    done = api.http.put(f"/users/{person.id}/password", json={"password": NEW_PASSWORD})
    assert (done.status_code, done.content) == (204, b"")
    eventually(ended(person.token), SECONDS, "the token is refused")
    assert person.key.http.get("/me").status_code == 200
    assert sign_in(stack, person.name).status_code == 401
    assert sign_in(stack, person.name, NEW_PASSWORD).status_code == 200


def test_changing_ones_own_password_needs_the_old_one(person: Person, stack: Facade) -> None:
    wrong = person.token.http.put("/me/password", json={"old_password": "guess", "new_password": NEW_PASSWORD})
    assert (wrong.status_code, wrong.json()["detail"]) == (403, "The old password is wrong. Nothing was changed.")
    assert sign_in(stack, person.name).status_code == 200
    right = person.token.http.put("/me/password", json={"old_password": PASSWORD, "new_password": NEW_PASSWORD})
    assert right.status_code == 204
    eventually(ended(person.token), SECONDS, "the token is refused")
    assert sign_in(stack, person.name).status_code == 401
    assert sign_in(stack, person.name, NEW_PASSWORD).status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "a b", "role": "viewer", "password": PASSWORD}, "name"),
        ({"name": "", "role": "viewer", "password": PASSWORD}, "name"),
        ({"name": "anna", "role": "god", "password": PASSWORD}, "role"),
        ({"name": "anna", "role": "viewer", "password": "short"}, "password"),
        ({"name": "anna", "role": "viewer", "password": "x" * 2_000}, "password"),
        ({"name": "anna", "role": "viewer", "password": PASSWORD, "admin": True}, "admin"),
    ],
)
def test_bad_input_adds_nobody(api: Api, body: dict[str, object], field: str) -> None:
    before = api.http.get("/users").json()
    refused = api.http.post("/users", json=body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == field
    assert "short" not in refused.text
    assert api.http.get("/users").json() == before


def test_names_are_taken_once_and_unknown_people_are_not_found(person: Person, api: Api) -> None:
    taken = api.http.post("/users", json={"name": person.name, "role": "admin", "password": PASSWORD})
    assert (taken.status_code, person.name in taken.json()["detail"]) == (409, True)
    nobody = uuid.uuid4()
    assert api.http.patch(f"/users/{nobody}", json={"role": "viewer"}).status_code == 404
    assert api.http.put(f"/users/{nobody}/password", json={"password": PASSWORD}).status_code == 404
    assert change(api, person).status_code == 422


def test_one_admin_is_always_left(stack: Facade, api: Api, closing: contextlib.ExitStack) -> None:
    """Also when all of them are demoted or disabled at the same moment."""
    others = [Person(stack, closing, "admin") for _ in range(4)]
    admins = [each["id"] for each in api.http.get("/users").json()["users"] if each["role"] == "admin"]
    callers = {each.id: each.key for each in others}
    [first, *_] = [id_ for id_ in admins if id_ not in callers]

    def demote(place: int) -> int:
        id_ = admins[place]
        body = {"role": "viewer"} if place % 2 else {"disabled": True}
        return callers.get(id_, api).http.patch(f"/users/{id_}", json=body).status_code

    try:
        with ThreadPoolExecutor(len(admins)) as pool:
            answers = list(pool.map(demote, range(len(admins))))
        # 401 and 403: somebody else was quicker, and the one who wanted to was no admin any more.
        assert set(answers) <= {200, 401, 403, 409}
        left = stack.rows("SELECT id, name FROM users WHERE role = 'admin' AND NOT confined AND disabled_at IS NULL")
        assert left, "nobody is left who could change anything"
        for each in left[1:]:
            stack.rows("UPDATE users SET role = 'viewer' WHERE id = %s RETURNING id", each["id"])
        last = left[0]
        key = closing.enter_context(Api(stack.api_url, key_of(stack, last["name"])))
        for changes in ({"role": "operator"}, {"disabled": True}):
            refused = key.http.patch(f"/users/{last['id']}", json=changes)
            assert refused.status_code == 409
            assert refused.json()["detail"].startswith("This is the last admin.")
    finally:
        stack.rows("UPDATE users SET role = 'admin', disabled_at = NULL WHERE id = %s RETURNING id", first)
        eventually(lambda: api.http.get("/users").status_code == 200, SECONDS, "the tests' admin is one again")


def key_of(stack: Facade, name: str) -> str:
    """A new key of this user, made behind the facade."""

    async def make(connection: AsyncConnection) -> str:
        user = await find_user(connection, name)
        assert user
        return await user_key(connection, user.id, "tests")

    return in_database(stack, make)
