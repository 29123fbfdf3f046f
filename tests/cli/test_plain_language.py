"""`clawdbot add` and `clawdbot tasks parse`: shown, confirmed, created as shown."""

import io
from pathlib import Path

import pytest

from cli.local_timezone import local_timezone
from tests.cli.conftest import Shell
from tests.cli.facade import Facade
from tests.cli.said import BEYOND_HELP, ENGLISH, GERMAN, NOTE

TEXT = "pull the last 30 days of $NVDA from wallstreetbets tomorrow at 8:00, high, then score the sentiment"


class Terminal(io.StringIO):
    """Standard input that somebody types."""

    def isatty(self) -> bool:
        return True


def test_parse_shows_what_was_understood_and_creates_nothing(clawdbot: Shell, facade: Facade) -> None:
    ran = clawdbot("tasks", "parse", TEXT, "--timezone", "Europe/Berlin")
    assert ran.code == 0
    assert "subreddits" in ran.out
    # What the rest of the sentence says without them is not told as if it was lost.
    assert "Ignored" not in ran.out
    assert "→ reddit_crawl (ticker NVDA" in ran.out
    assert "priority high" in ran.out
    assert "08:00 (Europe/Berlin)" in ran.out
    assert "; then ai_sentiment" in ran.out
    assert facade.bodies("/tasks/parse") == [{"text": TEXT, "timezone": "Europe/Berlin"}]
    assert not facade.tasks
    assert "Ignored: again\n" in clawdbot("tasks", "parse", "pull reddit for $NVDA again").out


def test_parse_tells_what_is_open(clawdbot: Shell) -> None:
    ran = clawdbot("tasks", "parse", "reddit", "posts", "of", "yesterday")
    assert ran.code == 2
    assert "Which ticker? Write it like $NVDA." in ran.out
    assert clawdbot("tasks", "parse", "reddit", "--json").json["questions"]


def test_a_question_offers_sentences_that_answer_it(clawdbot: Shell) -> None:
    ran = clawdbot("tasks", "parse", "news about google last week")
    assert "Understood: news" in ran.out
    ran = clawdbot("add", "redit posts about tsla", "--yes")
    assert ran.code == 2
    assert ran.err.splitlines() == [
        'Nothing was created. Understood: tsla. "redit": is "reddit" meant?', "  reddit posts about tsla",
    ]  # fmt: skip


def test_what_is_no_task_leads_to_its_command(clawdbot: Shell) -> None:
    ran = clawdbot("add", "cancel the nvda crawl")
    assert ran.code == 2
    assert "`clawdbot tasks list --ticker NVDA`" in ran.err


def test_add_creates_what_it_showed(clawdbot: Shell, facade: Facade) -> None:
    ran = clawdbot("add", "reddit and news for NVDA and AMD", "--yes")
    assert ran.code == 0
    assert "4 tasks submitted" in ran.out
    (body,) = facade.bodies("/tasks/batch")
    assert [(each["task_type"], each["params"]["ticker"]) for each in body["tasks"]] == [
        ("reddit_crawl", "NVDA"), ("reddit_crawl", "AMD"), ("news_crawl", "NVDA"), ("news_crawl", "AMD"),
    ]  # fmt: skip


@pytest.mark.parametrize(("answer", "code", "created"), [("y\n", 0, 1), ("n\n", 2, 0)])
def test_add_asks_on_a_terminal(clawdbot: Shell, facade: Facade, answer: str, code: int, created: int) -> None:
    ran = clawdbot("add", "reddit for NVDA", stdin=Terminal(answer))
    assert "Create 1 task?" in ran.err
    assert ran.code == code
    assert len(facade.bodies("/tasks/batch")) == created


def test_add_creates_nothing_unasked(clawdbot: Shell, facade: Facade) -> None:
    ran = clawdbot("add", "reddit for NVDA")
    assert (ran.code, facade.tasks) == (2, {})
    assert "Say --yes" in ran.err


def test_add_with_an_open_question_creates_nothing(clawdbot: Shell, facade: Facade) -> None:
    ran = clawdbot("add", "reddit", "--yes")
    assert (ran.code, ran.out, facade.tasks) == (2, "", {})
    assert "Nothing was created. Understood: reddit. Which ticker?" in ran.err


def test_parse_shows_another_wording_and_what_is_new_in_it(clawdbot: Shell, facade: Facade) -> None:
    ran = clawdbot("tasks", "parse", GERMAN)
    assert ran.code == 2
    assert "Which ticker? Write it like $NVDA." in ran.out
    assert f"Did you mean: {ENGLISH}" in ran.out
    assert "(proposed by openai/small" in ran.out
    assert '"[bold]Google[/bold]" is read as $GOOGL' in ran.out
    assert "Not in your words: news\n" in ran.out
    assert "→ news_crawl (ticker GOOGL" in ran.out
    assert not facade.tasks


def test_parse_says_why_there_is_no_other_wording(clawdbot: Shell) -> None:
    assert NOTE in clawdbot("tasks", "parse", BEYOND_HELP).out


@pytest.mark.parametrize(("answer", "code", "created"), [("y\n", 0, 1), ("n\n", 2, 0), ("\n", 2, 0), ("", 1, 0)])
def test_add_takes_another_wording_only_after_a_yes(
    clawdbot: Shell, facade: Facade, answer: str, code: int, created: int
) -> None:
    ran = clawdbot("add", GERMAN, stdin=Terminal(answer))
    assert f"Did you mean: {ENGLISH}" in ran.out
    assert "→ news_crawl" in ran.out
    assert "Create 1 task? [y/N]" in ran.err
    assert ran.code == code
    bodies = facade.bodies("/tasks/batch")
    assert len(bodies) == created
    assert all(body["tasks"][0]["params"]["ticker"] == "GOOGL" for body in bodies)


@pytest.mark.parametrize("options", [("--yes",), ("--yes", "--json"), ("--json",)])
def test_add_takes_no_other_wording_unread(clawdbot: Shell, facade: Facade, options: tuple[str, ...]) -> None:
    ran = clawdbot("add", GERMAN, *options, stdin=Terminal("y\n"))
    assert (ran.code, ran.out, facade.tasks) == (2, "", {})
    assert "Nothing was created." in ran.err
    assert f"Did you mean: {ENGLISH}" in ran.err


def test_add_takes_no_other_wording_from_a_pipe(clawdbot: Shell, facade: Facade) -> None:
    ran = clawdbot("add", GERMAN, stdin=io.StringIO("y\n"))
    assert (ran.code, facade.tasks) == (2, {})


def test_add_as_json(clawdbot: Shell) -> None:
    assert clawdbot("add", "reddit for NVDA", "--yes", "--json").json["created"] == 1


@pytest.mark.parametrize(
    ("named", "link", "expected"),
    [
        ("Asia/Tokyo", "/usr/share/zoneinfo/Europe/Berlin", "Asia/Tokyo"),
        (None, "/usr/share/zoneinfo/Europe/Berlin", "Europe/Berlin"),
        (None, "/usr/share/zoneinfo/Nowhere", None),
        (None, None, None),
        ("<+03>-3", None, None),
    ],
)
def test_the_time_zone_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str | None, link: str | None, expected: str | None
) -> None:
    monkeypatch.delenv("TZ", raising=False)
    if named:
        monkeypatch.setenv("TZ", named)
    if link:
        (tmp_path / "localtime").symlink_to(link)
    assert local_timezone(tmp_path / "localtime") == expected
