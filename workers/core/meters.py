"""Metrics of core for Prometheus: its own work, and the state of outbox, mirror, tasks and workers."""

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector

from db.metrics.gauges import Seen


class Meters:
    """One set per process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._sent = Counter(
            "clawdbot_core_commands", "Commands sent to Temporal", ["command", "outcome"], registry=self.registry
        )
        self._reconciled = Counter("clawdbot_core_reconciled", "Rows compared with Temporal", registry=self.registry)
        self._mended = Counter("clawdbot_core_mended", "Rows that differed from Temporal", registry=self.registry)
        self._outbox = self._gauge("clawdbot_outbox_commands", "Commands that Temporal has not taken")
        self._outbox_age = self._gauge("clawdbot_outbox_oldest_seconds", "Age of the oldest of them")
        self._mirror_late = self._gauge(
            "clawdbot_mirror_overdue_seconds", "How long the row that waits longest for its comparison is overdue"
        )
        self._counted = self._gauge("clawdbot_metrics_counted_until_seconds", "Unix time that the roll-ups know of")
        self._open = self._gauge("clawdbot_tasks_open", "Tasks that are not over", "status")
        self._today = self._gauge("clawdbot_tasks_ended_today", "Tasks that ended since midnight UTC", "status")
        self._chat_given_up = self._gauge(
            "clawdbot_chat_given_up", "Messages about tasks that the chat bot gave up within a day"
        )
        self._workers = self._gauge("clawdbot_workers", "Workers by state", "state")

    def sent(self, command: str) -> None:
        self._sent.labels(command, "sent").inc()

    def refused(self, command: str) -> None:
        """Temporal did not take it; it is tried again, or there is nothing left to do."""
        self._sent.labels(command, "refused").inc()

    def reconciled(self) -> None:
        self._reconciled.inc()

    def mended(self) -> None:
        self._mended.inc()

    def saw(self, seen: Seen) -> None:
        """Replace all that comes from Postgres."""
        self._outbox.set(seen.outbox)
        self._outbox_age.set(seen.outbox_oldest_seconds)
        self._mirror_late.set(seen.mirror_overdue_seconds)
        self._counted.set(seen.counted_until)
        self._chat_given_up.set(seen.chat_given_up)
        for gauge, values in (
            (self._open, seen.open_tasks),
            (self._today, seen.ended_today),
            (self._workers, seen.workers),
        ):
            gauge.clear()
            for label, value in values.items():
                gauge.labels(label).set(value)

    def _gauge(self, name: str, help_: str, *labels: str) -> Gauge:
        return Gauge(name, help_, labels, registry=self.registry)
