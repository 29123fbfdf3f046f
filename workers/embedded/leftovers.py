"""Ends what a stack that was killed the hard way left running, so that the next start finds its ports free."""

import contextlib
import json
import signal
import time

import psutil

from workers.embedded.layout import DataDirectory

_POLL_SECONDS = 0.05


def end_leftovers(directory: DataDirectory) -> list[str]:
    """Stop the children named in the state file that are still the same processes. Returns their names."""
    ended = []
    for name, process in _still_running(directory):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGINT if name == "postgres" else signal.SIGTERM)
            if not _is_gone_within(process, 10):
                process.kill()
                _is_gone_within(process, 5)
        ended.append(name)
    return ended


def _is_gone_within(process: psutil.Process, seconds: float) -> bool:
    """Whether it has ended. It may stay a zombie: in a container often nobody reaps what has lost its parent."""
    deadline = time.monotonic() + seconds
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def _still_running(directory: DataDirectory) -> list[tuple[str, psutil.Process]]:
    try:
        children = list(json.loads(directory.state_file.read_text())["children"].items())
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        # None, or damaged: then nothing is known of leftovers, and their ports are found to be in use.
        return []
    found = []
    for name, child in reversed(children):
        try:
            process = psutil.Process(child["pid"])
            # The pid may belong to somebody else by now: the start time tells.
            if abs(process.create_time() - child["started"]) < 1:
                found.append((name, process))
        except (psutil.Error, TypeError, KeyError, ValueError, OverflowError):
            continue
    return found
