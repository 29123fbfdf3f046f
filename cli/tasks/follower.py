"""Follows tasks: reads the live stream, goes on where it broke, asks again and again where there is none.

Knows nothing of terminals; a `View` is told what happened.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import ValidationError

from cli.api_client import ApiClient, EventsAnswer
from cli.errors import CliError, NotFound, Refused, Unreachable
from cli.sse import ServerSentEvent
from cli.tasks.plain_view import View
from contracts.tasks.statuses import OPEN, TERMINAL
from contracts.tasks.views import EventView, TaskDetailView, TaskPage

#: Waits before connecting again; the last one repeats and is also the pace of asking where no stream works.
_WAITS = (0.0, 0.5, 1.0, 2.0)
#: Without an answer for this long, watching ends.
_PATIENCE_SECONDS = 120.0
_PAGE = 200
#: Readings of a task until its state and its events agree.
_READS = 3


@dataclass
class Followed:
    """A task and how much of its history was told."""

    detail: TaskDetailView
    told: int

    @property
    def newest(self) -> int:
        """The last event that `detail` knows of."""
        return self.detail.events[-1].id if self.detail.events else 0

    @property
    def is_over(self) -> bool:
        """It ended, and everything up to there was told."""
        return self.detail.status in TERMINAL and self.told >= self.newest


class Follower:
    """One watch. ``ids`` None: every task, also those to come; then it never ends by itself."""

    def __init__(self, api: ApiClient, view: View, ids: Sequence[UUID] | None) -> None:
        self._api = api
        self._view = view
        self._ids = ids
        self._tasks: dict[UUID, Followed] = {}
        self._cursor = 0
        self._failures = 0
        self._last_answer = time.monotonic()

    def run(self) -> list[TaskDetailView]:
        """The final state of the tasks.

        Raises:
            CliError: refused, a task is gone, or the API stays away for too long.
        """
        self._load()
        while not self._all_over():
            try:
                self._stream()
            except Refused:
                raise
            except CliError:
                self._view.notice("The live connection is lost, asking again …")
            if not self._all_over():
                self._pause()
                self._catch_up_patiently()
        tasks = [each.detail for each in self._tasks.values()]
        self._view.finished(tasks)
        return tasks

    def _all_over(self) -> bool:
        return self._ids is not None and all(each.is_over for each in self._tasks.values())

    def _load(self) -> None:
        """The tasks as they are now. The stream goes on behind the oldest state that was loaded."""
        if self._ids is None:
            self._load_all()
        for id_ in self._ids or ():
            self._add(id_)
        self._view.loaded([each.detail for each in self._tasks.values()])
        if self._ids is not None:
            self._cursor = min((each.told for each in self._tasks.values() if not each.is_over), default=0)

    def _load_all(self) -> None:
        """The open tasks, and the latest event of all, read first so that nothing falls in between."""
        latest = self._api.get("/tasks", TaskPage, sort="-updated_at", limit=1).tasks
        self._cursor = max((Followed(self._detail(task.id), 0).newest for task in latest), default=0)
        for id_ in self._open():
            self._add(id_)

    def _open(self) -> list[UUID]:
        """Open tasks that are not followed yet, oldest first."""
        found = self._api.get("/tasks", TaskPage, status=sorted(OPEN), limit=_PAGE)
        return [task.id for task in reversed(found.tasks) if task.id not in self._tasks]

    def _add(self, id_: UUID) -> Followed:
        detail = self._detail(id_)
        followed = self._tasks[id_] = Followed(detail, 0)
        followed.told = followed.newest
        return followed

    def _detail(self, id_: UUID) -> TaskDetailView:
        """A task whose state is as new as its events.

        The API reads the two one after the other, so a change in between can leave the state behind: the last
        event would then count as told, and nothing would ever say again that the task is over.
        """
        for _ in range(_READS):
            detail = self._api.get(f"/tasks/{id_}", TaskDetailView)
            if not detail.events or detail.events[-1].status is detail.status:
                break
        return detail

    def _stream(self) -> None:
        """Read events until the tasks are over or the connection ends."""
        with self._api.stream(self._ids or (), str(self._cursor) if self._cursor else None) as events:
            self._view.notice(None)
            for event in events:
                self._last_answer = time.monotonic()
                self._take(event)
                if not event.data and self._ids is not None:
                    self._refresh()
                if self._all_over():
                    return

    def _take(self, message: ServerSentEvent) -> None:
        if message.id.isdigit():
            self._cursor = int(message.id)
        if message.event == "resync":
            self._catch_up()
        elif message.event == "task" and message.data:
            self._failures = 0
            try:
                self._tell(EventView.model_validate_json(message.data))
            except ValidationError:
                raise Unreachable("The live stream sent something that cannot be read.") from None

    def _tell(self, event: EventView) -> None:
        if event.plan_id is not None:
            # It is about a plan, whose id is that of no task.
            return
        followed = self._tasks.get(event.task_id)
        if followed is None:
            if self._ids is not None or (followed := self._newcomer(event)) is None:
                return
        if event.id <= followed.told:
            return
        try:
            self._update(followed, event)
        except NotFound:
            self._gone(event.task_id)
        else:
            # Only now: an answer that failed leaves the event to be told again.
            followed.told = event.id
            self._view.happened(followed.detail, event)

    def _newcomer(self, event: EventView) -> Followed | None:
        """A task that the stream spoke of first; None when it is gone already."""
        try:
            followed = self._add(event.task_id)
        except NotFound:
            return None
        followed.told = event.id - 1
        return followed

    def _update(self, followed: Followed, event: EventView) -> None:
        """Bring the state up to the event, if it is not there yet."""
        if event.id <= followed.newest:
            return
        if event.type != "progress":
            followed.detail = self._detail(event.task_id)
            return
        told = {"progress": event.details, "status": event.status, "waiting_because": None}
        followed.detail = followed.detail.model_copy(update=told)

    def _refresh(self) -> None:
        """With each sign of life: the reasons for waiting change without an event, and no slip lasts for ever."""
        for id_, followed in self._tasks.items():
            if not followed.is_over:
                followed.detail = self._detail(id_)
                self._view.refreshed(followed.detail)
        self._catch_up()

    def _catch_up(self) -> None:
        """Ask for what the stream did not tell."""
        for id_ in self._open() if self._ids is None else ():
            self._add(id_).told = 0
        for id_, followed in list(self._tasks.items()):
            try:
                self._ask_for_events(id_, followed)
            except NotFound:
                self._gone(id_)
        self._last_answer = time.monotonic()

    def _ask_for_events(self, id_: UUID, followed: Followed) -> None:
        while not followed.is_over:
            query = {"after": followed.told, "limit": _PAGE}
            events = self._api.get(f"/tasks/{id_}/events", EventsAnswer, **query).events
            for event in events:
                self._tell(event)
            if len(events) < _PAGE:
                return

    def _gone(self, id_: UUID) -> None:
        """Somebody deleted a task. Its name on the command line makes that a failure."""
        if self._ids is not None:
            raise NotFound(f"Task {id_} was deleted while it was watched.")
        self._tasks.pop(id_, None)
        self._view.gone(id_)

    def _catch_up_patiently(self) -> None:
        try:
            self._catch_up()
        except Unreachable as error:
            if time.monotonic() - self._last_answer > _PATIENCE_SECONDS:
                raise
            self._view.notice(f"{error} Trying again …")

    def _pause(self) -> None:
        time.sleep(_WAITS[min(self._failures, len(_WAITS) - 1)])
        self._failures += 1
