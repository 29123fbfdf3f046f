"""The choice of tests for editing."""

import subprocess
import sys
from pathlib import Path

import pytest

_TESTS = """
import subprocess, sys
import pytest

@pytest.fixture
def servers(): pass

@pytest.fixture
def stack(servers): pass

def test_function(): pass

def test_over_a_database(stack): pass

@pytest.mark.processes
def test_program(): subprocess.run([sys.executable, "-c", ""], check=True)

def test_program_without_a_mark(): subprocess.run([sys.executable, "-c", ""], check=True)
"""


@pytest.fixture
def some_tests(tmp_path: Path) -> Path:
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = processes: starts processes\n")
    (tmp_path / "test_some.py").write_text(_TESTS)
    return tmp_path


@pytest.mark.processes
def test_what_needs_servers_or_processes_is_left_out_and_must_say_so(some_tests: Path) -> None:
    everything, chosen = (_run(some_tests, *options) for options in ((), ("--while-editing",)))
    for said in (everything, chosen):
        assert "It starts a process: mark it `processes`" in said
        assert "test_program_without_a_mark" in said
    assert "4 passed, 1 error" in everything
    assert "2 passed, 2 deselected, 1 error" in chosen


def _run(directory: Path, *options: str) -> str:
    command = [sys.executable, "-m", "pytest", "-p", "tests.lanes.editing", "-p", "no:cacheprovider", *options]
    command += ["--rootdir", str(directory), "-c", str(directory / "pytest.ini"), str(directory)]
    return subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True).stdout
