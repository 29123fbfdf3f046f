"""`make week`: a week of the agent in some minutes; writes docs/agent-week.md and its chart."""

import asyncio
import sys
import tempfile
from pathlib import Path

from benchmarks.week.clock import postgres
from benchmarks.week.report import write
from benchmarks.week.running import run
from benchmarks.week.world import World

_DOCS = Path(__file__).parents[2] / "docs"


def main() -> int:
    with tempfile.TemporaryDirectory() as directory, postgres(Path(directory)) as url:
        week = asyncio.run(run(url, World(), _say))
    write(week, _DOCS)
    for check in week.checks:
        _say(f"{'ok  ' if check.holds else 'NOT '} {check.name}: {check.figure}")
    return 0 if all(check.holds for check in week.checks) else 1


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
