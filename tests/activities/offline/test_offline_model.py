"""The model without an account, and what all models share: batches and the cache."""

import time

import pytest

from activities.models.answer_schemas import Item
from activities.models.cache import Cache, key_of
from activities.models.extract import key_points, named
from activities.models.offline import OfflineModel
from activities.models.prompts import batches, size


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("To the moon, I am bullish", "positive"),
        ("A short squeeze is coming", "positive"),
        ("Buying puts, this is overvalued", "negative"),
        ("Analyst downgrade after they missed", "negative"),
        ("Revenue beat by a mile", "positive"),
        ("The bag holder and the rug pull", "negative"),
        ("Shareholders own shares of the stock", "neutral"),
        ("", "neutral"),
        # Typographic apostrophes, and what "not" turns.
        ("I wouldn\u2019t buy this, it isn\u2019t bullish", "negative"),
        ("I wouldn't buy this, it isn't bullish", "negative"),
        ("Don\u2019t touch this, it\u2019s going to zero", "negative"),
        ("Nobody should buy this.", "negative"),
        ("No one should buy this.", "negative"),
        ("You shouldn\u00b4t buy this", "negative"),
        ("Could not be more bullish", "positive"),
        ("What a great quarter... NOT", "negative"),
        ("Yeah right, this is going to the moon", "negative"),
        ("bagholding since 2021", "negative"),
        ("I don't think this is a good buy", "negative"),
        ("Not bad at all", "positive"),
        # Symbols that are words of mood.
        ("NICE reports third quarter results on Thursday", "neutral"),
        ("$LOVE 10-Q is out", "neutral"),
        ("$RIOT $HOOD $GAIN $FUN 8-K filed", "neutral"),
        # Which way something goes, and whether that is good.
        ("Operating profit fell sharply.", "negative"),
        ("Earnings down 20%.", "negative"),
        ("Net sales increased by 12 % to EUR 30 mn .", "positive"),
        ("Costs fell by 10 percent", "positive"),
        ("Margins expanded and the loss narrowed.", "positive"),
        ("The company slipped to a loss of EUR 2.6 mn from a profit of EUR 1.3 mn .", "negative"),
        ("Operating profit totalled EUR 4.0 mn compared to EUR 5.8 mn the year before .", "negative"),
        ("Pretax profit totalled USD 4 mn , compared to a loss of USD 2 mn in 2009 .", "positive"),
        ("Glencore to refinance its short-term debt early, shares rise", "positive"),
        # Words of the trade without a mood.
        ("The value of the agreement was not disclosed.", "neutral"),
        ("The value of the contract is estimated at EUR 12 million .", "neutral"),
        ("The board authorised the repurchase of the company's own shares .", "neutral"),
        # Signs, plurals, slang.
        ("AAPL earnings \U0001f525\U0001f525\U0001f4c8", "positive"),
        ("NVDA \U0001f4c9\U0001f4c9", "negative"),
        ("puts on TSLA", "negative"),
        ("calls on TSLA", "positive"),
        ("got rug pulled", "negative"),
        ("all-time high", "positive"),
        ("Great quarter, amazing leadership /s", "negative"),
        ("They are no longer profitable", "negative"),
        # What is turned, ended, moved by something, or fewer.
        ("Fewer defaults than expected", "positive"),
        ("lower costs boosted the margin", "positive"),
        ("no longer losing money", "positive"),
        ("risk is fading", "positive"),
        ("never been more bullish", "positive"),
        ("The stock has never looked better", "positive"),
        ("Couldn\u2019t be happier with AAPL", "positive"),
        ("Don\u2019t sell, it\u2019s a gem", "positive"),
        ("zero upside", "negative"),
        ("the rally is over", "negative"),
        ("Revenue growth slowed", "negative"),
        ("profits evaporated", "negative"),
        ("Loss per share narrowed", "positive"),
        ("The lawsuit was dismissed", "positive"),
        ("Short sellers are getting destroyed", "positive"),
        ("Bulls are getting destroyed", "negative"),
        ("Debt-free and growing", "positive"),
        ("this won\u2019t end well", "negative"),
        ("isn't worth holding", "negative"),
        # Trades, and what they say of them.
        ("Puts on TSLA", "negative"),
        ("TSLA puts", "negative"),
        ("TSLA calls printing", "positive"),
        ("puts printing", "negative"),
        ("can\u2019t go tits up", "positive"),
        ("Buy the dip", "positive"),
        ("Sell the rip", "negative"),
        ("RIP my portfolio", "negative"),
        ("guh", "negative"),
        ("I\u2019d rather set my money on fire", "negative"),
        ("The rally won\u2019t last", "negative"),
        ("I can\u2019t believe how good this quarter was", "positive"),
        ("Couldn\u2019t ask for a better report", "positive"),
        ("No debt, growing fast", "positive"),
        ("Swung to a profit", "positive"),
        # Names and words with another meaning.
        ("Rocket Lab reports on Thursday", "neutral"),
        ("Super Micro files its report", "neutral"),
        ("Lower Manhattan office", "neutral"),
        ("Risk management conference", "neutral"),
        ("Great Wall Motor reports sales on Monday", "neutral"),
        ("Bear Stearns was a bank", "neutral"),
        ("Crash course in options", "neutral"),
        ("Fall conference schedule", "neutral"),
        ("Risk factors", "neutral"),
        ("Short Interest data is out", "neutral"),
    ],
)
async def test_the_language_of_the_trade(text: str, label: str) -> None:
    (score,) = (await OfflineModel(1_000).score([Item("a", text)])).scores
    assert score.label == label


async def test_a_long_text_of_nothing_but_moods_takes_no_time() -> None:
    before = time.process_time()
    await OfflineModel(1_000).score([Item("a", "not " * 1_000 + "good bad up down loss bought puts " * 2_000)])
    assert time.process_time() - before < 5


def test_points_are_sentences_of_the_items_and_say_whose() -> None:
    items = [
        Item("a", "Data center revenue grew again. The weather was nice in spring."),
        Item("b", "Analysts expect data center revenue to keep growing. Nothing else happened there."),
        Item("c", "Data center revenue grew again."),
    ]
    points = key_points(items, most=2)
    assert len(points) == 2
    assert all("revenue" in point.text for point in points)
    shared = next((point for point in points if point.text == "Data center revenue grew again."), None)
    assert shared is not None
    assert shared.cites == ["a", "c"]


def test_names() -> None:
    text = "Tim Cook of Apple and the CEO of Acme Holdings met in New York; (NASDAQ: NVDA) and $F fell, said the SEC."
    found = {(entity.name, entity.kind) for entity in named([Item("a", text)])}
    assert {("NVDA", "ticker"), ("F", "ticker"), ("New York", "location")} <= found
    assert ("Acme Holdings", "organisation") in found
    assert {("Tim Cook", "person"), ("Apple", "organisation")} <= found
    assert {name for name, kind in found if kind == "ticker"} == {"NVDA", "F"}


@pytest.mark.parametrize(
    ("text", "tickers"),
    [
        ("NATO, HTTP, COVID and HBM. ALL of IT. THE END", set()),
        ("NVDA rose, BRK-B fell, and Gartner (IT) did neither", {"NVDA", "BRK.B", "IT"}),
        ("$nvda and $brkb, in Canada (CAN)", {"NVDA", "BRK.B"}),
        ("BOSTON, MA, March 2 -- The company", set()),
    ],
)
def test_a_word_in_capitals_is_no_ticker(text: str, tickers: set[str]) -> None:
    assert {each.name for each in named([Item("a", text)]) if each.kind == "ticker"} == tickers


def test_batches_keep_the_order_and_the_budget() -> None:
    items = [Item(str(n), "x" * (n * 10)) for n in range(20)]
    groups = batches(items, 300, 4)
    assert [item for group in groups for item in group] == items
    assert all(len(group) <= 4 for group in groups)
    assert all(sum(map(size, group)) <= 300 for group in groups)
    assert batches([Item("long", "x" * 999)], 300, 4) == [[Item("long", "x" * 999)]]


def test_the_cache_forgets_what_was_used_longest_ago() -> None:
    cache = Cache(kept=2)
    cache.put("a", "1")
    cache.put("b", "2")
    assert cache.get("a") == "1"
    cache.put("c", "3")
    assert [cache.get(key) for key in "abc"] == ["1", None, "3"]
    assert key_of("ab", "c") != key_of("a", "bc")
