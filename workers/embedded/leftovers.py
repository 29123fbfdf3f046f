"""Ends what a stack that was killed the hard way left running, so that the next start finds its ports free."""

import json
import signal

import psutil

from workers.embedded.layout import DataDirectory


def end_leftovers(directory: DataDirectory) -> list[str]:
    """Stop the children named in the state file that are still the same processes. Returns their names."""
    ended = []
    for name, process in _still_running(directory):
        process.send_signal(signal.SIGINT if name == "postgres" else signal.SIGTERM)
        try:
            process.wait(10)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(5)
        ended.append(name)
    return ended


def _still_running(directory: DataDirectory) -> list[tuple[str, psutil.Process]]:
    try:
        state = json.loads(directory.state_file.read_text())
    except (OSError, ValueError):
        return []
    found = []
    for name, child in reversed(state.get("children", {}).items()):
        try:
            process = psutil.Process(child["pid"])
            # The pid may belong to somebody else by now: the start time tells.
            if abs(process.create_time() - child["started"]) < 1:
                found.append((name, process))
        except psutil.NoSuchProcess:
            continue
    return found
