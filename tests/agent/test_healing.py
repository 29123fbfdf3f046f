"""What failures lead to: each strategy once, one probe per back-off, one word to a person."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.collection_tasks import smaller
from agent.failures import Failure, Place, fingerprint, group
from agent.healing import heal
from agent.needs import Candidate, Need
from agent.planning import plan
from agent.scoring import rank
from contracts.agent.policy import ChoiceKind, Policy, Strategy, WhyNot
from contracts.agent.ranking import RankingWeights
from tests.agent.plans import NOW, failure, failures, successes

POLICY = Policy()
OUTAGE = [failure(number, ticker, at=number) for number, ticker in enumerate("ABC")]


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def due(*tickers: str, source: str = "reddit") -> list[Need]:
    return rank([Candidate(ticker, source, 100, 24) for ticker in tickers], RankingWeights())


@given(failures(), successes, st.randoms(use_true_random=False))
def test_healing_depends_on_no_order(failed: list[Failure], well: dict[Place, datetime], dice: random.Random) -> None:
    shuffled = dice.sample(failed, len(failed))
    assert heal(shuffled, well, {}, POLICY) == heal(failed, well, {}, POLICY)


@given(failures(), successes)
def test_no_strategy_is_proposed_twice(failed: list[Failure], well: dict[Place, datetime]) -> None:
    for place, remedy in heal(failed, well, {}, POLICY).remedies.items():
        since = [
            each
            for each in failed
            if each.place == place and each.failed_at > well.get(place, datetime.min.replace(tzinfo=NOW.tzinfo))
        ]
        assert remedy.strategy not in {each.strategy for each in since if each.strategy}
        assert remedy.since == min(each.failed_at for each in since)


@given(failures(), successes, st.data())
def test_what_was_told_is_not_told_again(
    failed: list[Failure], well: dict[Place, datetime], data: st.DataObject
) -> None:
    said = heal(failed, well, {}, POLICY).escalations
    told = {(ticker, each.source): NOW for each in said for ticker in each.tickers}
    assert heal(failed, well, told, POLICY).escalations == ()
    if said:
        one = data.draw(st.sampled_from(said))
        partly = {(ticker, one.source): NOW for ticker in one.tickers}
        assert len(heal(failed, well, partly, POLICY).escalations) == len(said) - 1


@given(failures(), successes)
def test_one_success_heals_a_source(failed: list[Failure], well: dict[Place, datetime]) -> None:
    for source in heal(failed, well, {}, POLICY).sick:
        healed = {**well, ("Z", source): NOW + timedelta(seconds=1)}
        assert source not in heal(failed, healed, {}, POLICY).sick


def test_a_failing_ticker_is_tried_smaller_elsewhere_later_and_then_given_up() -> None:
    known: list[Failure] = []
    tried: list[Strategy] = []
    at = 0.0
    for number in range(6):
        strategy = tried[-1] if tried else None
        known.append(failure(number, error_type="BadSourceReply", at=at, strategy=strategy))
        remedy = heal(known, {}, {}, POLICY).remedies["A", "reddit"]
        if remedy.strategy is None:
            break
        tried.append(remedy.strategy)
        at = (remedy.not_before - NOW).total_seconds() / 60 + 2
    assert tried == [Strategy.SMALLER, Strategy.OTHER_WORKER, Strategy.LATER]
    assert remedy.tried == tuple(Strategy)
    assert remedy.not_before == known[-1].failed_at + timedelta(minutes=POLICY.given_up_minutes)
    assert len(known) == 4


@pytest.mark.parametrize(
    ("error_type", "first"),
    [
        ("NotFound", None),
        ("InvalidParams", None),
        ("CredentialsRefused", Strategy.OTHER_WORKER),
        ("SourceUnavailable", Strategy.OTHER_WORKER),
        ("RateLimited", Strategy.SMALLER),
        ("WorkerLost", Strategy.SMALLER),
    ],
)
def test_the_error_says_what_may_help(error_type: str, first: Strategy | None) -> None:
    assert heal([failure(1, error_type=error_type, at=0)], {}, {}, POLICY).remedies["A", "reddit"].strategy is first


def test_fewer_posts_are_scored_where_there_is_no_range() -> None:
    remedy = heal([failure(1, source="sentiment", error_type="WorkerLost", at=0)], {}, {}, POLICY).remedies
    assert remedy["A", "sentiment"].strategy is Strategy.SMALLER


def test_a_retry_stands_for_the_failed_task_and_asks_for_less() -> None:
    healing = heal([failure(1, error_type="WorkerLost", at=0)], {}, {}, POLICY)
    (choice,) = plan(due("A"), [], {}, healing, POLICY, later(1), in_hand=()).choices
    assert (choice.kind, choice.replaces, choice.strategy) == (ChoiceKind.RETRY, "t1", Strategy.SMALLER)
    assert choice.params == {"ticker": "A", "date_range": {"last_days": 1}, "limit": 250}


def test_smaller_keeps_what_it_does_not_shrink() -> None:
    assert smaller("summary", {"ticker": "A"}) == {"ticker": "A", "window": {"last_days": 1}}
    assert smaller("sentiment", {"ticker": "A"}) == {"ticker": "A", "limit": 1_250}


def test_two_tickers_do_not_make_a_source_sick_and_three_do() -> None:
    assert heal(OUTAGE[:2], {}, {}, POLICY).sick == {}
    sickness = heal(OUTAGE, {}, {}, POLICY).sick["reddit"]
    assert (sickness.tickers, sickness.failed_probes) == (("A", "B", "C"), 0)
    assert sickness.probe_at == later(2 + POLICY.probe_after_minutes)


def test_tickers_that_do_not_exist_make_no_source_sick() -> None:
    missing = [failure(number, ticker, error_type="NotFound", at=number) for number, ticker in enumerate("ABCD")]
    assert heal(missing, {}, {}, POLICY).sick == {}


def test_tasks_that_were_on_their_way_do_not_double_the_back_off() -> None:
    on_their_way = [failure(10 + n, ticker, at=10 + n, took=15) for n, ticker in enumerate("DEFGH")]
    sickness = heal([*OUTAGE, *on_their_way], {}, {}, POLICY).sick["reddit"]
    assert (sickness.failed_probes, sickness.probe_at) == (0, later(2 + POLICY.probe_after_minutes))


@pytest.mark.parametrize("error_type", ["SourceUnavailable", "CredentialsRefused"])
def test_each_failed_probe_doubles_the_back_off_up_to_the_longest(error_type: str) -> None:
    known = list(OUTAGE)
    waits = []
    for number in range(8):
        sickness = heal(known, {}, {}, POLICY).sick["reddit"]
        waits.append((sickness.probe_at - known[-1].failed_at).total_seconds() / 60)
        at = (sickness.probe_at - NOW).total_seconds() / 60 + 5
        known.append(failure(100 + number, "D", error_type=error_type, at=at, took=5))
    assert waits == [30, 60, 120, 240, 480, 480, 480, 480]


def test_a_sick_source_gets_one_probe_and_only_when_it_is_time() -> None:
    healing = heal(OUTAGE, {}, {}, POLICY)
    wanted = due("A", "B", "C", "D", "E")
    early = plan(wanted, [], {}, healing, POLICY, later(10), in_hand=())
    assert early.choices == ()
    assert {each.why for each in early.passed_over} == {WhyNot.SICK}
    on_time = plan(wanted, [], {}, healing, POLICY, later(40), in_hand=())
    # D has not failed itself, so its failure would say more about the source.
    assert [(each.ticker, each.kind) for each in on_time.choices] == [("D", ChoiceKind.PROBE)]
    assert plan(wanted, [], {}, healing, POLICY, later(40), in_hand=[("D", "reddit")]).choices == ()


def test_a_sick_source_is_told_once_with_the_evidence() -> None:
    probes = [failure(10, "D", at=40, took=5), failure(11, "D", at=110, took=5)]
    (evidence,) = heal([*OUTAGE, *probes], {}, {}, POLICY).escalations
    assert (evidence.tickers, evidence.affected) == (("*",), ("A", "B", "C", "D"))
    assert (evidence.since, evidence.last) == (NOW, later(110))
    assert evidence.task_ids == ("t0", "t1", "t2", "t10", "t11")
    made = plan([], [], {}, heal([*OUTAGE, *probes], {}, {}, POLICY), POLICY, later(111), in_hand=())
    assert made.escalations[0].reason == (
        "reddit fails since 2026-03-02 12:00 UTC (SourceUnavailable: HTTP 503); tried: left in peace; 2 probes failed."
    )
    more = [*OUTAGE, *probes, failure(12, "E", at=300, took=5)]
    assert heal(more, {}, {("*", "reddit"): later(111)}, POLICY).escalations == ()


def test_after_a_success_a_new_outage_is_told_anew() -> None:
    told = {("*", "reddit"): later(111)}
    again = [failure(20 + n, ticker, at=600 + n) for n, ticker in enumerate("ABC")]
    probes = [failure(30, "D", at=640, took=5), failure(31, "D", at=710, took=5)]
    healing = heal([*OUTAGE, *again, *probes], {("B", "reddit"): later(500)}, told, POLICY)
    assert [each.since for each in healing.escalations] == [later(600)]


def test_tickers_that_are_given_up_for_one_cause_are_one_escalation() -> None:
    gone = [
        failure(n, ticker, error_type="NotFound", message=f"There is no {ticker} (id {n}).", at=n)
        for n, ticker in enumerate("AB")
    ]
    (evidence,) = heal(gone, {}, {}, POLICY).escalations
    assert (evidence.tickers, evidence.tried, evidence.task_ids) == (("A", "B"), (), ("t0", "t1"))
    told = {("A", "reddit"): later(5), ("B", "reddit"): later(5)}
    third = failure(9, "C", error_type="NotFound", message="There is no C (id 9).", at=9)
    assert [each.tickers for each in heal([*gone, third], {}, told, POLICY).escalations] == [("C",)]


def test_what_is_given_up_is_probed_now_and_then() -> None:
    healing = heal([failure(1, error_type="NotFound", at=0)], {}, {}, POLICY)
    (rests,) = plan(due("A"), [], {}, healing, POLICY, later(60), in_hand=()).passed_over
    assert rests.why is WhyNot.RESTING
    (choice,) = plan(due("A"), [], {}, healing, POLICY, later(1_441), in_hand=()).choices
    assert choice.kind is ChoiceKind.PROBE


def grouped(found: Sequence[Failure]) -> list[list[str]]:
    return [[each.task_id for each in members.failures] for members in group(found)]


def test_failures_are_grouped_by_source_and_cause() -> None:
    found = [
        failure(1, "A", message="A: HTTP 503 at https://x.test/a?page=3", at=1),
        failure(2, "B", message="B: HTTP 503 at https://x.test/b?page=9", at=2),
        failure(3, "B", message="B: HTTP 503 at https://x.test/b?page=9", source="news", at=3),
        failure(4, "C", message="C: connection reset", at=4),
    ]
    assert grouped(found) == [["t1", "t2"], ["t3"], ["t4"]]


def test_a_fingerprint_forgets_numbers_ids_and_the_ticker() -> None:
    one = fingerprint(
        "NotFound", "No BRK.B in 1,204 rows of 6f0c2f0e-5a52-4b3e-9a0e-0c1a2d7b4e55 (deadbeef01)", "BRK.B"
    )
    assert one == "NotFound: No TICKER in # rows of # (#)"
    assert len(fingerprint("X", "long " * 1_000)) <= 200
