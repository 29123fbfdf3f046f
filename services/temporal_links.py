"""Addresses in the Temporal Web UI, of whatever of ours is seen there, too. All of them are made here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from contracts import names
from contracts.settings import ServerSettings
from contracts.task_types import OPENING


@dataclass(frozen=True)
class WebUi:
    """The Temporal Web UI. Where nobody said at which address it is, every address is empty, and there are no lists."""

    #: The address of our namespace there.
    namespace: str

    @classmethod
    def of(cls, settings: ServerSettings) -> "WebUi":
        base = settings.temporal_ui_url.rstrip("/")
        return cls(
            f"{base}/namespaces/{_one_part(settings.temporal_namespace)}"
            if base.startswith(("http://", "https://"))
            else ""
        )

    def workflow(self, workflow_id: str) -> str:
        return self._page("workflows", workflow_id)

    def schedule(self, temporal_id: str) -> str:
        return self._page("schedules", temporal_id)

    def queues(self, queues: Iterable[str]) -> dict[str, str]:
        """Addresses by the name of the task queue."""
        return {name: self._page("task-queues", name) for name in queues if self.namespace}

    def queues_of(self, task: Mapping[Any, Any]) -> dict[str, str]:
        """Where its attempts wait; of a session that it holds open, the queue of the steps that run in it."""
        session = task["session_id"]
        own = names.session_queue(session) if session else task.get("queue") or task["capability"]
        return self.queues([own, *([names.session_queue(task["id"])] if task["type"] in OPENING else [])])

    def lists_like(self, task: Mapping[Any, Any]) -> dict[str, str]:
        """Lists of tasks that share something with this one, by what they share."""
        shared = {
            "same type": {names.SA_TASK_TYPE: task["type"]},
            "same ticker": {names.SA_TICKER: task["ticker"]},
            "same type and ticker": {names.SA_TASK_TYPE: task["type"], names.SA_TICKER: task["ticker"]},
            "same creator": {names.SA_CREATED_BY: task["created_by"]},
        }
        return {
            what: f"{self.namespace}/workflows?query={_one_part(_query(values))}"
            for what, values in shared.items()
            if self.namespace and all(values.values())
        }

    def _page(self, kind: str, id_: str) -> str:
        return f"{self.namespace}/{kind}/{_one_part(id_)}" if self.namespace else ""


def _one_part(text: str) -> str:
    """As one part of an address, whatever stands in it: ids may be chosen by people."""
    return quote(text, safe="")


def _query(values: Mapping[str, str]) -> str:
    """In the language of Temporal's lists (docs/operations.md)."""
    return " AND ".join(f"{name} = {_literal(value)}" for name, value in values.items())


def _literal(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
