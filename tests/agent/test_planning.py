"""What a round decides: inside every limit, fair, and the same every time."""

import random
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.budgets import Limit
from agent.choices import Choice, Plan
from agent.failures import Failure, Place
from agent.healing import Healing, heal
from agent.needs import Candidate, Need
from agent.planning import plan
from agent.scoring import rank
from contracts.agent.policy import BudgetUnit, BudgetWindow, ChoiceKind, Policy, WhyNot
from contracts.agent.ranking import RankingWeights
from contracts.records.breadth import is_usual
from contracts.task_types import parse_params
from tests.agent.plans import NOW, SOURCE_NAMES, failures, limits, needs, places

policies = st.builds(
    Policy,
    sources_off=st.frozensets(st.sampled_from(SOURCE_NAMES), max_size=2),
    most_tasks_per_round=st.integers(0, 30),
    minimum_score=st.sampled_from((0, 20)),
)
busy = st.frozensets(places, max_size=6)
NOTHING_FAILED = Healing()


def never_collected(count: int, sources: Sequence[str] = SOURCE_NAMES) -> list[Need]:
    return rank([Candidate(f"T{n}", source, None, 24) for n in range(count) for source in sources], RankingWeights())


@given(needs(), limits, failures(), policies, busy, st.data())
def test_every_plan_keeps_every_rule(
    wanted: list[Need],
    given_: list[Limit],
    failed: list[Failure],
    policy: Policy,
    in_hand: frozenset[Place],
    data: st.DataObject,
) -> None:
    spent = {limit: data.draw(st.integers(0, limit.most)) for limit in given_}
    healing = heal(failed, {}, {}, policy)
    made = plan(wanted, given_, spent, healing, policy, NOW, in_hand=in_hand)
    _keeps_the_budget(made, given_, spent)
    _explains_everything(made, wanted)
    assert len(made.choices) <= policy.most_tasks_per_round
    for choice in made.choices:
        assert choice.need.due
        assert choice.source not in policy.sources_off
        assert (choice.ticker, choice.source) not in in_hand
        assert choice.need.score >= policy.minimum_score
        assert choice.params["ticker"] == choice.ticker
        parse_params(choice.task_type, choice.params)
    _no_storm(made, healing, in_hand)


def _keeps_the_budget(made: Plan, given_: list[Limit], spent: dict[Limit, int]) -> None:
    for limit in given_:
        used = sum(
            each.estimate.of(limit.unit) for each in made.choices if limit.scope in ("all", each.source, each.task_type)
        )
        assert spent[limit] + used <= limit.most


def _explains_everything(made: Plan, wanted: list[Need]) -> None:
    told = [*(each.need for each in made.choices), *(each.need for each in made.passed_over)]
    assert Counter(told) == Counter(each for each in wanted if each.due)
    assert made.not_due == len(wanted) - len(told)
    reasons = [each.reason for each in made.choices] + [each.reason for each in made.escalations]
    reasons += [each.reason for each in made.passed_over]
    assert all(each.endswith(".") and "\n" not in each for each in reasons)


def _no_storm(made: Plan, healing: Healing, in_hand: frozenset[Place]) -> None:
    for source, sickness in healing.sick.items():
        own = [each for each in made.choices if each.source == source]
        allowed = NOW >= sickness.probe_at and source not in {other for _, other in in_hand}
        assert len(own) <= int(allowed)
        assert all(each.kind is ChoiceKind.PROBE for each in own)


@given(needs(), limits, failures(), policies, busy, st.randoms(use_true_random=False))
def test_the_same_input_in_any_order_gives_the_same_plan(
    wanted: list[Need],
    given_: list[Limit],
    failed: list[Failure],
    policy: Policy,
    in_hand: frozenset[Place],
    dice: random.Random,
) -> None:
    spent = {limit: limit.most // 2 for limit in given_}
    first = plan(wanted, given_, spent, heal(failed, {}, {}, policy), policy, NOW, in_hand=in_hand)
    shuffled = heal(dice.sample(failed, len(failed)), {}, {}, policy)
    mixed = dice.sample(wanted, len(wanted))
    assert plan(mixed, given_, spent, shuffled, policy, NOW, in_hand=sorted(in_hand)) == first


@given(needs(), st.integers(0, 30))
def test_of_one_source_the_more_stale_come_first(wanted: list[Need], most: int) -> None:
    made = plan(wanted, [], {}, NOTHING_FAILED, Policy(most_tasks_per_round=most), NOW, in_hand=())
    refused = [each.need for each in made.passed_over if each.why is WhyNot.ROUND_FULL]
    for choice in made.choices:
        rivals = [each for each in refused if each.candidate.source == choice.source]
        assert all(choice.need.urgency >= each.urgency for each in rivals)


@given(st.integers(1, 60), st.integers(1, 12))
def test_sources_share_a_budget_that_is_too_small(most: int, tickers: int) -> None:
    limit = Limit(unit=BudgetUnit.TASKS, most=most, window=BudgetWindow.HOUR)
    policy = Policy(most_tasks_per_round=1_000)
    made = plan(never_collected(tickers), [limit], {limit: 0}, NOTHING_FAILED, policy, NOW, in_hand=())
    assert len(made.choices) == min(most, tickers * len(SOURCE_NAMES))
    had = Counter(each.source for each in made.choices)
    assert max(had.values()) - min(had[source] for source in SOURCE_NAMES) <= 1


def test_what_one_source_does_not_need_is_for_the_others() -> None:
    wanted = never_collected(1, ["sec"]) + never_collected(9, ["news"])
    made = plan(wanted, [], {}, NOTHING_FAILED, Policy(most_tasks_per_round=8), NOW, in_hand=())
    assert Counter(each.source for each in made.choices) == {"sec": 1, "news": 7}


def test_turns_go_on_from_round_to_round() -> None:
    wanted = never_collected(4, ["news", "sec"])
    policy = Policy(most_tasks_per_round=2)
    made = plan(wanted, [], {}, NOTHING_FAILED, policy, NOW, in_hand=(), recent={"news": 5, "sec": 1})
    assert [each.source for each in made.choices] == ["sec", "sec"]


def test_a_budget_of_one_source_does_not_stop_the_others() -> None:
    tokens = Limit(scope="summary", unit=BudgetUnit.TOKENS, most=30_000, window=BudgetWindow.DAY)
    made = plan(never_collected(2), [tokens], {tokens: 0}, NOTHING_FAILED, Policy(), NOW, in_hand=())
    assert Counter(each.source for each in made.choices)["summary"] == 1
    assert len(made.choices) == 2 * len(SOURCE_NAMES) - 1
    (refused,) = made.passed_over
    assert (refused.why, refused.limit) == (WhyNot.BUDGET, tokens)


def test_a_crawl_closes_the_gap_and_asks_for_no_more() -> None:
    wanted = rank([Candidate("A", "reddit", 49, 24), Candidate("B", "reddit", None, 24)], RankingWeights())
    made = plan(wanted, [], {}, NOTHING_FAILED, Policy(), NOW, in_hand=())
    assert {each.ticker: each.params for each in made.choices} == {
        "A": {"ticker": "A", "date_range": {"last_days": 4}},
        "B": {"ticker": "B"},
    }


def test_dear_runs_reserve_more() -> None:
    (dear,) = rank([Candidate("A", "summary", None, 24, usd_per_run=0.2)], RankingWeights())
    (cheap,) = rank([Candidate("A", "summary", None, 24, usd_per_run=0)], RankingWeights())
    reserved = [plan([each], [], {}, NOTHING_FAILED, Policy(), NOW, in_hand=()).choices[0] for each in (dear, cheap)]
    assert [each.estimate.usd_micros for each in reserved] == [300_000, 50_000]


def chosen(candidate: Candidate) -> Choice:
    [need] = rank([candidate], RankingWeights())
    [choice] = plan([need], [], {}, NOTHING_FAILED, Policy(), NOW, in_hand=()).choices
    return choice


def test_posts_of_x_are_paid_for_before_they_are_read() -> None:
    paid, monthly = (chosen(Candidate("A", "twitter", None, 24, usd_per_post=usd)) for usd in (0.015, 0))
    read = paid.params["limit"]
    # Each may come with the post that it quotes or answers, and both with their authors.
    assert paid.estimate.usd_micros >= read * 2 * 15_000
    assert "limit" not in monthly.params
    assert monthly.estimate.usd_micros == 0


@pytest.mark.parametrize(("waiting", "limit"), [(0, 100), (200, 300), (10_000, 500), (None, 500)])
def test_sentiment_is_asked_for_as_many_posts_as_wait_and_reserves_as_much(waiting: int | None, limit: int) -> None:
    choice = chosen(Candidate("A", "sentiment", None, 24, waiting_posts=waiting))
    # Posts of Reddit and of X.
    assert choice.params == {"ticker": "A", "source": "all", "limit": limit}
    assert is_usual("ai_sentiment", choice.params)
    assert choice.estimate.tokens == 400 * limit
    assert choice.estimate.usd_micros == 500 * limit


def test_a_quiet_ticker_that_was_never_collected_is_served_in_the_end() -> None:
    """One task a round, and ten hot tickers that are always due."""
    hot = [Candidate(f"H{n}", "reddit", 30, 24, watchers=100_000, trend=1, earnings_in_days=0) for n in range(10)]
    first: list[str] = []
    for days in (1, 60):
        quiet = Candidate("Q", "reddit", None, 24, watched_hours=days * 24)
        needs_ = rank([*hot, quiet], RankingWeights())
        made = plan(needs_, [], {}, NOTHING_FAILED, Policy(most_tasks_per_round=1), NOW, in_hand=())
        first.append(made.choices[0].ticker)
    assert first[0] != "Q"
    assert first[1] == "Q"
