"""`clawdbot tasks add`: words become params, options become the request."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Shell
from tests.cli.facade import Facade


def test_a_task_is_submitted_with_everything_that_was_said(clawdbot: Shell, facade: Facade) -> None:
    ran = clawdbot(
        "tasks", "add", "reddit_crawl", "ticker=NVDA", "subreddits=stocks, investing", "limit=300",
        "date_range.last_days=30", "--priority", "high", "--tag", "a", "--tag", "b", "--note", "please",
        "--at", "2030-01-31T08:00+01:00", "--start-before", "2030-02-01T00:00Z", "--max-attempts", "2",
        "--timeout", "90", "--idempotency-key", "k1",
    )  # fmt: skip
    assert ran.code == 0
    (task,) = facade.tasks.values()
    assert str(task.id) in ran.out
    assert facade.bodies("/tasks") == [
        {
            "task_type": "reddit_crawl",
            "params": {
                "ticker": "NVDA", "subreddits": ["stocks", "investing"], "limit": 300,
                "date_range": {"last_days": 30},
            },
            "priority": 30, "tags": ["a", "b"], "notes": "please", "run_at": "2030-01-31T08:00:00+01:00",
            "start_deadline": "2030-02-01T00:00:00+00:00", "retry": {"max_attempts": 2},
            "timeouts": {"attempt_seconds": 90},
        }
    ]  # fmt: skip
    [submitted] = [each for each in facade.asked if each.method == "POST"]
    assert submitted.headers["idempotency-key"] == "k1"


def test_it_is_said_at_once_why_a_task_waits(clawdbot: Shell, facade: Facade) -> None:
    because = "no worker offers echo right now (none was ever seen)"
    facade.on_created = lambda task: facade.emit(task, "progress", waiting_because=because)
    assert f"Pending: {because}\n" in clawdbot("tasks", "add", "echo").out
    assert clawdbot("tasks", "add", "reddit_crawl", "--ticker", "NVDA,AMD").out.count(because) == 1


def test_follow_ups_go_one_after_the_other(clawdbot: Shell, facade: Facade) -> None:
    ran = clawdbot(
        "tasks", "add", "reddit_crawl", "ticker=NVDA", "--then", "ai_sentiment post_ids=a,b",
        "--then", "echo message='two words'",
    )  # fmt: skip
    assert ran.code == 0
    last = {"task_type": "echo", "params": {"message": "two words"}, "follow_ups": []}
    first = {"task_type": "ai_sentiment", "params": {"post_ids": ["a", "b"]}, "follow_ups": [last]}
    assert facade.bodies("/tasks")[0]["follow_ups"] == [first]


@pytest.mark.parametrize("then", ["", "echo 'open"])
def test_a_follow_up_that_is_not_understood(clawdbot: Shell, facade: Facade, then: str) -> None:
    ran = clawdbot("tasks", "add", "echo", "--then", then)
    assert ran.code == 2
    assert "--then" in ran.err
    assert facade.bodies("/tasks") == []


@pytest.mark.parametrize(
    ("task_type", "word", "value"),
    [
        ("llm_task", "text=5", "5"),
        ("llm_task", "questions=why", ["why"]),
        ("llm_task", "questions=1,2", ["1", "2"]),
        ("llm_task", 'questions=["a, b"]', ["a, b"]),
        ("echo", "message=5", 5),
        ("echo", 'message={"a": [1]}', {"a": [1]}),
        ("echo", "message=NaN", "NaN"),
        ("echo", "message=a=b", "a=b"),
        ("ai_sentiment", "post_ids=all unscored", "all unscored"),
        ("ai_sentiment", "post_ids=x,y", ["x", "y"]),
        ("sec_filing_crawl", "filing_types=8-K", ["8-K"]),
        ("web_monitor", "compare_to_last=false", False),
        ("web_monitor", "selector=null", "null"),
    ],
)
def test_a_word_is_read_as_its_field_wants_it(
    clawdbot: Shell, facade: Facade, task_type: str, word: str, value: Any
) -> None:
    clawdbot("tasks", "add", task_type, word)
    assert facade.bodies("/tasks")[0]["params"] == {word.partition("=")[0]: value}


def test_params_from_json_a_file_and_stdin(clawdbot: Shell, facade: Facade, tmp_path: Path) -> None:
    file = tmp_path / "params.json"
    file.write_text('{"message": "from a file"}')
    assert clawdbot("tasks", "add", "echo", "--params", '{"message": "inline"}').code == 0
    assert clawdbot("tasks", "add", "echo", "--params", f"@{file}").code == 0
    assert clawdbot("tasks", "add", "echo", "--params", "-", stdin='{"message": "piped"}').code == 0
    assert clawdbot("tasks", "add", "echo", "message=mine", "--params", f"@{file}").code == 0
    sent = [body["params"]["message"] for body in facade.bodies("/tasks")]
    assert sent == ["inline", "from a file", "piped", "mine"]


def test_one_ticker_is_one_task(clawdbot: Shell, facade: Facade) -> None:
    assert clawdbot("tasks", "add", "reddit_crawl", "--ticker", "NVDA").code == 0
    assert facade.bodies("/tasks")[0]["params"] == {"ticker": "NVDA"}


def test_several_tickers_are_one_batch(clawdbot: Shell, facade: Facade) -> None:
    ran = clawdbot("tasks", "add", "reddit_crawl", "limit=5", "--ticker", "NVDA,AAPL", "--ticker", "TSLA")
    assert ran.code == 0
    (body,) = facade.bodies("/tasks/batch")
    assert body["tickers"] == ["NVDA", "AAPL", "TSLA"]
    assert body["template"]["params"] == {"limit": 5}
    assert "3 tasks submitted" in ran.out
    assert all(id_ in ran.out for id_ in facade.tasks)


def test_json_answers(clawdbot: Shell, facade: Facade) -> None:
    one = clawdbot("tasks", "add", "echo", "--json").json
    assert one["id"] in facade.tasks
    assert clawdbot("tasks", "add", "reddit_crawl", "--ticker", "A,B", "--json").json["created"] == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["echo", "message"], "'message' is not key=value"),
        (["echo", "--params", "{"], "--params is not JSON"),
        (["echo", "--params", "[]"], "--params must be a JSON object"),
        (["echo", "--params", "@nowhere.json"], "nowhere.json cannot be read"),
        (["echo", "message=1", "message.x=1"], "'message' is not an object"),
        (["echo", "--priority", "urgent"], "critical, high, normal, low"),
        (["echo", "--priority", "101"], "critical, high, normal, low"),
        (["echo", "--at", "tomorrow"], "'tomorrow' is a day. Give the time, too"),
        (["echo", "--at", "soon"], "'soon' is no time"),
        (["nonsense"], "There is no task type 'nonsense'. Use one of: reddit_crawl"),
        (["nonsense", "a=b"], "There is no task type 'nonsense'. Use one of: reddit_crawl"),
    ],
)
def test_bad_input_is_explained(clawdbot: Shell, facade: Facade, words: list[str], sentence: str) -> None:
    ran = clawdbot("tasks", "add", *words)
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.err
    assert not facade.tasks


def test_every_mistake_in_the_params_is_shown(clawdbot: Shell) -> None:
    ran = clawdbot("tasks", "add", "reddit_crawl", "limit=many")
    assert ran.code == 2
    assert "  params.ticker: is missing\n" in ran.err
    assert "  params.limit: must be a whole number" in ran.err


def test_wait_follows_to_the_end(clawdbot: Shell, facade: Facade) -> None:
    facade.on_created = lambda task: facade.scripts.append(
        [*facade.running(task), facade.end(task, "failed", error={"type": "Boom", "message": "it broke"})]
    )
    ran = clawdbot("tasks", "add", "echo", "--wait")
    assert ran.code == 1
    assert "failed: Boom: it broke" in ran.out


def test_wait_with_json_prints_the_final_task_and_nothing_else(clawdbot: Shell, facade: Facade) -> None:
    facade.on_created = lambda task: facade.scripts.append(
        [*facade.running(task), facade.end(task, "succeeded", result={"message": "hi"})]
    )
    ran = clawdbot("tasks", "add", "echo", "--watch", "--json")
    assert ran.code == 0
    assert ran.json["result"] == {"message": "hi"}
    batch = clawdbot("tasks", "add", "reddit_crawl", "--ticker", "A,B", "--wait", "--json")
    assert [task["status"] for task in json.loads(batch.out)] == ["succeeded", "succeeded"]
