"""Counts calls for Prometheus: by worker and method, never by task, so that the series stay few."""

from contextlib import AbstractContextManager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from db.tasks.mirror import AttemptSeen
from runtime.refused import Reason

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
#: Stands for callers and methods that an attacker could make up.
OTHER = "other"


class Meters:
    """One set per process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._calls = Counter(
            "clawdbot_gateway_calls", "Calls that ended", ["worker", "method", "code"], registry=self.registry
        )
        self._refused = Counter(
            "clawdbot_gateway_refused", "Calls that we refused", ["worker", "reason"], registry=self.registry
        )
        self._polls = Gauge("clawdbot_gateway_open_polls", "Polls that are open", ["worker"], registry=self.registry)
        self._tasks = Counter(
            "clawdbot_gateway_tasks_handed_out", "Attempts handed out", ["worker"], registry=self.registry
        )
        self._lookups = Counter(
            "clawdbot_gateway_key_lookups", "Keys that were looked up in Postgres", registry=self.registry
        )
        self._seconds = Histogram(
            "clawdbot_gateway_call_seconds",
            "Time that a call took, Temporal's part included; without polls, which wait",
            ["method"],
            buckets=_SECONDS,
            registry=self.registry,
        )

    def looked_up(self) -> None:
        """A key that we did not know was looked up in Postgres."""
        self._lookups.inc()

    def ended(self, worker: str, method: str, code: str, seconds: float | None) -> None:
        """A call ended; no ``seconds`` for one that waits on purpose."""
        self._calls.labels(worker, method, code).inc()
        if seconds is not None:
            self._seconds.labels(method).observe(seconds)

    def refused(self, worker: str, reason: Reason) -> None:
        self._refused.labels(worker, reason.value).inc()

    def handed_out(self, seen: AttemptSeen) -> None:
        """A worker was given an attempt."""
        self._tasks.labels(seen.worker_name or OTHER).inc()

    def open_poll(self, worker: str) -> AbstractContextManager[object]:
        """A poll is open for the length of the block."""
        return self._polls.labels(worker).track_inprogress()
