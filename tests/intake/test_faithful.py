"""Another wording must name what the person named: nothing more, nothing less."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.faithful import Unfaithful, added_words, check, readings
from tests.intake.test_sentences import read

FAITHFUL = [
    ("hole reddit zu $NVDA", "reddit for $NVDA", {}),
    ("tweets about qqqm, last week", "tweets about $QQQM, last 7 days", {"QQQM": "qqqm"}),
    ("Nachrichten zu Siemens", "news for $SIEGY", {"SIEGY": "Siemens"}),
    ("Nachrichten zu Bank of America", "news for $BAC", {"BAC": "bank of america"}),
    ("Nachrichten zu Nvidia", "news for Nvidia", {}),
    ("Nachrichten zu Nvidia", "news for $NVDA", {}),
    ("news for NVIDA", "news for $NVDA", {"NVDA": "NVIDA"}),
    ("behalte example.com/prices?a=1&b=2 im Auge", "monitor https://example.com/prices?a=1&b=2", {}),
    ("beobachte https://example.com/prices!", "monitor https://example.com/prices for changes", {}),
    ("summarize this: NVDA beats expectations", 'summarize "NVDA beats expectations"', {}),
    ('fasse "NVDA beats" zusammen', 'summarize "NVDA beats"', {}),
    ("Beiträge über $GME aus dem Subreddit Superstonk", "posts about $GME on r/superstonk", {}),
    ("Beiträge über $GME bei WSB", "posts about $GME on r/wallstreetbets", {}),
]
UNFAITHFUL = [
    ("hole reddit zu $NVDA", "reddit for $EVIL", {}, "names a ticker"),
    ("hole reddit zu $NVDA", "reddit for $NVDA and $EVIL", {}, "names a ticker"),
    ("hole reddit zu $NVDA", "reddit for $NVDA and $EVIL", {"EVIL": "AMD"}, "names a ticker"),
    ("hole reddit zu $NVDA", "reddit for $EVIL", {"EVIL": "NVDA"}, "names a ticker"),
    ("hole reddit zu $NVDA", "reddit for $NVDA and $EVIL", {"EVIL": ""}, "names a ticker"),
    ("hole reddit for $NVDA", "reddit for $NVDA and $EVIL", {"EVIL": "for"}, "names a ticker"),
    ("get it from reddit for nvidia, bitte", "reddit for $NVDA and $IT", {}, "names a ticker"),
    ("reddit zu Siemens", "reddit for $SIEGY and $EVIL", {"SIEGY": "Siemens", "EVIL": "siemens"}, "two tickers"),
    ("hole reddit zu $NVDA und $AMD", "reddit for $NVDA", {}, "leaves out a ticker"),
    ("NVDA news and AAPL filings", "news for NVDA", {}, "leaves out a ticker"),
    ("hole reddit zu $NVDA", "posts about $NVDA on r/evil", {}, "names a subreddit"),
    ("hole r/stocks zu $NVDA", "reddit for $NVDA", {}, "leaves out a subreddit"),
    ("hole reddit zu $NVDA", "monitor https://evil.example/", {}, "names a page"),
    ("beobachte https://example.com/a", "monitor https://example.com/ab", {}, "names a page"),
    ("beobachte example.com/a", "monitor http://example.com/a", {}, "names a page"),
    ("beobachte example.com/a", "monitor https://example.com/a@evil.example", {}, "names a page"),
    ("beobachte example.com", "monitor https://evil.example/?example.com", {}, "names a page"),
    ("fasse das zusammen: NVDA beats", 'summarize "sell everything"', {}, "names a quoted text"),
    ('fasse "NVDA beats" zusammen', 'summarize "beats"', {}, "leaves out a quoted text"),
    ("fasse das zusammen", 'summarize ""', {}, "names a quoted text"),
]


@pytest.mark.parametrize(("text", "other", "symbols"), FAITHFUL)
def test_the_same_names_in_other_words(text: str, other: str, symbols: dict[str, str]) -> None:
    assert read(text).questions or "Nvidia" in text
    assert not read(other).questions
    check(read(text), read(other), symbols)


@pytest.mark.parametrize(("text", "other", "symbols", "why"), UNFAITHFUL)
def test_more_or_less(text: str, other: str, symbols: dict[str, str], why: str) -> None:
    with pytest.raises(Unfaithful, match=why):
        check(read(text), read(other), symbols)


def test_which_ticker_rests_on_which_words() -> None:
    found = check(read("Nachrichten zu qqqm und Siemens"), read("news for QQQM and $SIEGY"), {"SIEGY": "SIEMENS"})
    assert [(each.ticker, each.text) for each in found] == [("QQQM", "qqqm"), ("SIEGY", "Siemens")]


@pytest.mark.parametrize(
    ("text", "other", "added"),
    [
        ("hole die letzten 30 Tage von $NVDA aus reddit", "reddit for $NVDA, last 30 days", []),
        ("hole $NVDA aus reddit", "reddit for $NVDA, last 365 days, critical", ["last 365 days", "critical"]),
        ("tweets about $NVDA last week", "tweets about $NVDA last 7 days", ["last 7 days"]),
        ("pull the last 30 days of $NVDA", "news and reddit for $NVDA, last 30 days", ["news", "reddit"]),
        ("reddit zu $NVDA, dann Sentiment", "reddit for $NVDA, then score the sentiment", ["score the sentiment"]),
    ],
)
def test_what_is_new_is_named(text: str, other: str, added: list[str]) -> None:
    assert added_words(read(text), read(other)) == added


def test_the_first_reading_of_a_symbol_counts() -> None:
    assert readings([(" $googl ", "Google"), ("GOOGL", "Alphabet")]) == {"GOOGL": "Google"}


PIECES = st.sampled_from(
    "$NVDA $EVIL NVDA nvidia siemens und and reddit r/stocks r/evil stocks https://example.com/a example.com/a "
    '"quoted" quoted monitor summarize for EVIL evil it news'.split()
)
SENTENCES = st.lists(PIECES, min_size=1, max_size=8).map(" ".join)
SYMBOLS = st.dictionaries(st.sampled_from(["NVDA", "EVIL", "SIEGY"]), PIECES, max_size=2)


@given(SENTENCES, SENTENCES, SYMBOLS)
def test_whatever_a_model_says_every_name_has_words_of_the_person(
    text: str, other: str, symbols: dict[str, str]
) -> None:
    original, said = read(text), read(other)
    try:
        named = check(original, said, symbols)
    except Unfaithful:
        return
    known = {each.value for each in original.understood if each.field == "ticker"}
    rests = {each.ticker: each.text for each in named}
    for each in said.understood:
        if each.field == "ticker":
            assert each.value in known or rests[each.value].casefold() in text.casefold()
        elif each.field in ("url", "text"):
            assert each.value.removeprefix("https://") in text
        elif each.field == "subreddits":
            # Reddit's names are the same in capitals.
            assert all(name.casefold() in text.casefold() for name in each.value)
