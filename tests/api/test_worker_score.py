"""The health score: between 0 and 100, and never better for something worse."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from contracts.workers.states import WorkerState
from services.workers.score import Signs, score_of

counts = st.integers(0, 10_000)
shares = st.none() | st.floats(0, 1)
signs = st.builds(
    Signs,
    state=st.sampled_from(WorkerState),
    succeeded=counts,
    failed=counts,
    lost=counts,
    cpu=shares,
    memory=shares,
    canary_misses=st.integers(0, 10),
)
more = st.integers(1, 1_000)


@given(signs)
def test_it_is_a_number_from_0_to_100(each: Signs) -> None:
    assert 0 <= score_of(each) <= 100


@given(signs, more)
def test_more_failures_never_score_higher(each: Signs, number: int) -> None:
    assert score_of(replace(each, failed=each.failed + number)) <= score_of(each)


@given(signs, more)
def test_a_loss_is_never_better_than_a_failure(each: Signs, number: int) -> None:
    lost, failed = replace(each, lost=each.lost + number), replace(each, failed=each.failed + number)
    assert score_of(lost) <= score_of(failed)


@given(signs, more)
def test_more_successes_never_score_lower(each: Signs, number: int) -> None:
    assert score_of(replace(each, succeeded=each.succeeded + number)) >= score_of(each)


@given(signs, st.floats(0, 1), st.floats(0, 1))
def test_a_fuller_machine_never_scores_higher(each: Signs, one: float, other: float) -> None:
    less, much = sorted([one, other])
    assert score_of(replace(each, memory=much)) <= score_of(replace(each, memory=less))
    assert score_of(replace(each, cpu=much)) <= score_of(replace(each, cpu=less))


@given(signs)
def test_a_missed_canary_never_helps(each: Signs) -> None:
    assert score_of(replace(each, canary_misses=1)) <= score_of(replace(each, canary_misses=0))


@given(signs)
def test_who_cannot_be_reached_is_of_no_use(each: Signs) -> None:
    assert score_of(replace(each, state=WorkerState.OFFLINE)) == score_of(replace(each, state=WorkerState.DEAF)) == 0


def test_some_that_people_can_check() -> None:
    assert score_of(Signs(WorkerState.IDLE)) == 100
    assert score_of(Signs(WorkerState.BUSY, succeeded=95, failed=0, cpu=0.5, memory=0.9)) == 100
    assert score_of(Signs(WorkerState.IDLE, succeeded=85, failed=10)) == 90
    assert score_of(Signs(WorkerState.IDLE, succeeded=65, lost=10)) == 70
    assert score_of(Signs(WorkerState.IDLE, memory=1.0, cpu=1.0, canary_misses=1)) == 45
