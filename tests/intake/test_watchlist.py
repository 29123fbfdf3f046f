"""Sentences about the watchlist: all of it, or a question."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from contracts.tasks.plain_language import ParsedText
from intake.parse import parse
from intake.watchlist import MOST

NOW = datetime(2026, 11, 24, 15, 16, tzinfo=UTC)
WATCHLIST = ("AAPL", "AMD", "TSLA")


def read(text: str, watchlist: Sequence[str] = WATCHLIST) -> ParsedText:
    return parse(text, NOW, watchlist=watchlist)


def tickers(parsed: ParsedText) -> list[str]:
    return [each.params["ticker"] for each in parsed.tasks]


@pytest.mark.parametrize(
    "text",
    [
        "news for all tickers on my watchlist",
        "reddit posts about every stock on the watchlist since yesterday",
        "crawl reddit for everything on my watchlist",
        "tweets about my watchlist",
        "filings of my whole watch list, low",
        "latest news on the stocks in my watch-list",
        "pull news for the watchlist tickers tomorrow at 8",
        "each of my watchlist stocks: news",
        "News for my Watchlist's companies this week",
    ],
)
def test_it_means_every_ticker(text: str) -> None:
    parsed = read(text)
    assert (tickers(parsed), parsed.questions) == (list(WATCHLIST), [])


def test_what_was_understood_is_said_once_with_all_of_them() -> None:
    parsed = read("news for all tickers on my watchlist")
    [about] = [each for each in parsed.understood if each.field == "ticker"]
    assert (about.text, about.value) == ("all tickers on my watchlist", list(WATCHLIST))
    assert (
        read("all tickers on my watchlist")
        .questions[0]
        .question.startswith("Understood: all tickers on my watchlist (3 tickers).")
    )


def test_more_may_stand_beside_it_and_some_be_left_out() -> None:
    assert tickers(read("reddit for my watchlist and GME")) == [*WATCHLIST, "GME"]
    assert tickers(read("news for all on my watchlist but not tesla")) == ["AAPL", "AMD"]
    assert len(read("reddit and news for my watchlist").tasks) == 6


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("reddit for the first 5 tickers on my watchlist", "which of them"),
        ("news for some tickers on my watchlist", "which of them"),
        ("news about a stock on my watchlist", "which of them"),
        ("tweets about half of my watchlist", "which of them"),
        ("news for the top stocks on my watchlist", "which of them"),
        ("news for any three of the stocks on my watchlist", "which of them"),
        ("news for the stock on my watchlist", "which of them"),
        ("news for tickers not on my watchlist", "which tickers, then"),
        ("news for everything except my watchlist", "which tickers, then"),
        ("news for tickers that aren't on my watchlist", "aren't"),
        ("news for what is missing from my watchlist", "missing"),
        ("news for the tech stocks on my watchlist", "tech"),
        ("all tickers on my watchlist", "What is to be done"),
        ("show me my watchlist", "clawdbot tickers list"),
        ("add GME to my watchlist", "clawdbot tickers add GME"),
    ],
)
def test_what_is_not_all_of_it_is_asked(text: str, question: str) -> None:
    parsed = read(text)
    assert parsed.tasks == []
    assert question in " ".join(each.question for each in parsed.questions)


def test_part_of_it_can_be_answered_with_all_of_it() -> None:
    [asked] = read("news for some tickers on my watchlist").questions
    assert [tickers(read(each)) for each in asked.answers] == [list(WATCHLIST)]


def test_an_empty_one_says_what_to_do() -> None:
    [asked] = read("news for all tickers on my watchlist", ()).questions
    assert "the watchlist is empty" in asked.question
    assert "clawdbot tickers add NVDA" in asked.question


def test_one_that_is_too_long_says_how_many_are_possible() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    many = [f"{one}{other}" for one in letters for other in letters][: MOST + 1]
    assert len(read("news for my watchlist", many[:MOST]).tasks) == MOST
    [asked] = read("news for my watchlist", many).questions
    assert f"more than {MOST} tickers" in asked.question
