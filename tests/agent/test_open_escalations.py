"""How long an escalation's alert lasts, and that it is one alert."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent.escalations import Evidence
from agent.failures import Failure, Place
from agent.healing import heal
from agent.open_escalations import Escalated, open_escalations
from contracts.agent.policy import Policy
from contracts.alerts.facts import Raised
from tests.agent.plans import NOW, failure, failures, successes

#: A ticker is given up at once, and a source is sick from its third ticker on and told of without a probe.
POLICY = Policy(probes_before_escalation=0)
GONE = "NotFound"


def escalated(number: int, evidence: Evidence, at: datetime = NOW) -> Escalated:
    reason = f"{evidence.source} of {', '.join(evidence.tickers)} fails."
    return Escalated(
        str(number), at, evidence.source, evidence.tickers, reason, evidence.fingerprint, evidence.task_ids
    )


def told(failed: Sequence[Failure], at: float = 60) -> list[Escalated]:
    """As the ledger has it after a round."""
    found = heal(failed, {}, {}, POLICY).escalations
    return [escalated(number, each, NOW + timedelta(minutes=at)) for number, each in enumerate(found)]


def raised(
    said: Sequence[Escalated], failed: Sequence[Failure], well: dict[Place, float] | None = None
) -> list[Raised]:
    times = {place: NOW + timedelta(minutes=at) for place, at in (well or {}).items()}
    return open_escalations(said, heal(failed, times, {}, POLICY))


@given(failures(), successes)
def test_what_is_told_lasts_until_it_is_well(failed: list[Failure], well: dict[Place, datetime]) -> None:
    said = heal(failed, well, {}, POLICY).escalations
    ledger = [escalated(number, each) for number, each in enumerate(said)]
    shown = open_escalations(ledger, heal(failed, well, {}, POLICY))
    assert {each.key for each in shown} == {each.key for each in ledger}
    assert all(each.count >= 1 and each.until is None for each in shown)
    healed = dict.fromkeys({each.place for each in failed}, NOW + timedelta(minutes=1))
    assert open_escalations(ledger, heal(failed, healed, {}, POLICY)) == []


@given(failures(), st.integers(0, 5))
def test_round_after_round_it_is_the_same_alert(failed: list[Failure], rounds: int) -> None:
    said = [escalated(number, each) for number, each in enumerate(heal(failed, {}, {}, POLICY).escalations)]
    first = open_escalations(said, heal(failed, {}, {}, POLICY))
    known = {(ticker, each.source): NOW for each in said for ticker in each.tickers}
    for _ in range(rounds):
        assert heal(failed, {}, known, POLICY).escalations == ()
        assert open_escalations(said, heal(failed, {}, known, POLICY)) == first


def test_a_ticker_lasts_until_a_task_of_its_own_succeeds() -> None:
    failed = [failure(1, "A", "sec", GONE, "no such ticker A", at=1)]
    said = told(failed)
    [alert] = raised(said, failed)
    assert (alert.key, alert.count) == ("sec:NotFound: no such ticker TICKER", 1)
    assert alert.title == "⚠️ sec of A fails."
    assert alert.body.splitlines()[1:] == ["Given up: A", "Newest task: t1", "If you know: clawdbot agent undo 0"]
    assert raised(said, failed, {("B", "sec"): 90}) == [alert]
    assert raised(said, failed, {("A", "sec"): 90}) == []
    # It failed once more after that: another story, which nobody was told yet.
    assert raised(said, [*failed, failure(2, "A", "sec", GONE, at=120)], {("A", "sec"): 90}) == []


def test_more_tickers_with_the_same_cause_are_the_same_alert_and_it_gets_worse() -> None:
    failed = [failure(1, "A", "sec", GONE, "no such ticker A", at=1)]
    more = [*failed, failure(2, "B", "sec", GONE, "no such ticker B", at=70)]
    said = [*told(failed), *told(more[1:], at=90)]
    [alert] = raised(said, more)
    assert (alert.count, alert.body.splitlines()[1]) == (2, "Given up: A, B")
    [alert] = raised(said, more, {("A", "sec"): 95})
    assert (alert.count, alert.body.splitlines()[1]) == (1, "Given up: B")


def test_a_source_lasts_until_any_ticker_of_it_succeeds() -> None:
    failed = [failure(number, ticker, at=number) for number, ticker in enumerate("ABC")]
    said = told(failed)
    [alert] = raised(said, failed)
    assert (alert.key, alert.count, alert.body.splitlines()[1]) == ("reddit:*", 1, "All tickers wait.")
    assert raised(said, failed, {("A", "sec"): 90}) == [alert]
    assert raised(said, failed, {("Z", "reddit"): 90}) == []
