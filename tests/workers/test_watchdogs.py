"""A blocked event loop: the handler that blocks it is interrupted, and what cannot be had back begins anew."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

#: A handler that blocks and ignores being interrupted; the process may begin anew once.
HOPELESS = """
import asyncio, sys, time
from pathlib import Path
from workers.capability.running_attempts import in_handler
from workers.capability.watchdogs import HandlerBlocked, LoopWatch

async def main():
    begun = Path(sys.argv[1])
    begun.write_text(begun.read_text() + "begun ")
    if begun.read_text().count("begun") == 2:
        return
    LoopWatch(blocked=0.5, hopeless=2).start()
    await asyncio.sleep(0)  # a turn of the loop
    in_handler.set(True)
    while True:
        try:
            time.sleep(600)  # never over by itself
        except HandlerBlocked:
            begun.write_text(begun.read_text() + "interrupted ")

asyncio.run(main())
"""

#: Our own code blocks for a while; nobody may throw it out.
OURS = """
import asyncio, time
from workers.capability.watchdogs import LoopWatch

async def main():
    LoopWatch(blocked=0.5, hopeless=60).start()
    await asyncio.sleep(0)  # a turn of the loop
    time.sleep(2)  # for longer than a loop may be blocked

asyncio.run(main())
print("came to its end")
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return tmp_path / "script.py"


def run(script: Path, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    script.write_text(code)
    return subprocess.run(
        [sys.executable, str(script), *arguments],
        env={"PYTHONPATH": str(Path(__file__).parents[2])}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


@pytest.mark.processes
def test_what_cannot_be_had_back_begins_anew(script: Path, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    begun.write_text("")
    began = time.monotonic()
    done = run(script, HOPELESS, str(begun))
    assert done.returncode == 0, done.stderr
    words = begun.read_text().split()
    assert words.count("begun") == 2
    assert 1 <= words.count("interrupted") <= 4
    assert "time.sleep(600)" in done.stderr
    assert "starting anew" in done.stderr
    print(f"begun anew after {time.monotonic() - began:.1f} s")


@pytest.mark.processes
def test_our_own_code_is_not_interrupted(script: Path) -> None:
    done = run(script, OURS)
    assert done.returncode == 0, done.stderr
    assert "came to its end" in done.stdout
    assert "nothing else has run on this worker" in done.stderr
