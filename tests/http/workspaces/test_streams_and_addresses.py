"""The live stream of a member, their connections, and the addresses `/instances/{id}/tasks`."""

import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from api.routes.tasks import stream
from tests.http.schedules.made import schedule
from tests.http.workspaces.teams import make_member, make_workspace
from tests.support.facade import Api, Facade, eventually


@pytest.fixture(scope="module")
def teams(stack: Facade) -> tuple[str, str]:
    stack.wait_until_ready()
    return make_workspace(stack.api), make_workspace(stack.api)


@pytest.fixture(scope="module")
def anna(stack: Facade, teams: tuple[str, str]) -> Api:
    return make_member(stack, {teams[0]: "operator"})


@contextmanager
def streamed(caller: Api, path: str, **headers: str) -> Iterator[Iterator[str]]:
    with caller.http.stream("GET", path, headers=headers) as reply:
        assert reply.status_code == 200
        yield reply.iter_lines()


def until(lines: Iterator[str], word: str) -> str:
    """All that came up to a line with this word."""
    heard = []
    for line in lines:
        heard.append(line)
        if word in line:
            break
    return "\n".join(heard)


@pytest.mark.parametrize("path", ["/tasks/stream", "/instances/{}/tasks/stream"])
@pytest.mark.parametrize("everything", [False, True], ids=["a member", "who sees all"])
def test_a_stream_is_of_one_workspace(
    stack: Facade, anna: Api, teams: tuple[str, str], path: str, everything: bool
) -> None:
    mine, others = teams
    caller = stack.api if everything else anna
    before = [stack.api.submit("echo", workspace=each) for each in (others, mine, "default")]
    clocks = {each: schedule(stack.api, workspace=each)["id"] for each in (others, "default", mine)}
    path = path.format(mine) if "{}" in path or not everything else f"{path}?workspace={mine}"
    with streamed(caller, path, **{"Last-Event-ID": "0"}) as lines:
        heard = until(lines, "event: beat")
        for each in clocks.values():
            stack.api.http.post(f"/schedules/{each}/pause", json={}).raise_for_status()
        after = [stack.api.submit("echo", workspace=each) for each in (others, "default", mine)]
        heard += until(lines, after[2])
    # Of what came a moment before, some was handed out before the beat and some behind it.
    assert before[1] in heard
    for id_ in (before[0], before[2], after[0], after[1], clocks[others], clocks["default"]):
        assert id_ not in heard
    for what in ("schedule_made", "schedule_paused"):
        assert any(clocks[mine] in line and what in line for line in heard.splitlines())


def test_what_others_did_meanwhile_is_not_searched_for_what_a_member_sees(
    stack: Facade, teams: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a member who was away would wait for as long as the table is."""
    monkeypatch.setattr(stream, "REPLAY_LIMIT", 50)
    member = make_member(stack, {make_workspace(stack.api): "operator"})
    member.submit("echo")
    stack.api.submit_many(50, "echo", workspace=teams[1])

    def is_told_to_load_again() -> bool:
        with streamed(member, "/tasks/stream", **{"Last-Event-ID": "0"}) as lines:
            heard = until(lines, "event: beat")
        return "event: resync" in heard and "event: task" not in heard

    assert eventually(is_told_to_load_again, 2, "the events of others are too many to be searched")


def test_tasks_under_the_address_of_their_workspace(stack: Facade, anna: Api, teams: tuple[str, str]) -> None:
    mine, others = teams
    made = anna.http.post(f"/instances/{mine}/tasks", json={"task_type": "echo"})
    assert made.status_code == 201, made.text
    task = made.json()["id"]
    listed = anna.http.get(f"/instances/{mine}/tasks", params={"limit": 200}).json()
    assert task in {each["id"] for each in listed["tasks"]}
    at = f"/instances/{mine}/tasks/{task}"
    assert anna.http.get(at).json()["workspace"] == mine
    for api in (anna, stack.api):
        assert api.http.get(f"/instances/{others}/tasks/{task}").status_code == 404
        assert api.http.delete(f"/instances/{others}/tasks/{task}").status_code == 404
        assert api.http.patch(f"/instances/{others}/tasks/{task}", json={"action": "cancel"}).status_code == 404
    assert anna.http.patch(at, json={"action": "cancel"}).json()["status"] == "cancelled"
    assert anna.http.patch(at, json={"action": "retry"}).json()["retry_count"] == 1
    anna.http.patch(at, json={"action": "cancel"}).raise_for_status()
    assert anna.http.delete(at).status_code == 204
    assert anna.http.get(at).status_code == 404


@pytest.mark.parametrize("path", ["/instances/{}/tasks/stream", "/instances/{}/tasks"])
def test_a_workspace_that_there_is_not_has_no_tasks_and_no_stream(
    stack: Facade, anna: Api, teams: tuple[str, str], path: str
) -> None:
    """To a member those of others are none."""
    nowhere = f"w{uuid.uuid4().hex[:12]}"
    for api, name in ((stack.api, nowhere), (anna, nowhere), (anna, teams[1]), (anna, "default")):
        with api.http.stream("GET", path.format(name)) as reply:
            assert reply.status_code == 404
            assert "There is no such workspace." in reply.read().decode()


def test_address_and_body_say_the_same(api: Api, teams: tuple[str, str]) -> None:
    body = {"task_type": "echo", "workspace": teams[1], "tags": [uuid.uuid4().hex]}
    reply = api.http.post(f"/instances/{teams[0]}/tasks", json=body)
    assert reply.status_code == 422
    assert reply.json()["detail"].endswith("Leave the workspace out of the body.")


def test_the_default_workspace_has_an_address(api: Api) -> None:
    task = api.http.post("/instances/default/tasks", json={"task_type": "echo"}).json()["id"]
    assert api.http.get(f"/instances/default/tasks/{task}").json()["workspace"] == "default"


def test_what_comes_behind_a_member_on_a_connection_is_not_confined(stack: Facade, anna: Api) -> None:
    """As where a proxy sends the requests of many people over one connection."""
    reads = f"GET /api/v1/tasks HTTP/1.1\r\nHost: x\r\nAuthorization: {anna.http.headers['Authorization']}\r\n\r\n"
    body = '{"username": "nobody", "password": "correct horse battery staple"}'
    signs_in = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}"
    signs_in = f"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\n{signs_in}"
    address = urlsplit(stack.api_url)
    with socket.create_connection((address.hostname, address.port or 80), timeout=20) as connection:
        connection.sendall(f"{reads}{signs_in}".encode())
        said = b"".join(iter(lambda: connection.recv(65_536), b"")).decode()
    assert said.startswith("HTTP/1.1 200 OK")
    assert "Name or password is wrong." in said
