"""What people read: short, escaped, with buttons that carry ids only."""

import logging
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chat.telegram.buttons import Press, buttons_of, read_button
from chat.telegram.commands.agent import left_words
from chat.telegram.task_pictures import outcome, picture
from chat.telegram.texts import Answer, ago, cut, lines, listing, safe, span
from contracts.agent.policy import BudgetLimit, BudgetUnit, BudgetWindow
from contracts.agent.views import BudgetUseView
from contracts.settings import ServerSettings
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.views import TaskView
from runtime.log_redaction import Redacted

ID = uuid.UUID("66b0f3ec-0000-4000-8000-000000000000")
#: Telegram takes no more.
MOST = 4_096


def task(status: TaskStatus, **fields: Any) -> TaskView:
    now = datetime.now(UTC)
    known: dict[str, Any] = dict.fromkeys(TaskView.model_fields) | {
        "id": ID, "task_type": "reddit_crawl", "capability": "reddit_crawl", "params": {}, "ticker": "NVDA",
        "status": status, "priority": 50, "priority_label": "normal", "tags": [], "created_by": "human:anna",
        "unreadable": [],
        "workspace": "default", "retry_count": 0, "attempt": 1, "max_attempts": 3, "created_at": now, "updated_at": now,
    }  # fmt: skip
    return TaskView.model_validate({**known, **fields})


@pytest.mark.parametrize("status", TaskStatus)
def test_every_status_has_a_picture_and_its_buttons(status: TaskStatus) -> None:
    answer = picture([task(status)], "")
    assert "<b>reddit_crawl</b> NVDA" in answer.html
    data = [each for row in answer.buttons for _, each in row]
    assert all(each.endswith(str(ID)) and len(each.encode()) <= 64 for each in data)
    assert [read_button(each) for each in data] == [Press(each.split(":")[0], str(ID)) for each in data]


def test_a_result_that_waits_for_review_has_the_buttons_of_its_round() -> None:
    end = datetime(2126, 11, 30, 14, 20, 7, 123456, tzinfo=UTC)
    for before, number in ((end, 1_000), (None, 3)):
        answer = picture(
            [task(TaskStatus.SUCCEEDED, retry_count=number, result={"text": "so it is"})], "", {ID: before}
        )
        data = [each for row in answer.buttons for _, each in row]
        verbs = ("accept", "decline", "change")
        assert [read_button(each) for each in data] == [Press(verb, str(ID), number, before) for verb in verbs]
        assert all(len(each.encode()) <= 64 for each in data)
    assert "Look at the result" in answer.html
    many = picture([task(TaskStatus.SUCCEEDED), task(TaskStatus.RUNNING, id=uuid.UUID(int=7))], "", {ID: None})
    assert [row[0][1] for row in many.buttons if row] == [f"mute:{ID}", f"accept:{ID}:0"]
    for damaged in ("accept", f"accept:{ID}", f"accept:{ID}:x", f"accept:{ID}:²", "repair:7", f"cancel:{ID}:1"):
        assert read_button(damaged) is None
    for mark in ("", "x", "-1", "1:2", "1" * 15):
        assert read_button(f"accept:{ID}:0:{mark}") is None


def test_a_result_that_was_made_again_in_the_same_round_is_news() -> None:
    """By a reset in Temporal: its buttons are others, and those of the one before are refused."""
    first, then = (datetime(2026, 11, 30, 14, minute, 7, tzinfo=UTC) for minute in (20, 21))
    assert "by 30 Nov 14:20:07 UTC: is it good?" in in_review(first)
    assert in_review(first) == in_review(first) != in_review(then)
    assert in_review(first, others=1) != in_review(then, others=1)


def in_review(end: datetime, others: int = 0) -> str:
    tasks = [task(TaskStatus.SUCCEEDED), *(task(TaskStatus.RUNNING, id=uuid.UUID(int=7)) for _ in range(others))]
    return picture(tasks, "", {ID: end}).html


def test_what_tasks_say_is_never_markup() -> None:
    hostile = "<a href='tg://user?id=1'>&amp;</a>\n\n\x00" + "x" * 5_000
    shown = [
        task(TaskStatus.FAILED, error={"message": hostile}),
        task(TaskStatus.RUNNING, progress={"percent": 12.5, "step": hostile}),
        task(TaskStatus.SUCCEEDED, result={hostile: hostile, "b": hostile, "c": hostile, "d": hostile}),
        task(TaskStatus.PENDING, ticker="<b>", task_type="<i>"),
    ]
    for each in shown:
        for html in (picture([each], hostile).html, outcome([each])):
            assert len(html) < MOST
            assert "<a" not in html
            assert "<i>" not in html
    assert len(picture(shown * 25, hostile).html) < MOST


def test_a_batch_shows_what_went_wrong_first() -> None:
    many = [task(TaskStatus.SUCCEEDED)] * 30 + [task(TaskStatus.FAILED, error={"message": "boom"})]
    html = picture(many, "reddit_crawl for 31 tickers").html
    assert html.splitlines()[2].startswith("❌")
    assert html.endswith("… and 19 more")
    assert outcome(many) == "All 31 tasks are over: ✅ 30 succeeded, ❌ 1 failed"


@pytest.mark.parametrize(
    "data", ["", ":", "cancel:", "cancel:1", "delete:" + str(ID), "quiet:a b", "quiet:" + "1" * 41]
)
def test_other_data_is_no_button(data: str) -> None:
    assert read_button(data) is None


def test_a_succeeded_task_has_no_button() -> None:
    assert buttons_of(ID, TaskStatus.SUCCEEDED) == []


def test_texts_are_cut_before_they_are_escaped() -> None:
    assert safe("&" * 10, 4) == "&amp;&amp;&amp;…"
    assert cut("abc", 3) == "abc"
    assert lines("a", None, "", "b") == "a\nb"
    assert len(lines(*["x" * 400] * 50)) < MOST
    assert listing("H", ["r"] * 20).splitlines()[-1] == "… and 8 more"
    assert len(Answer("<b>" + "x" * 500 + "</b>").plain) == 200


def test_spans() -> None:
    assert [span(each) for each in (0.4, 59, 60, 3_600, 86_400 * 3, -5)] == [
        "0 s",
        "59 s",
        "1 min",
        "1 h",
        "3 d",
        "0 s",
    ]
    assert ago((datetime.now(UTC) - timedelta(minutes=5)).isoformat()) == "5 min ago"
    assert ago(None) == "never"


def test_no_formatter_lets_the_token_through() -> None:
    token = "1:secret"
    formatter = Redacted(logging.Formatter("%(message)s"), token)
    try:
        raise ValueError(f"GET https://api.telegram.org/bot{token}/getMe")
    except ValueError as error:
        record = logging.LogRecord("x", 20, "f", 1, "called %s", (token,), (type(error), error, error.__traceback__))
    assert token not in formatter.format(record)
    assert "ValueError: GET https://api.telegram.org/bot<token>/getMe" in formatter.format(record)


@pytest.mark.parametrize("value", ["anna", "1;2", "1.5", "--1", "\u0661", "9" * 25])
def test_only_ids_are_allowed(value: str) -> None:
    with pytest.raises(ValueError, match="no id of Telegram"):
        settings(telegram_users=value)


def test_the_allow_list_is_read() -> None:
    read = settings(telegram_users="1, 22,", telegram_chats="-100123")
    assert sorted(read.telegram_user_ids) == [1, 22]
    assert list(read.telegram_chat_ids) == [-100123]
    assert settings().telegram_user_ids == frozenset()
    assert settings(api_port=9).api_url == "http://127.0.0.1:9"


def settings(**fields: Any) -> ServerSettings:
    known = {"database_url": "postgresql://nobody@localhost/none", "jwt_secret": "x" * 32, "lease_secret": "x"}
    return ServerSettings.model_validate(known | fields)


@pytest.mark.parametrize(
    ("used", "said"), [(580_000, "$0.42 left of $1.00 per day (all)"), (999_500, "$0.0005 left of $1.00 per day (all)")]
)
def test_money_is_in_dollars(used: int, said: str) -> None:
    limit = BudgetLimit(scope="all", unit=BudgetUnit.USD_MICROS, most=1_000_000, window=BudgetWindow.DAY)
    assert left_words(BudgetUseView(limit=limit, used=used, left=1_000_000 - used)) == said
