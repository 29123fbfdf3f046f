"""Every task type against every fault, through the real client libraries: the rows in the end are those of a clean run.

What each type keeps of its source in detail is in `tests/activities/`, the column `kill -9` in `tests/stack/`.
"""

from collections.abc import Callable
from typing import Any

import pytest

from activities.models.cache import CACHE
from activities.sources.web.page_text import NothingToRead
from contracts.errors import BadSourceReply, RateLimited, SourceUnavailable
from contracts.task_types import TASK_TYPES
from tests.activities.recording_context import Crash
from tests.faults import cells
from tests.faults.attempts import Run, run
from tests.faults.case import Case, Point, Where
from tests.faults.table import CASES
from tests.sandbox_server import NOW, TODAY, Sandbox, seconds_between

#: Longest silence that the first attempt puts up with, and all others.
SHORT, LONG = "0.5", "15"
#: A wait that an attempt sits out.
WAIT = 0.1
TIMEOUTS = ("SOURCE_TIMEOUT_SECONDS", "MODEL_TIMEOUT_SECONDS")
_CLEAN: dict[tuple[str, str], Run] = {}


def cases(fault: str) -> pytest.MarkDecorator:
    """The rows of a column."""
    return pytest.mark.parametrize("case", [_row(case, fault, case.name) for case in _having(fault)])


def points(fault: str) -> pytest.MarkDecorator:
    """The rows of a column, with each point where the fault may strike."""
    rows = [(case, number) for case in _having(fault) for number in range(len(case.points))]
    values = [_row(case, fault, f"{case.name}-{number + 1}", case.points[number]) for case, number in rows]
    return pytest.mark.parametrize(("case", "point"), values)


def _having(fault: str) -> list[Case]:
    return [case for case in CASES if (case.task_type, fault) not in cells.NOT_APPLICABLE]


def _row(case: Case, fault: str, name: str, *point: Point) -> Any:
    return pytest.param(case, *point, id=name, marks=pytest.mark.cell(case.task_type, fault))


@pytest.fixture(autouse=True)
def its_environment(worker: None, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the worker of this case has beside the sandbox's addresses."""
    case: Case | None = getattr(request.node, "callspec", None) and request.node.callspec.params.get("case")
    for variable, value in (case.environment if case else {}).items():
        monkeypatch.setenv(variable, value)


async def work(case: Case, sandbox: Sandbox, changes: dict[str, Any] | None = None, **options: Any) -> Run:
    """The task of a case, on a worker that remembers nothing."""
    CACHE.clear()
    params = case.params(Where(sandbox.url, TODAY)) | (changes or {})
    # Other params are another task: to an API, the Idempotency-Key of the same one would be a mistake.
    task_id = f"other-{case.task_type}" if changes else case.task_type
    return await run(case.task_type, params, case.material, task_id=task_id, **options)


async def clean_run(case: Case, sandbox: Sandbox) -> Run:
    """The run to compare with. It is made once per case."""
    key = sandbox.url, case.name
    if key not in _CLEAN:
        _CLEAN[key] = await work(case, sandbox)
        _CLEAN[key].requests = len(sent(case, sandbox))
        sandbox.reset()
    return _CLEAN[key]


def sent(case: Case, sandbox: Sandbox) -> list[dict[str, Any]]:
    """The requests to the path of the halfway point."""
    return [request for request in sandbox.requests(case.source) if case.halfway.path in request["path"]]


def assert_same(done: Run, clean: Run) -> None:
    """The rows are those of the clean run, and so is what the task tells of them."""
    by_key = sorted(done.rows, key=repr), sorted(clean.rows, key=repr)
    assert by_key[0] == by_key[1]
    assert done.told() == clean.told()


def strike(sandbox: Sandbox, case: Case, point: Point, kind: str, **details: Any) -> None:
    sandbox.fault(case.source, kind, path_contains=point.path, after=point.after, times=1, **details)


def test_every_task_type_is_in_the_table() -> None:
    without_source = {"echo", "delay", "flaky", "mock_content", "folder", "folder_file", "bot_task"}
    assert set(cells.TYPES) == {row.name for row in TASK_TYPES.values() if not row.pack} - without_source
    assert {case.task_type for case in CASES} == set(cells.TYPES)
    assert {type_ for type_, _ in cells.NOT_APPLICABLE} <= set(cells.TYPES)


@cases(cells.CLEAN)
async def test_a_clean_run_stores_what_the_source_has(sandbox: Sandbox, case: Case) -> None:
    done = await clean_run(case, sandbox)

    assert (done.errors, len(done.attempts)) == ([], 1)
    assert {row[case.id] for row in done.rows} == case.wanted(sandbox, NOW)
    again = await work(case, sandbox)
    assert_same(again, done)


@cases(cells.EMPTY)
async def test_nothing_to_find_is_an_answer(sandbox: Sandbox, case: Case) -> None:
    done = await work(case, sandbox, dict(case.empty))

    assert len(done.attempts) == 1
    assert len(done.rows) == case.empty_rows
    assert [type(error) for error in done.errors] == ([case.empty_ends] if case.empty_ends else [])
    assert all(str(error) for error in done.errors)


@cases(cells.PAGES)
async def test_page_by_page_up_to_the_limit(sandbox: Sandbox, case: Case) -> None:
    clean = await clean_run(case, sandbox)
    if case.portions:
        expected, count = case.portions
        assert count(clean.attempts[-1]) == expected
        return

    assert case.limit
    await work(case, sandbox)
    unlimited = len(sandbox.requests(case.source))
    sandbox.reset()
    done = await work(case, sandbox, {"limit": case.limit})

    assert done.rows == case.limited(clean.rows)
    assert len(done.attempts[-1].stores) == 2
    assert len(sandbox.requests(case.source)) < unlimited
    resumed = await work(case, sandbox, {"limit": case.limit}, dies_after=1)
    assert_same(resumed, done)


@points(cells.TOO_MANY)
async def test_too_many_requests(sandbox: Sandbox, case: Case, point: Point) -> None:
    clean = await clean_run(case, sandbox)
    strike(sandbox, case, point, "status", status=429, retry_after=WAIT)
    if point.leaves_long_waits:
        # The first fault strikes this request, and this one its repetition.
        strike(sandbox, case, point, "status", status=429, retry_after=300)

    done = await work(case, sandbox)

    assert_same(done, clean)
    assert any("rate limited by" in step for step in done.steps)
    assert [type(error) for error in done.errors] == [RateLimited] * point.leaves_long_waits
    waits = [error.retry_after for error in done.errors if isinstance(error, RateLimited)]
    assert waits == [pytest.approx(300, abs=5)] * point.leaves_long_waits
    # The short wait was long enough, and then the same was asked again.
    requests = sandbox.requests(case.source)
    first = next(number for number, request in enumerate(requests) if request["status"] == 429)
    refused, repeated = requests[first : first + 2]
    assert (refused["path"], refused["query"]) == (repeated["path"], repeated["query"])
    assert seconds_between(refused, repeated) >= WAIT


@points(cells.ERROR)
async def test_an_error_of_the_source_and_then_none(sandbox: Sandbox, case: Case, point: Point) -> None:
    clean = await clean_run(case, sandbox)
    strike(sandbox, case, point, "status", status=500)

    done = await work(case, sandbox)

    assert_same(done, clean)
    assert [type(error) for error in done.errors] == [SourceUnavailable] * (not point.asks_again)
    assert [request["status"] for request in sandbox.requests(case.source)].count(500) == 1
    if point is case.halfway:
        # It went on where it was: besides the failed request, only what was not noted yet was sent twice.
        repeated = 0 if point.asks_again else point.after - case.spared
        assert len(sent(case, sandbox)) <= clean.requests + 1 + repeated


@points(cells.HANG)
async def test_a_source_that_never_answers(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, case: Case, point: Point
) -> None:
    clean = await clean_run(case, sandbox)
    strike(sandbox, case, point, "hang")

    done = await work(case, sandbox, before_attempt=_impatient_at_first(monkeypatch))

    assert_same(done, clean)
    assert {type(error) for error in done.errors} <= {SourceUnavailable}
    assert done.errors or point.asks_again
    assert [request["status"] for request in sandbox.requests(case.source)].count(None) == 1


def _impatient_at_first(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Only the first attempt, so that a busy machine costs an attempt and not the test."""

    def set_timeouts(number: int) -> None:
        for variable in TIMEOUTS:
            monkeypatch.setenv(variable, SHORT if number == 1 else LONG)

    return set_timeouts


@points(cells.BROKEN)
async def test_an_answer_that_cannot_be_read(sandbox: Sandbox, case: Case, point: Point) -> None:
    clean = await clean_run(case, sandbox)
    strike(sandbox, case, point, point.broken)

    done = await work(case, sandbox)

    assert_same(done, clean)
    assert len(done.errors) == (not point.asks_again)
    expected = BadSourceReply if point.broken == "garbage" else SourceUnavailable
    assert all(isinstance(error, expected) for error in done.errors)


@cases(cells.CRASH)
async def test_a_crash_after_each_delivery(sandbox: Sandbox, case: Case) -> None:
    clean = await clean_run(case, sandbox)
    deliveries = len(clean.attempts[-1].stores)
    assert deliveries

    for number in range(1, deliveries + 1):
        done = await work(case, sandbox, dies_after=number)
        assert [type(error) for error in done.errors] == [Crash]
        assert_same(done, clean)


@cases(cells.CUT_OFF)
async def test_a_packed_answer_that_breaks_off(sandbox: Sandbox, case: Case) -> None:
    clean = await clean_run(case, sandbox)
    strike(sandbox, case, case.halfway, "cut_off")

    done = await work(case, sandbox)

    assert_same(done, clean)
    assert [type(error) for error in done.errors] == [BadSourceReply] * (not case.halfway.asks_again)


@cases(cells.ENCODING)
async def test_an_encoding_that_only_the_header_names(sandbox: Sandbox, case: Case) -> None:
    clean = await clean_run(case, sandbox)
    strike(sandbox, case, case.halfway, "recoded")

    done = await work(case, sandbox)

    assert_same(done, clean)
    assert done.errors == []


@cases(cells.WALL)
async def test_a_page_that_leads_to_a_consent_form(sandbox: Sandbox, case: Case) -> None:
    clean = await clean_run(case, sandbox)
    strike(sandbox, case, case.halfway, "wall")

    done = await work(case, sandbox)

    assert "partners" not in str(done.rows)
    if case.task_type == "web_monitor":
        assert ([type(error) for error in done.errors], done.rows) == ([NothingToRead], [])
        return
    changed = [row for row in done.rows if row not in clean.rows]
    assert {row[case.id] for row in done.rows} == {row[case.id] for row in clean.rows}
    assert [row["raw"] for row in changed] == [{"text_from": "feed"}]
    assert done.told()["kept_from_feed"] == 1


@cases(cells.UNDATED)
async def test_a_feed_without_dates(sandbox: Sandbox, case: Case) -> None:
    clean = await clean_run(case, sandbox)
    strike(sandbox, case, case.points[0], "undated")

    done = await work(case, sandbox)

    assert {row[case.id] for row in done.rows} == {row[case.id] for row in clean.rows}
    assert {(row["published"], row["raw"]["published_from"]) for row in done.rows} == {
        (NOW.isoformat().replace("+00:00", "Z"), "first_seen")
    }
    assert done.told()["undated"] == len(clean.rows)
