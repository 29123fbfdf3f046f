"""`make week`: a month of the agent in some minutes, and other worlds; writes docs/agent-month.md and its chart."""

import asyncio
import sys
import tempfile
from pathlib import Path

from benchmarks.week.checks import check_goal
from benchmarks.week.clock import postgres
from benchmarks.week.report import write
from benchmarks.week.running import Week, run
from benchmarks.week.world import World, month, small_world

_DOCS = Path(__file__).parents[2] / "docs"
#: What holds in one world may do so by chance.
_WORLDS = 5


def main() -> int:
    week = _lived(month(), days=True)
    others = [_lived(small_world(seed)) for seed in range(1, _WORLDS + 1)]
    write(week, others, _DOCS)
    checks = [*check_goal(week.world, week.compared), *week.checks]
    for check in checks:
        _say(f"{'ok  ' if check.holds else 'NOT '} {check.name}: {check.figure}")
    return 0 if all(check.holds for check in checks) else 1


def _lived(world: World, *, days: bool = False) -> Week:
    with tempfile.TemporaryDirectory() as directory, postgres(Path(directory)) as url:
        week = asyncio.run(run(url, world, _say if days else lambda _: None))
    fresh, cron = week.compared.total("agent"), week.compared.total("cron")
    _say(f"World {world.seed}: {fresh.share:.1%} fresh by {fresh.runs:,} runs, cron by {cron.runs:,}")
    return week


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
