"""The table at the end of a run says what the tests said."""

from typing import Literal

import pytest

from tests.faults.cells import CLEAN, HANG, KILL, TYPES
from tests.faults.report import lines_of, outcomes_of

Outcome = Literal["passed", "failed", "skipped"]


def report(outcome: Outcome, *cell: str) -> pytest.TestReport:
    properties: list[tuple[str, object]] = [("fault_cell", ": ".join(cell))] if cell else []
    return pytest.TestReport("a test", ("a.py", 1, "a"), {}, outcome, None, "call", user_properties=properties)


def test_a_cell_is_good_only_if_all_of_its_tests_are() -> None:
    first, second = ("reddit_crawl", CLEAN), ("web_monitor", HANG)
    reports = [report("passed", *first), report("failed", *first), report("passed", *first), report("passed", *second)]
    assert outcomes_of([*reports, report("failed")]) == {first: "FAIL", second: "ok"}
    assert outcomes_of([report("skipped", *second)]) == {second: "FAIL"}


def test_a_run_without_any_of_them_prints_nothing() -> None:
    assert outcomes_of([report("passed"), report("failed")]) == {}


def test_every_cell_says_something() -> None:
    head, *rows = list(lines_of({("reddit_crawl", CLEAN): "ok", ("api_update", KILL): "FAIL"}))[: len(TYPES) + 1]
    assert [row.split()[0] for row in rows] == list(TYPES)
    assert head.split()[:2] == ["clean", "empty"]
    assert len({len(line) for line in (head, *rows)}) == 1
    said = {row.split()[0]: row for row in rows}
    assert said["reddit_crawl"].split()[1:4] == ["ok", "not", "run"]
    assert said["api_update"].endswith("FAIL")
    assert said["web_monitor"].count("n/a") == 2
