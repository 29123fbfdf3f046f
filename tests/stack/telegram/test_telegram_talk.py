"""By chat: plain language becomes tasks, the agent is steered, and the digest is read."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.stack.telegram.telegram_bot import ANNA, VERA
from tests.stack.telegram.telegram_scene import Scene, scene

__all__ = ["scene"]


def tasks_of(scene: Scene) -> list[dict[str, Any]]:
    query = "SELECT type, params, tags, created_by FROM tasks WHERE created_by = %s ORDER BY created_at, ticker"
    return scene.stack.rows(query, f"human:{scene.anna}")


def test_a_sentence_becomes_tasks_once(scene: Scene) -> None:
    before = len(tasks_of(scene))
    since = scene.telegram.mark()
    scene.telegram.write("crawl reddit for NVDA and AAPL again please", ANNA, times=5)
    heard = scene.telegram.hear("2 pending", since, ANNA)
    assert "Understood: task_type: reddit_crawl, ticker: NVDA, ticker: AAPL." in heard.data["text"]
    assert "Not used: again." in heard.data["text"]
    # What was delivered again lies before this in the inbox of the chat.
    scene.ask("/help", "/status")
    made = tasks_of(scene)[before:]
    assert sorted(each["params"]["ticker"] for each in made) == ["AAPL", "NVDA"]
    assert {(each["type"], *each["tags"]) for each in made} == {("reddit_crawl", "telegram")}


def test_add_in_plain_words(scene: Scene) -> None:
    before = len(tasks_of(scene))
    scene.ask("/add last 30 days of $TSLA from wallstreetbets", "reddit_crawl")
    [made] = tasks_of(scene)[before:]
    assert (made["params"]["ticker"], made["params"]["subreddits"]) == ("TSLA", ["wallstreetbets"])


@pytest.mark.parametrize(
    ("sentence", "asked"),
    [
        ("crawl reddit", "Which ticker? Write it like $NVDA."),
        ("how are you?", "What is to be done?"),
        ("crawl reddit for $TSLA <please>", "&lt;please&gt;"),
        ("/add everything about TSLA", "<code>reddit, tweets, news, filings about TSLA</code>"),
        ("news about google", "<code>news about $GOOG</code>"),
        ("cancel the nvda crawl", "/cancel ID by chat"),
    ],
)
def test_a_question_is_asked_and_nothing_created(scene: Scene, sentence: str, asked: str) -> None:
    before = tasks_of(scene)
    assert "Nothing was created." in scene.ask(sentence, asked)
    assert tasks_of(scene) == before


def test_a_sentence_that_is_too_long(scene: Scene) -> None:
    before = tasks_of(scene)
    assert "1000" in scene.ask("crawl reddit for $NVDA " + "please " * 200, "1000")
    assert tasks_of(scene) == before


def test_a_viewer_creates_nothing_by_a_sentence(scene: Scene) -> None:
    before = scene.stack.rows("SELECT count(*) FROM tasks")
    scene.ask("crawl reddit for $NVDA", "you are viewer", VERA)
    assert scene.stack.rows("SELECT count(*) FROM tasks") == before


@pytest.fixture
def paused_after(scene: Scene) -> Iterator[None]:
    yield
    scene.stack.api.http.post("/agent/pause", json={"reason": "The test is over."}).raise_for_status()


@pytest.mark.usefixtures("paused_after")
def test_agent(scene: Scene) -> None:
    scene.ask("/agent pause too <dear>", "is paused")
    said = scene.ask("/agent status", "The agent is paused")
    assert f"by human:{scene.anna}: too &lt;dear&gt;" in said
    assert "0 left of 0 tasks per hour (all)" in said
    scene.ask("/agent run", "Resume it first")
    scene.ask("/agent resume", "you are viewer", VERA)
    scene.ask("/agent resume", "goes on")
    assert scene.stack.api.http.get("/agent").json()["state"] == "running"
    scene.ask("/agent", "The agent is running")
    scene.ask("/agent run", "has a round now")
    for verb in ("pause", "resume", "run"):
        assert len(scene.audited(f"human:{scene.anna}", f"agent.{verb}")) == 1
    scene.ask("/agent pause", "Say why")
    scene.ask("/agent dance", "/agent status")


def test_digest(scene: Scene) -> None:
    said = scene.ask("/digest", "📊 Daily:")
    preview = scene.stack.api.http.get("/digests/preview").json()
    assert said.startswith("<b>📊 Daily:")
    assert len(said.splitlines()) == 1 + len(preview["body"].splitlines())
