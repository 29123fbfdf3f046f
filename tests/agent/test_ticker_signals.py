"""From counts to signals: what is not known stays unknown, and unlike things are not compared."""

import pytest

from agent.ticker_signals import Mood, Signals, SourceMentions, signals_of


def test_nothing_known_is_nothing_said() -> None:
    assert signals_of([], []) == Signals(None, None, None, None)


def test_mentions_are_those_of_all_sources_but_a_trend_needs_a_day_before() -> None:
    first_crawl = SourceMentions("reddit", 500, None)
    assert signals_of([first_crawl], []) == Signals(mentions=500)
    both = signals_of([first_crawl, SourceMentions("news", 20, 20)], [])
    assert (both.mentions, both.trend) == (520, 0)
    assert signals_of([SourceMentions("news", 0, 40), SourceMentions("twitter", 0, 0)], []).trend == pytest.approx(-0.8)


def test_scorers_are_not_compared_with_each_other() -> None:
    seen_more = Mood("v2", recent=0.1, recent_posts=50, before=-0.1, before_posts=9)
    found = signals_of([], [Mood("v1", 1, 40, -1, 40), seen_more])
    assert found.mood == seen_more
    assert found.score_change == pytest.approx(0.2)


def test_few_posts_have_no_mood() -> None:
    assert signals_of([], [Mood("v1", 1, 4, -1, 400), Mood("v2", 1, 400, -1, 4)]).mood is None


def test_the_larger_move_counts_and_has_an_end() -> None:
    mood = Mood("v1", 0.3, 9, 0.1, 9)
    assert signals_of([], [mood], (50, 60)).score_change == pytest.approx(0.4)
    assert signals_of([], [mood], (50, 51)).score_change == pytest.approx(0.2)
    assert signals_of([], [mood], (None, 60)).score_change == pytest.approx(0.2)
    assert signals_of([], [], (100, 0)).score_change == 1
