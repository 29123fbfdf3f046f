"""Bots of the coordinator are workers: registered, marked, refused."""

import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support import plain_http
from tests.support.facade import Api, Facade


@pytest.fixture
def bot(api: Api) -> Iterator[dict[str, Any]]:
    made = register(api, "python", "build")
    yield made
    api.http.delete(f"/bots/{made['id']}")


def register(api: Api, *capabilities: str) -> dict[str, Any]:
    body = {"name": f"bot-{uuid.uuid4().hex[:8]}", "capabilities": capabilities, "metadata": {"region": "us-west"}}
    reply = api.http.post("/bots", json=body)
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


def as_bot(stack: Facade, bot: dict[str, Any], path: str, **body: Any) -> httpx.Response:
    url = f"{stack.api_url}/api/v1/{path}"
    return plain_http.post(url, json=body, headers={"X-Worker-Key": bot["api_key"]})


def test_a_bot_registers_with_words_of_its_own(api: Api, bot: dict[str, Any]) -> None:
    assert bot["capabilities"] == ["python", "build", "bot_task"]
    assert (bot["status"], bot["metadata"]) == ("offline", {"region": "us-west"})
    shown = api.http.get(f"/bots/{bot['id']}").json()
    assert shown == {name: value for name, value in bot.items() if name != "api_key"}
    assert shown in api.http.get("/bots").json()
    assert shown not in api.http.get("/bots/available?capability=python").json()


def test_a_misspelt_task_type_is_no_word_of_its_own(api: Api) -> None:
    reply = api.http.post("/bots", json={"name": "misspelt", "capabilities": ["redit_crawl"]})
    assert reply.status_code == 422
    assert "did you mean reddit_crawl?" in reply.json()["detail"]


def test_a_bot_that_asks_for_no_tasks_is_not_online_whatever_it_says(stack: Facade, bot: dict[str, Any]) -> None:
    reply = as_bot(stack, bot, f"bots/{bot['id']}/heartbeat")
    assert reply.status_code == 409
    assert "/api/v1/tasks/claim" in reply.json()["detail"]


def test_a_bot_speaks_for_itself_only(api: Api, stack: Facade, bot: dict[str, Any]) -> None:
    other = register(api)
    for word in ("busy", "available"):
        assert as_bot(stack, other, f"bots/{bot['id']}/{word}").status_code == 403
    assert held(api, bot) is None
    assert as_bot(stack, bot, f"bots/{bot['id']}/busy").status_code == 200
    assert held(api, bot) == "paused"
    assert as_bot(stack, bot, f"bots/{bot['id']}/available").status_code == 200
    assert held(api, bot) is None


def test_a_bot_learns_nothing_about_another_from_a_refusal(api: Api, stack: Facade, bot: dict[str, Any]) -> None:
    other = register(api)
    api.http.post(f"/workers/{bot['id']}/pause", json={"reason": "it is too warm"}).raise_for_status()
    for word in ("busy", "available", "heartbeat"):
        said = [as_bot(stack, other, f"bots/{id_}/{word}") for id_ in (bot["id"], uuid.uuid4())]
        assert [each.status_code for each in said] == [403, 403]
        # The same as of a bot that there is not.
        assert said[0].json()["detail"] == said[1].json()["detail"]


def test_a_pause_by_a_person_is_not_the_bots_to_end(api: Api, stack: Facade, bot: dict[str, Any]) -> None:
    api.http.post(f"/workers/{bot['id']}/pause", json={"reason": "it is too warm"}).raise_for_status()
    reply = as_bot(stack, bot, f"bots/{bot['id']}/available")
    assert reply.status_code == 409
    assert "it is too warm" in reply.json()["detail"]
    # What the person said is not overwritten either.
    assert as_bot(stack, bot, f"bots/{bot['id']}/busy").status_code == 200
    assert api.http.get(f"/workers/{bot['id']}").json()["held_reason"] == "it is too warm"
    assert api.http.post(f"/bots/{bot['id']}/available").status_code == 200
    assert held(api, bot) is None


def test_a_bot_that_is_deleted_is_gone_and_its_key_with_it(api: Api, stack: Facade) -> None:
    bot = register(api)
    assert api.http.delete(f"/bots/{bot['id']}").status_code == 204
    assert api.http.get(f"/bots/{bot['id']}").status_code == 404
    assert as_bot(stack, bot, f"bots/{bot['id']}/busy").status_code == 401


def held(api: Api, bot: dict[str, Any]) -> str | None:
    found: str | None = api.http.get(f"/workers/{bot['id']}").json()["held"]
    return found
