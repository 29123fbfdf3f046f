"""The summary of a run: what counts as failed, and whose CPU time counts."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.lanes.lanes import all_lanes
from tests.lanes.report import LaneReport

#: A child ends at once, and its own child works on for a while.
_ORPHAN = """
import os, subprocess, sys
from tests.lanes.cpu import adopt_orphans, cpu_seconds
adopt_orphans()
before = cpu_seconds()
subprocess.run([sys.executable, "-c", sys.argv[1]], check=True)
os.wait()
print(cpu_seconds() - before)
"""
_FORKS = """
import os, time
if os.fork():
    os._exit(0)
while time.process_time() < 0.4:
    pass
"""


def phase(
    name: str, when: Literal["setup", "call", "teardown"], outcome: Any, said: str | None = None
) -> pytest.TestReport:
    # "rerun" is an outcome of pytest-rerunfailures only.
    return pytest.TestReport(name, (name, 0, name), {}, outcome, said, when, duration=0.5)


def test_a_test_failed_if_one_of_its_phases_did(tmp_path: Path) -> None:
    report = LaneReport(tmp_path / "report.json")
    for one in (
        phase("good", "setup", "passed"),
        phase("good", "call", "passed"),
        phase("good", "teardown", "passed"),
        phase("no fixture", "setup", "failed"),
        phase("left something", "call", "passed"),
        phase("left something", "teardown", "failed"),
        phase("at the second try", "call", "rerun", "E   assert\n 1 == 2"),
        phase("at the second try", "call", "passed"),
        phase("never", "setup", "skipped"),
    ):
        report.pytest_runtest_logreport(one)
    report.pytest_sessionfinish()
    found = json.loads((tmp_path / "report.json").read_text())
    assert found["outcomes"] == {
        "good": "passed",
        "no fixture": "failed",
        "left something": "failed",
        "at the second try": "passed",
        "never": "skipped",
    }
    assert found["again"] == {"at the second try": "E assert 1 == 2"}
    assert found["seconds"]["good"] == 1.5


def test_promised_times_have_the_machine_to_themselves() -> None:
    assert [lane.name for lane in all_lanes()[-1]] == ["alone"]


@pytest.mark.processes
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands orphans to a grandparent")
def test_orphans_count() -> None:
    command = [sys.executable, "-c", _ORPHAN, _FORKS]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert float(done.stdout) > 0.4
