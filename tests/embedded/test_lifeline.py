"""What a run of pytest shares ends with it, however it ends."""

import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support import lifeline

pytestmark = pytest.mark.processes

HOLD = """
import fcntl, sys, time
file = open(sys.argv[1], "w")
fcntl.lockf(file, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""

WAIT = """
import sys
from pathlib import Path
from tests.support import lifeline
print("waits", flush=True)
lifeline.wait_for_the_end(Path(sys.argv[1]))
"""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_who_waits_for_the_end_hears_of_it(tmp_path: Path, how: signal.Signals) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path / "lifeline")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as leader:
        assert leader.stdout is not None
        assert leader.stdout.readline() == b"held\n"
        waiting = threading.Thread(target=lifeline.wait_for_the_end, args=[tmp_path], daemon=True)
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive()
        leader.send_signal(how)
        waiting.join(10)
        assert not waiting.is_alive()


def test_a_run_that_another_leads_outlives_who_takes_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taking_part: Any = SimpleNamespace(stash=pytest.Stash())
    command = [sys.executable, "-c", WAIT, str(tmp_path)]
    with lifeline.led(tmp_path) as variables:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        assert lifeline.run_directory(taking_part) == tmp_path
        waiting = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
        assert waiting.stdout is not None
        with waiting.stdout:
            assert waiting.stdout.readline() == b"waits\n"
        lifeline.hold(taking_part)
        lifeline.let_go(taking_part)
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(0.3)
    assert waiting.wait(30) == 0
