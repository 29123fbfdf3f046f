"""A plugin of pytest: writes what became of the tests of a lane, for the summary of the whole run."""

import json
import os
from collections import Counter, defaultdict
from pathlib import Path

import pytest

#: The environment variable that names the file.
VARIABLE = "CLAWDBOT_LANE_REPORT"


class LaneReport:
    """Collects on the process that leads the lane."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._outcomes: dict[str, str] = {}
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._again: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Once per phase. A test has failed if one of its phases has."""
        self._seconds[report.nodeid] += report.duration
        outcome = str(report.outcome)
        if outcome == "rerun":
            self._again[report.nodeid] += 1
            self._outcomes.pop(report.nodeid, None)
        elif outcome != "passed" or report.when == "call":
            self._outcomes[report.nodeid] = outcome if self._outcomes.get(report.nodeid) != "failed" else "failed"

    def pytest_sessionfinish(self) -> None:
        found = {
            "outcomes": self._outcomes,
            "seconds": {name: round(seconds, 2) for name, seconds in self._seconds.items()},
            "again": dict(self._again),
        }
        self._file.write_text(json.dumps(found))


def pytest_configure(config: pytest.Config) -> None:
    """Only the process that leads, and only if somebody wants to know."""
    if (file := os.environ.get(VARIABLE)) and not hasattr(config, "workerinput"):
        config.pluginmanager.register(LaneReport(Path(file)))
