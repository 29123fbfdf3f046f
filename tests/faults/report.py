"""Prints what became of every cell of the table of faults, after runs that tried any of them."""

from collections.abc import Iterable, Iterator

import pytest

from tests.faults.cells import FAULTS, NOT_APPLICABLE, TYPES

_PROPERTY = "fault_cell"
OK, FAILED, NOT_RUN, SENSELESS = "ok", "FAIL", "not run", "n/a"
Cell = tuple[str, str]


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", "cell(task_type, fault): the cell of the table of faults that the test fills")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Reports know nothing of markers, but they carry properties."""
    for item in items:
        item.user_properties += [(_PROPERTY, ": ".join(marker.args)) for marker in item.iter_markers("cell")]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table, below everything else that is summarised."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    outcomes = outcomes_of(report for report in reports if isinstance(report, pytest.TestReport))
    if outcomes:
        terminalreporter.section("task types and faults")
        for line in lines_of(outcomes):
            terminalreporter.write_line(line)


def outcomes_of(reports: Iterable[pytest.TestReport]) -> dict[Cell, str]:
    """Of the cells that were tried: ok if every test of the cell passed in all its phases."""
    outcomes: dict[Cell, str] = {}
    for report in reports:
        for name, value in report.user_properties:
            if name == _PROPERTY:
                task_type, _, fault = str(value).partition(": ")
                good = report.passed and outcomes.get((task_type, fault), OK) == OK
                outcomes[task_type, fault] = OK if good else FAILED
    return outcomes


def lines_of(outcomes: dict[Cell, str]) -> Iterator[str]:
    """The table and what is to be said about it."""
    yield " ".join([f"{'':18}", *(f"{fault:>8}" for fault in FAULTS)])
    for task_type in TYPES:
        yield " ".join([f"{task_type:18}", *(f"{_cell(outcomes, task_type, fault):>8}" for fault in FAULTS)])
    yield "ok: the rows in the end are those of a clean run"
    yield from (f"{fault}: {meaning}" for fault, meaning in FAULTS.items())
    together: dict[tuple[str, str], list[str]] = {}
    for (task_type, fault), reason in NOT_APPLICABLE.items():
        together.setdefault((fault, reason), []).append(task_type)
    yield from (f"n/a: {fault} for {', '.join(types)}: {reason}" for (fault, reason), types in together.items())


def _cell(outcomes: dict[Cell, str], task_type: str, fault: str) -> str:
    absent = SENSELESS if (task_type, fault) in NOT_APPLICABLE else NOT_RUN
    return outcomes.get((task_type, fault), absent)
