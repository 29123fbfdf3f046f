"""What counts as trending."""

import random

from hypothesis import given
from hypothesis import strategies as st

from agent.trend import Mentioned, Threshold, momentum, trending

counts = st.integers(0, 10**7)


@given(counts, counts)
def test_momentum_is_bounded_and_zero_for_the_same(recent: int, before: int) -> None:
    assert -1 <= momentum(recent, before) <= 1
    assert momentum(recent, recent) == 0
    assert (momentum(recent, before) > 0) == (recent > before)


@given(counts, counts, counts)
def test_more_mentions_are_never_less_momentum(one: int, other: int, before: int) -> None:
    less, more = sorted([one, other])
    assert momentum(less, before) <= momentum(more, before)


def test_small_numbers_are_chance() -> None:
    assert momentum(3, 1) < Threshold().momentum < momentum(60, 20)


def names(*mentioned: Mentioned, recent: int = 1_000, before: int = 1_000) -> list[str]:
    return [each.mentioned.symbol for each in trending(mentioned, recent, before, Threshold())]


def test_what_rises_comes_first() -> None:
    assert names(
        Mentioned("OLD", 50, 50, 40), Mentioned("SOME", 60, 20, 40), Mentioned("NEW", 60, 0, 40)
    ) == ["NEW", "SOME"]  # fmt: skip


def test_one_loud_author_is_no_trend() -> None:
    assert names(Mentioned("PUMP", 200, 0, 1), Mentioned("REAL", 200, 0, 3)) == ["REAL"]


def test_few_posts_are_no_trend() -> None:
    assert names(Mentioned("FEW", 4, 0, 4), Mentioned("MORE", 5, 0, 4)) == ["MORE"]


def test_more_posts_of_everything_are_no_trend() -> None:
    twice = Mentioned("SAME", 100, 50, 80)
    assert names(twice, recent=1_000, before=1_000) == ["SAME"]
    assert names(twice, recent=2_000, before=1_000) == []


def test_without_a_past_numbers_decide() -> None:
    assert names(Mentioned("A", 20, 0, 9), Mentioned("B", 90, 0, 9), recent=500, before=0) == ["B", "A"]


@given(st.randoms(use_true_random=False))
def test_the_order_is_no_accident(dice: random.Random) -> None:
    same = [Mentioned(symbol, 30, 3, 9) for symbol in ("A", "B", "C", "D")]
    assert names(*dice.sample(same, 4)) == ["A", "B", "C", "D"]
