"""One worker with a task of every type is killed while each is halfway; another one ends them all."""

import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from psycopg import sql

from contracts.records.rows import RecordKind
from db.records.tables import table_of
from tests.faults.case import Case, Where
from tests.sandbox_server import Sandbox
from tests.stack.harness import Api, RunningStack, Task, eventually

#: What these tasks store is deleted between the two runs, and the posts that the models read are not.
TICKER, MATERIAL_TICKER = "AAPL", "PLTR"
#: Which structure a type asks the model for: the three types share one provider.
STRUCTURES = {"ai_sentiment": "Scores", "ai_summary": "Summary", "llm_task": "Entities"}
#: Differs from task to task, or says when something was done.
OWN = frozenset(
    {"task_id", "attempt", "fetched_at", "taken_at", "request_id", "analysis_id", "duration_ms", "response"}
)
QUICK = {"initial_seconds": 0.2, "backoff": 1, "max_seconds": 0.2}
#: Seconds; a worker sends its newest checkpoint half a second after the heartbeat before, at the latest.
BETWEEN_BEATS = 2.0
Row = dict[str, Any]


@dataclass
class Ended:
    """A task that is over, its rows, and how many requests it took since it was last looked at."""

    task: Task
    rows: list[Row]
    requests: int

    @property
    def result(self) -> Row:
        """Without what differs from run to run."""
        incidental = {*OWN, "requests", "new", "duplicates", "cost"}
        return {name: value for name, value in (self.task["result"] or {}).items() if name not in incidental}


@dataclass
class Killing:
    """The stage, and what happened on it, by task type."""

    stack: RunningStack
    sandbox: Sandbox
    cases: Sequence[Case]
    today: date
    clean: dict[str, Ended] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    #: Rows that were stored when the worker died; a type is missing if it was not halfway by then.
    halfway: dict[str, int] = field(default_factory=dict)
    ended: dict[str, Ended] = field(default_factory=dict)
    second: str = ""

    @property
    def api(self) -> Api:
        return self.stack.api

    def play(self) -> None:
        """The clean runs one by one, then all tasks at once, with a death in the middle."""
        types, environment = [case.task_type for case in self.cases], self._environment()
        with self.stack.worker(*types, concurrency=len(types), environment=environment):
            self._crawl_material()
            for case in self.cases:
                self._run_clean(case)
        self._forget()
        with self.stack.worker(*types, concurrency=len(types), environment=environment) as first:
            self._bring_halfway()
            self._await_checkpoints()
            first.kill()
        self.sandbox.http.delete("/_control/faults").raise_for_status()
        before = {case.task_type: self._begun(case) for case in self.cases}
        with self.stack.worker(*types, concurrency=len(types), environment=environment) as second:
            self.second = second.name
            for case in self.cases:
                self._await_end(case, before[case.task_type])

    def _environment(self) -> dict[str, str]:
        own = [case.environment for case in self.cases if case.environment]
        return {**self.sandbox.environment(), **own[0]}

    def _crawl_material(self) -> None:
        case = next(case for case in self.cases if case.task_type == "twitter_crawl")
        params = case.params(Where(self.sandbox.url, self.today, MATERIAL_TICKER))
        self.api.wait_for(self.api.submit("twitter_crawl", params), "succeeded", seconds=60)

    def _run_clean(self, case: Case) -> None:
        before = self._begun(case)
        task = self.api.wait_for(self.api.submit(case.task_type, self._params(case)), seconds=60)
        self.clean[case.task_type] = Ended(task, self._rows(case.kind, task["id"]), self._asked(case, before))

    def _forget(self) -> None:
        for case in self.cases:
            delete = sql.SQL("DELETE FROM {} WHERE task_id = %s").format(sql.Identifier(table_of(case.kind).name))
            self.stack.execute(delete, self.clean[case.task_type].task["id"])

    def _bring_halfway(self) -> None:
        """Those that ask a model one by one, as their requests look alike; then the others, which wait 15 s at most."""
        models = [case for case in self.cases if case.task_type in STRUCTURES]
        for together in (*([case] for case in models), [case for case in self.cases if case not in models]):
            sent = {case.task_type: len(self._sent(case)) for case in together}
            for case in together:
                self._submit_and_hold(case)
            for case in together:
                with contextlib.suppress(AssertionError):
                    self._await_hold(case, sent[case.task_type] + case.halfway.after)
        for case in self.cases:
            if case.task_type in self.halfway:
                self.halfway[case.task_type] = len(self._rows(case.kind, self.ids[case.task_type]))

    def _await_checkpoints(self) -> None:
        """A checkpoint goes out with the next heartbeat, so wait until none has come for longer than that takes."""
        seen, since = self._cursors(), time.monotonic()

        def have_come() -> bool:
            nonlocal seen, since
            now = self._cursors()
            if now != seen:
                seen, since = now, time.monotonic()
            return time.monotonic() - since > BETWEEN_BEATS

        # The requests are held for 15 s.
        eventually(have_come, 10, "every checkpoint has come")

    def _cursors(self) -> list[Row]:
        query = "SELECT id, cursor FROM tasks WHERE id = ANY(%s::uuid[]) ORDER BY id"
        return self.stack.rows(query, list(self.ids.values()))

    def _submit_and_hold(self, case: Case) -> None:
        point = case.halfway
        self.sandbox.fault(case.source, "hang", path_contains=point.path, after=point.after, times=1)
        self.ids[case.task_type] = self.api.submit(case.task_type, self._params(case), retry=QUICK)

    def _await_hold(self, case: Case, number: int) -> None:
        def is_held() -> bool:
            sent = self._sent(case)
            return len(sent) > number and sent[number]["status"] is None

        eventually(is_held, 30, f"{case.task_type} is halfway")
        self.halfway[case.task_type] = 0

    def _await_end(self, case: Case, before: int) -> None:
        id_ = self.ids[case.task_type]
        with contextlib.suppress(AssertionError):
            self.api.wait_for(id_, seconds=60)
        requests = self._asked(case, before)
        self.ended[case.task_type] = Ended(self.api.task(id_), self._rows(case.kind, id_), requests)

    def _params(self, case: Case) -> dict[str, Any]:
        ticker = MATERIAL_TICKER if case.material else TICKER
        return case.params(Where(self.sandbox.url, self.today, ticker))

    def _sent(self, case: Case) -> list[dict[str, Any]]:
        """The requests to the path at which the task is held."""
        return [request for request in self.sandbox.requests(case.source) if case.halfway.path in request["path"]]

    def _begun(self, case: Case) -> int:
        """How many were begun. The one that is held may be noted as over long after its worker died."""
        return len(self._sent(case)) if case.task_type not in STRUCTURES else len(self.sandbox.prompts())

    def _asked(self, case: Case, before: int) -> int:
        """How many of those that were begun since were answered for tasks of this type."""
        structure = STRUCTURES.get(case.task_type)
        if structure is None:
            return sum(request["status"] is not None for request in self._sent(case)[before:])
        asked = (body["response_format"]["json_schema"]["name"] for body in self.sandbox.prompts()[before:])
        return sum(name == structure for name in asked)

    def _rows(self, kind: RecordKind, task_id: str) -> list[Row]:
        """What the API shows of a task's rows, all pages of it."""
        found: list[Row] = []
        query: dict[str, Any] = {"task_id": task_id, "limit": 200}
        while True:
            reply = self.api.http.get(f"/records/{kind}", params=query)
            assert reply.status_code == 200, reply.text
            page = reply.json()
            found += [_without_own(row) for row in page["records"]]
            if page["next"] is None:
                return sorted(found, key=repr)
            query["after"] = page["next"]


def _without_own(row: Row) -> Row:
    """The row without what differs from run to run: also the time of an article whose feed tells none."""
    undated = "first_seen" in (row.get("raw") or {}).values()
    return {name: value for name, value in row.items() if name not in OWN and not (undated and name == "published")}
