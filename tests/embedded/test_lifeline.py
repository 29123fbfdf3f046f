"""What a run of pytest shares ends with it, however it ends."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

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
