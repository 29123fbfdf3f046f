"""`clawdbot plans watch`: one line of progress for the whole plan, until it is over."""

import time
from collections.abc import Callable
from uuid import UUID

import typer

from cli.api_client import ApiClient
from cli.errors import CliError, ExitCode, NotFound, Refused, Unreachable
from cli.output import complain, say, screen
from cli.plans.table import progress_line
from contracts.plans.statuses import PlanStatus
from contracts.plans.views import PlanDetailView

#: What happens this soon after the last look is seen with the next.
_PACE_SECONDS = 0.5
_AGAIN_SECONDS = 1.0
#: Without an answer for this long, watching ends.
_PATIENCE_SECONDS = 120.0


def watch(api: ApiClient, plan_id: UUID, *, quiet: bool = False) -> PlanDetailView:
    """Follow a plan until it is over; how it stands then. ``quiet``: for a program, with what was submitted."""
    console = screen()
    try:
        if console.is_terminal and not quiet:
            with console.status("…") as line:
                return _follow(api, plan_id, lambda plan: line.update(progress_line(plan)))
        if quiet:
            _follow(api, plan_id, lambda _: None)
            return api.get(f"/plans/{plan_id}", PlanDetailView)
        return _follow(api, plan_id, lambda plan: say(progress_line(plan)))
    except KeyboardInterrupt:
        complain("Stopped watching; the plan goes on.")
        raise typer.Exit(130) from None


def exit_code_of(plan: PlanDetailView) -> ExitCode:
    return ExitCode.FINE if plan.status is PlanStatus.SUCCEEDED else ExitCode.TASK_FAILED


def _follow(api: ApiClient, plan_id: UUID, show: Callable[[PlanDetailView], None]) -> PlanDetailView:
    seen = _Seen(api, plan_id, show)
    while not seen.look():
        try:
            # Opened before the next look, so that nothing falls in between.
            with api.stream([plan_id], None) as events:
                if seen.look():
                    break
                for _ in events:
                    time.sleep(_PACE_SECONDS)
                    if seen.look():
                        break
        except (Refused, NotFound):
            raise
        except CliError:
            time.sleep(_AGAIN_SECONDS)
    return seen.last


class _Seen:
    """A plan as it was last looked at."""

    def __init__(self, api: ApiClient, plan_id: UUID, show: Callable[[PlanDetailView], None]) -> None:
        self._api = api
        self._plan_id = plan_id
        self._show = show
        self._line = ""
        self._answered = time.monotonic()
        self.last: PlanDetailView

    def look(self) -> bool:
        """Whether it is over."""
        try:
            self.last = self._api.get(f"/plans/{self._plan_id}", PlanDetailView, document=False)
        except Unreachable:
            if time.monotonic() - self._answered > _PATIENCE_SECONDS:
                raise
            time.sleep(_AGAIN_SECONDS)
            return False
        self._answered = time.monotonic()
        line = progress_line(self.last)
        # How it ended is said by whoever asked for it to be followed.
        if line != self._line and self.last.status is PlanStatus.RUNNING:
            self._show(self.last)
        self._line = line
        return self.last.status is not PlanStatus.RUNNING
