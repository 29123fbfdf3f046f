"""A model proposes another wording on the real stack, over HTTP, on the command line and by chat; it makes nothing."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pytest

from tests.sandbox_server import Sandbox
from tests.stack.commands import clawdbot
from tests.stack.harness import Api, RunningStack, eventually
from tests.stack.telegram.telegram_scene import Scene, scene
from tests.support.light import Light

__all__ = ["scene"]

MODEL = "openai/small"
GERMAN, ENGLISH = "hole die letzten 30 Tage von $SENT aus reddit", "reddit for $SENT over the last 30 days"

HELD_BY_THE_API = """
SELECT query FROM pg_stat_activity
WHERE datname = current_database()
AND state = 'idle in transaction' AND application_name = 'clawdbot.api' AND state_change < now() - interval '1 s'
"""


@pytest.fixture(scope="module")
def stack(light: Light, sources: Sandbox) -> Iterator[RunningStack]:
    """Its API may ask the sandbox's model."""
    environment = {**sources.environment(), "CLAWDBOT_INTAKE_MODEL": MODEL}
    with light(environment) as running:
        running.wait_until_ready()
        yield running


@pytest.fixture(autouse=True)
def nothing_is_created(stack: RunningStack, sources: Sandbox) -> Iterator[None]:
    """Whatever is proposed; but for the test that sends it, which says so itself."""
    sources.reset()
    before = tasks(stack)
    yield
    assert tasks(stack) == before


def tasks(stack: RunningStack) -> int:
    [counted] = stack.rows("SELECT count(*) AS n FROM tasks WHERE deleted_at IS NULL AND capability <> 'canary'")
    return int(counted["n"])


def parse(api: Api, text: str) -> dict[str, Any]:
    reply = api.http.post("/tasks/parse", json={"text": text, "timezone": "Europe/Berlin"})
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def test_another_wording_stands_beside_the_questions(api: Api, sources: Sandbox) -> None:
    parsed = parse(api, GERMAN)
    assert parsed["tasks"] == []
    assert parsed["questions"]
    suggestion = parsed["suggestion"]
    assert (suggestion["text"], suggestion["by"]) == (ENGLISH, MODEL)
    assert suggestion["tasks"] == parse(api, ENGLISH)["tasks"]
    assert parsed["suggestion_note"] is None
    [request] = sources.requests("openai")
    assert request["user_agent"].startswith("AsyncOpenAI/Python")


def test_nobody_is_asked_without_a_question_nor_on_submission(api: Api, sources: Sandbox) -> None:
    assert parse(api, ENGLISH)["suggestion"] is None
    reply = api.http.post("/tasks", json={"text": GERMAN})
    assert reply.status_code == 422
    assert "suggestion" not in reply.json()
    assert sources.requests("openai") == []


def test_what_is_proposed_can_be_sent(api: Api, stack: RunningStack) -> None:
    text = parse(api, GERMAN)["suggestion"]["text"]
    created = api.http.post("/tasks", json={"text": text}).json()
    [id_] = created["task_ids"]
    assert api.task(id_)["params"]["date_range"] == {"last_days": 30}
    api.command(id_, "cancel")
    api.wait_for(id_, "cancelled")
    api.http.delete(f"/tasks/{id_}").raise_for_status()


def test_a_model_that_hangs_is_waited_for_five_seconds_and_holds_up_nobody(
    api: Api, stack: RunningStack, sources: Sandbox
) -> None:
    sources.fault("openai", "hang")
    began = time.monotonic()
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(parse, api, GERMAN)
        eventually(lambda: sources.requests("openai"), 30, "the model is asked")
        assert wait([waiting], timeout=1.2).not_done
        # No connection to Postgres waits along with it.
        assert stack.rows(HELD_BY_THE_API) == []
        parsed = waiting.result(30)
    assert time.monotonic() - began >= 5
    assert parsed["suggestion"] is None
    assert parsed["questions"]
    assert parsed["suggestion_note"] == f"No other wording is proposed: {MODEL} did not answer within 5 s."


def test_a_viewer_gets_the_questions_alone(scene: Scene, sources: Sandbox) -> None:
    parsed = parse(scene.vera_api, GERMAN)
    assert parsed["questions"]
    assert (parsed["suggestion"], parsed["suggestion_note"]) == (None, None)
    assert sources.requests("openai") == []


def test_the_command_line_shows_it_and_takes_it_from_nobody_who_did_not_read_it(stack: RunningStack) -> None:
    shown = clawdbot(stack, "tasks", "parse", GERMAN)
    assert f"Did you mean: {ENGLISH}" in shown.stdout
    refused = clawdbot(stack, "add", GERMAN, "--yes")
    assert refused.returncode == 2
    assert f"Did you mean: {ENGLISH}" in refused.stderr


def test_by_chat_it_is_shown_to_be_sent(scene: Scene) -> None:
    said = scene.ask(GERMAN, "Did you mean:")
    assert f"<code>{ENGLISH}</code>" in said
    assert "Nothing was created." in said
    assert "It would become: reddit_crawl SENT. Send it if that is right." in said
    assert f"(Proposed by {MODEL}.)" in said
    # What only the model knew, and words of the person that look like markup.
    said = scene.ask("/add Nachrichten zu Google <bitte>", "Did you mean:")
    assert '"Google" is read as $GOOGL.' in said
    assert "Not in your words: news." in said
