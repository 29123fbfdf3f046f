"""The API as a process of its own: one look at each area that is tried in tests/http, without one."""

import uuid

import pytest

from tests.lines import line_to
from tests.stack.harness import Api, RunningStack
from tests.stack.people import PASSWORD, Crowd, make_crowd, new_address, sign_in, signed_in


@pytest.fixture(scope="module")
def crowd(stack: RunningStack) -> Crowd:
    return make_crowd(stack)


def test_roles(api: Api, stack: RunningStack, crowd: Crowd) -> None:
    with signed_in(stack, crowd.names["viewer"]) as viewer:
        assert viewer.http.get("/tasks").status_code == 200
        assert viewer.http.post("/tasks", json={"task_type": "echo"}).status_code == 403
    for key, header in ((None, "Authorization"), (crowd.keys["revoked"], "X-Worker-Key")):
        with Api(stack.api_url, key, header=header) as stranger:
            assert stranger.http.get("/tasks").status_code == 401


def test_a_failed_sign_in_is_noted_with_the_address_that_the_proxy_saw(
    api: Api, stack: RunningStack, crowd: Crowd
) -> None:
    name, here = crowd.names["operator"], new_address()
    assert sign_in(stack, name, "wrong", f"{new_address()}, {here}").status_code == 401
    [line] = api.http.get("/audit", params={"action": "user.sign_in_failed", "object": name}).json()["entries"]
    assert line["details"] == {"address": here}
    assert sign_in(stack, name, PASSWORD, here).status_code == 200


async def test_a_large_body_of_a_stranger_is_not_waited_for(api: Api, stack: RunningStack) -> None:
    head = "POST /api/v1/tasks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60000000"
    async with line_to(stack.state["ports"]["api"]) as line:
        await line.say(f"{head}\r\n\r\n".encode())
        assert (await line.problem())[0] == 401


def test_a_sentence_is_submitted_listed_and_cancelled(api: Api) -> None:
    tag = f"process-{uuid.uuid4().hex}"
    reply = api.http.post("/tasks", json={"text": "tweets about $SENTP in 3 hours", "tags": [tag]})
    assert reply.status_code == 201, reply.text
    [id_] = reply.json()["task_ids"]
    listed = api.http.get("/tasks", params={"tag": tag, "status": "scheduled", "ticker": "sentp"}).json()
    assert [each["id"] for each in listed["tasks"]] == [id_]
    api.command(id_, "cancel")
    api.wait_for(id_, "cancelled")
