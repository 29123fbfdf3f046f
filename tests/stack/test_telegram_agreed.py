"""What the bot makes of routes of other parts: plain language, the agent, digests, muting; and of their absence."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.stack.agreed_api import Front, running_front
from tests.stack.harness import RunningStack
from tests.stack.telegram_bot import ANNA, link, person, running_bot
from tests.telegram.bot_api import BotApi, running_bot_api


@dataclass
class Talk:
    stack: RunningStack
    telegram: BotApi
    front: Front

    def ask(self, text: str, expected: str) -> str:
        since = self.telegram.mark()
        self.telegram.write(text, ANNA)
        return str(self.telegram.hear(expected, since, ANNA).data["text"])


@pytest.fixture(scope="module")
def talk(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    stack.wait_until_ready()
    log: Path = tmp_path_factory.mktemp("agreed") / "bot.log"
    _, api = person(stack, "operator")
    with api, running_front(stack.api_url) as front, running_bot_api() as telegram:
        with running_bot(stack, telegram, log, CLAWDBOT_TELEGRAM_CLAWDBOT_URL=front.url):
            link(telegram, api, ANNA)
            yield Talk(stack, telegram, front)


def parsed(*tickers: str) -> dict[str, object]:
    tasks = [{"task_type": "reddit_crawl", "params": {"ticker": each, "limit": 20}} for each in tickers]
    understood = [{"field": "source", "value": "reddit", "text": "on reddit", "start": 40}]
    return {"tasks": tasks, "understood": understood, "ignored": ["<please>"], "questions": []}


def offer(talk: Talk, *tickers: str) -> list[str]:
    """The API understands tasks for these tickers and creates them; their ids."""
    ids = [talk.stack.api.submit("reddit_crawl", {"ticker": each, "limit": 20}) for each in tickers]
    read = parsed(*tickers)
    talk.front.offer("POST", "/tasks/parse", read)
    talk.front.offer("POST", "/tasks", {"created": len(ids), "task_ids": ids, "parsed": read}, 201)
    return ids


def withdraw(talk: Talk, ids: list[str]) -> None:
    """Commands that submit field by field go to the real API again."""
    del talk.front.answers["POST", "/api/v1/tasks"]
    for each in ids:
        talk.stack.api.command(each, "cancel")


def test_plain_language_becomes_tasks_once(talk: Talk) -> None:
    ids = offer(talk, "NVDA", "AAPL")
    since = talk.telegram.mark()
    sentence = "what do people say about NVDA & AAPL on reddit?"
    update_id = talk.telegram.write(sentence, ANNA, times=5)
    heard = talk.telegram.hear("2 pending", since, ANNA)
    assert "Understood: source: reddit. Not used: &lt;please&gt;." in heard.data["text"]
    assert talk.front.bodies("/tasks/parse") == [{"text": sentence}]
    [(_, body, headers)] = [each for each in talk.front.asked if each[0] == "/api/v1/tasks"]
    assert body == {"text": sentence, "tags": ["telegram"]}
    assert headers["idempotency-key"].endswith(f"-{update_id}")
    withdraw(talk, ids)


def test_add_in_plain_words(talk: Talk) -> None:
    ids = offer(talk, "TSLA")
    talk.ask("/add everything about TSLA", "TSLA")
    withdraw(talk, ids)


def test_a_question_is_asked_and_nothing_created(talk: Talk) -> None:
    unclear = {**parsed(), "questions": [{"field": "ticker", "question": "Which <ticker> do you mean?"}]}
    talk.front.offer("POST", "/tasks/parse", unclear)
    before = talk.stack.rows("SELECT count(*) FROM tasks")
    assert "Nothing was created" in talk.ask("crawl it", "Which &lt;ticker&gt; do you mean?")
    talk.front.offer("POST", "/tasks/parse", {"tasks": [], "understood": [], "questions": []})
    talk.ask("how are you?", "I found no task in that")
    assert talk.stack.rows("SELECT count(*) FROM tasks") == before


@pytest.mark.parametrize("status", [404, 405])
def test_without_the_parser_it_says_how_to_write(talk: Talk, status: int) -> None:
    talk.front.take_away("POST", "/tasks/parse")
    if status == 405:
        talk.front.offer("POST", "/tasks/parse", {"title": "…", "status": 405, "detail": "Method Not Allowed"}, 405)
    assert "/add reddit_crawl NVDA" in talk.ask("crawl NVDA", "does not understand plain language")


PAUSED = {"by": "human:vera", "reason": "too <dear>", "at": None}


def test_agent(talk: Talk) -> None:
    talk.front.offer(
        "GET", "/agent", {"state": "paused", "open_tasks": 3, "note": "<ok>", "budget": [], "paused": PAUSED}
    )
    said = talk.ask("/agent status", "state: paused")
    assert "note: &lt;ok&gt;" in said
    assert "by human:vera: too &lt;dear&gt;" in said
    for verb, said in (("pause", "is paused"), ("resume", "goes on"), ("run", "scans now")):
        talk.front.offer("POST", f"/agent/{verb}", {})
        talk.ask(f"/agent {verb} because I say so", said)
        assert talk.front.bodies(f"/agent/{verb}") == [{"reason": "because I say so"}]
    talk.ask("/agent pause", "Say why")
    talk.ask("/agent dance", "/agent status")


def test_digest(talk: Talk) -> None:
    talk.front.offer(
        "GET", "/digests/preview", {"title": "Today: 5 tasks", "body": "4 succeeded & 1 failed\nall fresh"}
    )
    assert "4 succeeded &amp; 1 failed" in talk.ask("/digest", "Today: 5 tasks")


def test_muting_a_notification(talk: Talk) -> None:
    talk.front.offer("POST", "/notifications/17/mute", {})
    since = talk.telegram.mark()
    talk.telegram.press("quiet:17", ANNA, 1)
    talk.telegram.hear("Muted for 1 h", since)
    assert talk.front.bodies("/notifications/17/mute") == [{"seconds": 3_600}]


@pytest.mark.parametrize(
    ("text", "method", "path"),
    [
        ("/agent status", "GET", "/agent"),
        ("/agent run", "POST", "/agent/run"),
        ("/digest", "GET", "/digests/preview"),
    ],
)
def test_what_the_api_does_not_offer_is_said_honestly(talk: Talk, text: str, method: str, path: str) -> None:
    talk.front.take_away(method, path)
    talk.ask(text, "does not offer that (yet)")
