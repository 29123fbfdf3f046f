"""How far a task is, in words; what workers report is read with care."""

from dataclasses import dataclass, field

from pydantic import ValidationError

from cli.text import one_line
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.views import TaskView
from contracts.tasks.work import Progress


@dataclass(frozen=True)
class Report:
    """The last progress of a task."""

    percent: float | None = None
    step: str = ""
    counters: dict[str, int] = field(default_factory=dict)

    @property
    def short(self) -> str:
        return "" if self.percent is None else f"{self.percent:.0f} %"

    @property
    def details(self) -> str:
        """Step and counters, e.g. ``r/stocks page 3, posts collected 120``."""
        counted = [f"{name.replace('_', ' ')} {value:,}" for name, value in self.counters.items()]
        return one_line(", ".join([self.step, *counted] if self.step else counted))


def progress_of(task: TaskView) -> Report:
    """What the worker said last; of a task that succeeded, the counts of its result, which are the final ones."""
    report = read_progress(task.progress)
    if task.status is not TaskStatus.SUCCEEDED:
        return report
    final = {name: each for name, each in (task.result or {}).items() if isinstance(each, int)}
    return Report(100, "", {name: final.get(name, counted) for name, counted in report.counters.items()})


def read_progress(progress: object) -> Report:
    """Nothing at all when it is not a progress."""
    try:
        known = Progress.model_validate(progress or {})
    except ValidationError:
        return Report()
    return Report(known.percent, known.step or "", known.counters)
