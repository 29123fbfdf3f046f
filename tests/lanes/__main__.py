"""`python -m tests.lanes [fast]`: runs the lanes, then says what failed, what was slow, and what it cost."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.lanes import order
from tests.lanes.cpu import adopt_orphans, cpu_seconds, ended, reap_orphans
from tests.lanes.lanes import Command, Lane, all_lanes, editing_lanes
from tests.lanes.report import VARIABLE
from tests.support import lifeline

_SLOWEST = 10
_REAP_SECONDS = 2.0


@dataclass
class Run:
    """What happened so far."""

    directory: Path
    failed: list[str] = field(default_factory=list)
    outcomes: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    again: dict[str, str] = field(default_factory=dict)
    #: Processes that are waited for by who started them.
    _own: set[int] = field(default_factory=set)

    def step(self, lanes: Sequence[Lane]) -> None:
        """Run lanes side by side, to the end of all of them, over the same Postgres and Temporal."""
        try:
            with lifeline.led(Path(tempfile.mkdtemp(prefix="run-", dir=self.directory))) as environment:
                self._run_all(lanes, {**_environment(), **environment})
        except AssertionError as error:
            self.failed.append(str(error))
        reap_orphans(())

    def _run_all(self, lanes: Sequence[Lane], environment: Mapping[str, str]) -> None:
        threads = [
            threading.Thread(target=self._run, args=(lane, number, command, environment))
            for lane in lanes
            for number, command in enumerate(lane.commands)
        ]
        for thread in threads:
            thread.start()
        while left := [thread for thread in threads if thread.is_alive()]:
            # A zombie that nobody reaps looks like a process that does not end.
            reap_orphans(self._own)
            left[0].join(_REAP_SECONDS)

    def _run(self, lane: Lane, number: int, command: Command, environment: Mapping[str, str]) -> None:
        """Tests are watched as they go; what the checks say is shown when they are through."""
        file = self.directory / f"{lane.name}-{number}.json"
        environment = {**environment, VARIABLE: str(file)}
        began = time.monotonic()
        said = None if lane.tests else subprocess.PIPE
        with subprocess.Popen(command, env=environment, stdout=said, stderr=subprocess.STDOUT, text=True) as process:
            self._own.add(process.pid)
            output = process.stdout.read() if process.stdout else ""
            computed = ended(process)
        code = process.returncode
        if code and output:
            print(output, flush=True)
        took = time.monotonic() - began
        name = lane.name if lane.tests else f"{lane.name}: {Path(command[0]).name} {' '.join(command[1:])}"
        how = "passed" if code == 0 else f"FAILED ({code})"
        print(f"[{name}] {how} in {took:.0f} s, {computed:.0f} s of CPU", flush=True)
        if code:
            self.failed.append(name)
        if file.exists():
            self._add(json.loads(file.read_text()))

    def _add(self, found: dict[str, dict[str, object]]) -> None:
        self.outcomes.update({name: str(outcome) for name, outcome in found["outcomes"].items()})
        self.seconds.update({name: float(str(seconds)) for name, seconds in found["seconds"].items()})
        self.again.update({name: str(why) for name, why in found["again"].items()})

    def summary(self, wall: float) -> None:
        """Failures, second tries, the slowest, the cost; last the line that machines read."""
        for name, outcome in self.outcomes.items():
            if outcome == "failed":
                print(f"FAILED {name}")
        for name, why in self.again.items():
            print(f"NEEDED A SECOND TRY {name}\n    {why}")
        print(f"\nThe {_SLOWEST} slowest tests:")
        for name, seconds in Counter(self.seconds).most_common(_SLOWEST):
            print(f"{seconds:8.1f} s  {name}")
        print(f"\n{cpu_seconds() / 60:.1f} CPU-minutes (user and system, all processes), {wall / 60:.1f} minutes")
        counts = Counter(self.outcomes.values())
        if self.failed:
            print(f"failed: {', '.join(self.failed)}")
        print(f"{counts['passed']} passed, {counts['failed']} failed" + _skipped(counts["skipped"]))

    def remember(self) -> None:
        """Keep how long each file took, for the order of the next run."""
        files: defaultdict[str, float] = defaultdict(float)
        for name, seconds in self.seconds.items():
            files[name.partition("::")[0]] += seconds
        rounded = {file: round(seconds) for file, seconds in sorted(files.items()) if seconds >= 1}
        order.DURATIONS.write_text(json.dumps(rounded, indent=1) + "\n")


def _environment() -> dict[str, str]:
    """Ours, but what was compiled is kept: a run starts hundreds of interpreters, and each would do it again."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _skipped(count: int) -> str:
    return f", {count} skipped" if count else ""


def main(words: Sequence[str]) -> int:
    """Exit code 1 if anything failed. Later lanes run all the same: one run shows all that is wrong."""
    adopt_orphans()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="clawdbot-lanes-") as directory:
        run = Run(Path(directory))
        for lanes in editing_lanes() if "fast" in words else all_lanes():
            run.step(lanes)
        run.summary(time.monotonic() - began)
        if "remember" in words:
            run.remember()
    return 1 if run.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
