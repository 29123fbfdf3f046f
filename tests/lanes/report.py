"""A plugin of pytest: writes what became of the tests of a lane, for the summary of the whole run."""

import json
import os
from collections import defaultdict
from pathlib import Path

import pytest

#: The environment variable that names the file.
VARIABLE = "CLAWDBOT_LANE_REPORT"
#: Characters kept of what a first try said.
_LENGTH = 400


class LaneReport:
    """Collects on the process that leads the lane."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._outcomes: dict[str, str] = {}
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._again: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Once per phase. A test has failed if one of its phases has."""
        self._seconds[report.nodeid] += report.duration
        outcome = str(report.outcome)
        if outcome == "rerun":
            self._again[report.nodeid] = _why(report)
            self._outcomes.pop(report.nodeid, None)
        elif outcome != "passed" or report.when == "call":
            self._outcomes[report.nodeid] = outcome if self._outcomes.get(report.nodeid) != "failed" else "failed"

    def pytest_sessionfinish(self) -> None:
        found = {
            "outcomes": self._outcomes,
            "seconds": {name: round(seconds, 2) for name, seconds in self._seconds.items()},
            "again": self._again,
        }
        self._file.write_text(json.dumps(found))


def _why(report: pytest.TestReport) -> str:
    """Where a try failed and how, in a line: a second one that goes well would leave nothing to mend it by."""
    crash = getattr(report.longrepr, "reprcrash", None)
    said = f"{crash.path}:{crash.lineno}: {crash.message}" if crash else report.longreprtext
    return " ".join(said.split())[:_LENGTH]


def pytest_configure(config: pytest.Config) -> None:
    """Only the process that leads, and only if somebody wants to know."""
    if (file := os.environ.get(VARIABLE)) and not hasattr(config, "workerinput"):
        config.pluginmanager.register(LaneReport(Path(file)))
