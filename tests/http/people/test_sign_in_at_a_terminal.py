"""`clawdbot login`, `logout` and `profiles` against the real API."""

import json

import pytest

from tests.http.terminal import Terminal, terminal
from tests.stack.people import PASSWORD, Crowd, make_crowd
from tests.support.facade import Api, Facade

__all__ = ["terminal"]


@pytest.fixture
def crowd(api: Api, stack: Facade) -> Crowd:
    return make_crowd(stack)


def test_a_password_is_enough_until_signing_out(terminal: Terminal, crowd: Crowd, stack: Facade) -> None:
    name = crowd.names["operator"]
    code, said = terminal.sign_in(stack.api_url, name)
    assert (code, said.partition(". ")[0]) == (0, f"Signed in at {stack.api_url} as {name}, operator")
    assert terminal.profiles.stat().st_mode & 0o777 == 0o600
    assert PASSWORD not in terminal.profiles.read_text()

    code, said = terminal("users", "me", "--json")
    assert (code, json.loads(said)["name"]) == (0, name)
    # A write, too.
    code, said = terminal("tasks", "add", "echo", "message=by cookie", "--json")
    assert code == 0
    made = json.loads(said)["task_ids"][0] if "task_ids" in said else json.loads(said)["id"]
    assert stack.api.task(made)["created_by"] == f"human:{name}"
    assert _devices(stack, name) == 1

    kept = terminal.profiles.read_bytes()
    assert terminal("logout") == (0, f"Signed out of {stack.api_url}.\n")
    assert _devices(stack, name) == 0
    assert terminal("users", "me")[0] == 3
    # Who copied the file has nothing of it.
    terminal.profiles.write_bytes(kept)
    code, said = terminal("users", "me")
    assert (code, said.split(". ")[0]) == (4, f"You are no longer signed in at {stack.api_url}")


def _devices(stack: Facade, name: str) -> int:
    """Sessions that this machine's command line has, as a person finds them in the list."""
    shown = stack.api.http.get("/sessions", params={"everybody": "true"}).json()["sessions"]
    return sum(each["user"] == name and each["user_agent"].startswith("clawdbot ") for each in shown)


def test_what_is_wrong_is_said_and_changes_nothing(terminal: Terminal, crowd: Crowd, stack: Facade) -> None:
    name, url = crowd.names["viewer"], stack.api_url
    code, said = terminal("login", url, "--user", name, "--password-stdin", stdin="wrong\n")
    assert (code, said) == (4, "Name or password is wrong.\n")
    assert not terminal.profiles.exists()
    assert terminal("login", url) == (
        2, "There is nobody to ask here: give --user and --password-stdin, or set CLAWDBOT_API_KEY.\n"
    )  # fmt: skip
    assert terminal("logout")[0] == 2
    code, said = terminal("profiles", "use", "work")
    assert (code, said.split(" (")[0]) == (2, "There is no profile 'work'")
    terminal.profiles.parent.mkdir(exist_ok=True)
    terminal.profiles.write_text("{")
    code, said = terminal("users", "me")
    assert (code, "profiles.json is damaged" in said) == (2, True)


def test_of_several_the_current_one_is_used(
    terminal: Terminal, crowd: Crowd, stack: Facade, monkeypatch: pytest.MonkeyPatch
) -> None:
    def me() -> str:
        return str(json.loads(terminal("users", "me", "--json")[1])["name"])

    viewer, operator = crowd.names["viewer"], crowd.names["operator"]
    terminal.sign_in(stack.api_url, viewer, "--profile", "look")
    terminal.sign_in(stack.api_url, operator, "--profile", "work")
    assert me() == operator
    assert terminal("profiles", "use", "look")[0] == 0
    assert me() == viewer
    listed = json.loads(terminal("profiles", "list", "--json")[1])["profiles"]
    assert [(each["name"], each["current"]) for each in listed] == [("look", True), ("work", False)]
    monkeypatch.setenv("CLAWDBOT_PROFILE", "work")
    assert me() == operator


def test_a_sign_in_is_sent_nowhere_else(terminal: Terminal, crowd: Crowd, stack: Facade) -> None:
    terminal.sign_in(stack.api_url, crowd.names["viewer"])
    code, said = terminal("users", "me", "--api-url", "http://127.0.0.1:9")
    assert (code, said.split(". ")[0]) == (2, "A key for http://127.0.0.1:9 is needed")
