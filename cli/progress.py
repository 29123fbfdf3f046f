"""How far a task is, in words; what workers report is read with care."""

from dataclasses import dataclass, field

from pydantic import ValidationError

from cli.text import one_line
from contracts.statuses import TaskStatus
from contracts.views import TaskView
from contracts.work import Progress


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
    """What the worker said last; a task that succeeded is at 100 whatever it said."""
    report = read_progress(task.progress)
    if task.status is TaskStatus.SUCCEEDED:
        return Report(100, "", report.counters)
    return report


def read_progress(progress: object) -> Report:
    """Nothing at all when it is not a progress."""
    try:
        known = Progress.model_validate(progress or {})
    except ValidationError:
        return Report()
    return Report(known.percent, known.step or "", known.counters)
