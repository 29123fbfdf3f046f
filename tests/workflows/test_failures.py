"""What people read about an activity that failed."""

import pytest
from temporalio.exceptions import ActivityError, ApplicationError, RetryState, TimeoutError, TimeoutType

from contracts.tasks.work import ERROR_LIMIT
from workflows.failures import failure_of


def failed(cause: BaseException | None) -> ActivityError:
    error = ActivityError(
        "Activity task failed",
        scheduled_event_id=5,
        started_event_id=6,
        identity="mac (8b0f2f6e-0000-4000-8000-000000000001)",
        activity_type="reddit_crawl",
        activity_id="work-0",
        retry_state=RetryState.MAXIMUM_ATTEMPTS_REACHED,
    )
    error.__cause__ = cause
    return error


def test_the_handler_s_own_error_is_passed_on() -> None:
    failure = failure_of(failed(ApplicationError("Reddit refused the login.", type="CredentialsRefused")))
    assert (failure.type, failure.message, failure.retryable) == (
        "CredentialsRefused",
        "Reddit refused the login.",
        True,
    )


@pytest.mark.parametrize(
    ("details", "place"),
    [
        ([{"place": "activities.trial:flaky"}], "activities.trial:flaky"),
        ([{"place": "x" * 500}], "x" * 200),
        ([{"place": 7}], None),
        (["place"], None),
        ([], None),
    ],
)
def test_where_it_happened_is_told_if_the_worker_told_it(details: list[object], place: str | None) -> None:
    failure = failure_of(failed(ApplicationError("hm", *details)))
    assert failure.place == place
    assert ("place" in failure.model_dump()) == (place is not None)


def test_an_error_that_no_attempt_mends_says_so() -> None:
    failure = failure_of(failed(ApplicationError("gone", type="NotFound", non_retryable=True)))
    assert not failure.retryable


def test_an_error_without_a_type_still_has_one() -> None:
    assert failure_of(failed(ApplicationError("hm"))).type == "Error"


def test_long_texts_are_cut() -> None:
    assert len(failure_of(failed(ApplicationError("x" * 100_000))).message) == ERROR_LIMIT
    assert len(failure_of(failed(ValueError("x" * 100_000))).message) == ERROR_LIMIT


@pytest.mark.parametrize(
    ("timeout", "type_", "words"),
    [
        (TimeoutType.HEARTBEAT, "WorkerLost", "stopped reporting"),
        (TimeoutType.START_TO_CLOSE, "AttemptTimeout", "longer than the task type allows"),
    ],
)
def test_a_timeout_is_told_as_what_happened(timeout: TimeoutType, type_: str, words: str) -> None:
    failure = failure_of(failed(TimeoutError("timed out", type=timeout, last_heartbeat_details=[])))
    assert failure.type == type_
    assert words in failure.message
    assert failure.message.endswith(".")


def test_any_other_timeout_keeps_its_words() -> None:
    cause = TimeoutError("took too long", type=TimeoutType.SCHEDULE_TO_CLOSE, last_heartbeat_details=[])
    failure = failure_of(failed(cause))
    assert failure.type == "TimeoutError"
    assert "took too long" in failure.message


def test_without_a_cause_the_failure_itself_is_told() -> None:
    failure = failure_of(failed(None))
    assert failure.type == "ActivityError"
    assert "Activity task failed" in failure.message
