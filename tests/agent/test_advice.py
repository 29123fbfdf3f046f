"""A model's advice: whatever it says, the order stays an order, within bounds, and no limit is touched."""

import json
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.advice import FURTHEST, MOST_NEEDIER, MOST_SHOWN, Advised, moves, question, reordered, understood
from agent.budgets import Limit, Spent, fits, reserve
from agent.choices import Plan, neediest, place_of
from agent.failures import Failure, Place
from agent.healing import Healing, heal
from agent.needs import Candidate, Need
from agent.planning import open_to_advice, plan
from agent.scoring import rank
from contracts.agent.policy import BudgetUnit, BudgetWindow, Policy
from contracts.agent.ranking import RankingWeights
from tests.agent.plans import NOW, failures, limits, needs, places

BY = "openai/some-model"
advice = st.dictionaries(places, st.text(max_size=20), max_size=40).map(lambda order: Advised(BY, order))
policies = st.builds(Policy, most_tasks_per_round=st.integers(0, 12))


def ranked(*scores: float) -> list[Need]:
    """Needs with these scores, named T0, T1, …"""
    one = rank([Candidate("T", "reddit", None, 24)], RankingWeights())[0]
    return [
        replace(one, score=each, candidate=replace(one.candidate, ticker=f"T{number}"))
        for number, each in enumerate(scores)
    ]


def tickers(found: Sequence[Need]) -> list[str]:
    return [each.candidate.ticker for each in found]


def said(*ids: str, reason: str = "why") -> str:
    return json.dumps({"order": [{"id": each, "reason": reason} for each in ids]})


@given(st.lists(st.floats(0, 100), max_size=70), st.randoms(use_true_random=False))
def test_any_advice_gives_an_order_within_the_bounds(scores: list[float], dice: random.Random) -> None:
    before = ranked(*sorted(scores, reverse=True))
    wanted = [place_of(each) for each in before]
    dice.shuffle(wanted)
    after = reordered(before, Advised(BY, dict.fromkeys(wanted[: len(wanted) * 2 // 3], "")))
    stood = {place_of(each): number for number, each in enumerate(before)}
    assert sorted(map(place_of, after)) == sorted(map(place_of, before))
    for number, each in enumerate(after):
        assert abs(stood[place_of(each)] - number) <= FURTHEST
        assert all(later.score <= MOST_NEEDIER * each.score for later in after[number:])
    assert after[MOST_SHOWN:] == before[MOST_SHOWN:]


@given(needs())
def test_no_advice_changes_nothing(found: list[Need]) -> None:
    before = sorted(found, key=neediest)
    assert reordered(before, Advised()) == before
    assert moves(before, before, Advised()) == {}


@given(needs(), limits, failures(), policies, advice, st.data())
def test_advice_only_changes_which_of_the_same_options_fit(
    wanted: list[Need],
    given_: list[Limit],
    failed: list[Failure],
    policy: Policy,
    advised: Advised,
    data: st.DataObject,
) -> None:
    spent = {limit: data.draw(st.integers(0, limit.most)) for limit in given_}
    healing = heal(failed, {}, {}, policy)
    plain = plan(wanted, given_, spent, healing, policy, NOW, in_hand=())
    made = plan(wanted, given_, spent, healing, policy, NOW, in_hand=(), advised=advised)
    # What could be chosen without any limit is all that can be chosen.
    options = plan(wanted, (), {}, healing, Policy(most_tasks_per_round=1_000), NOW, in_hand=())
    could = {place_of(each.need): replace(each, move=None) for each in options.choices}
    for choice in made.choices:
        assert replace(choice, move=None) == could[place_of(choice.need)]
    # Nobody is lost, and everything that is not about room is refused for the same reason.
    assert made.escalations == plain.escalations
    assert everybody(made) == everybody(plain)
    assert len(made.choices) <= policy.most_tasks_per_round
    reserved: Spent = spent
    for choice in made.choices:
        assert fits(given_, reserved, choice.estimate) is None
        reserved = reserve(given_, reserved, choice.estimate)


def everybody(made: Plan) -> list[Place]:
    """Each with its place, chosen or not."""
    return sorted(
        [*(place_of(each.need) for each in made.choices), *(place_of(each.need) for each in made.passed_over)]
    )


@given(st.text() | st.lists(st.text(max_size=5)).map(lambda ids: said(*ids)) | st.binary().map(repr))
def test_whatever_a_model_answers_is_understood_or_refused(text: str) -> None:
    found = ranked(9, 8, 7)
    try:
        advised = understood(text, found, BY)
    except ValueError:
        return
    assert set(advised.order) <= set(map(place_of, found))


def test_unknown_and_repeated_ids_count_for_nothing() -> None:
    found = ranked(9, 8, 7)
    advised = understood(said("3", "99", "3", "-1", "", "1"), found, BY)
    assert tickers(reordered(found, advised)) == ["T2", "T0", "T1"]


@pytest.mark.parametrize("text", ["", "no", "[]", "{}", '{"order": ["1"]}', '{"order": [], "budget": 9}'])
def test_an_answer_of_another_shape_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="validation error"):
        understood(text, ranked(9, 8), BY)


def test_nothing_gets_above_what_is_more_than_twice_as_needy() -> None:
    found = ranked(90, 46, 44, 10)
    advised = understood(said("4", "3", "2"), found, BY)
    assert tickers(reordered(found, advised)) == ["T1", "T0", "T2", "T3"]


def test_nothing_moves_further_than_ten_places() -> None:
    found = ranked(*[50.0] * 30)
    after = reordered(found, understood(said("30"), found, BY))
    assert after.index(found[29]) == 19


def test_a_move_is_told_with_its_reason_on_one_short_line() -> None:
    found = ranked(9, 8, 7)
    advised = understood(said("3", reason="earn\x00ings\n\x1b[31m soon " + "x" * 9_000), found, BY)
    moved = moves(found, reordered(found, advised), advised)
    assert str(moved["T2", "reddit"]).startswith("Moved from place 3 to 1 by openai/some-model: earn ings [31m soon x")
    assert len(str(moved["T2", "reddit"])) < 250
    assert str(moved["T0", "reddit"]) == "Moved from place 1 to 2 by openai/some-model."


def test_only_numbers_and_symbols_are_shown_and_at_most_fifty_needs() -> None:
    shown = json.loads(question(ranked(*[50.0] * 60)).removeprefix("<data>\n").removesuffix("\n</data>"))
    assert len(shown["items"]) == MOST_SHOWN
    for each in shown["items"]:
        words = {name for name, value in each.items() if isinstance(value, str)}
        assert words == {"id", "ticker", "source"}


def test_it_is_asked_only_if_the_order_makes_a_difference() -> None:
    found = rank([Candidate(f"T{number}", "reddit", None, 24) for number in range(4)], RankingWeights())
    limit = Limit(unit=BudgetUnit.TASKS, most=2, window=BudgetWindow.HOUR)
    scarce = plan(found, [limit], {limit: 0}, Healing(), Policy(), NOW, in_hand=())
    assert tickers(open_to_advice(scarce)) == ["T0", "T1", "T2", "T3"]
    plenty = plan(found, [], {}, Healing(), Policy(), NOW, in_hand=())
    assert open_to_advice(plenty) == []
