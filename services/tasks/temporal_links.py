"""Addresses in the Temporal Web UI: of a task's workflow, and of lists of tasks that are like it."""

from collections.abc import Mapping
from urllib.parse import quote

from sqlalchemy import RowMapping

from contracts import names


def workflow_address(workflows: str, workflow_id: str) -> str:
    """``workflows``: the address of the namespace's list of workflows."""
    return f"{workflows}/{quote(workflow_id, safe='')}"


def lists_like(workflows: str, task: RowMapping) -> dict[str, str]:
    """Lists of tasks that share something with this one, by what they share."""
    shared = {
        "same type": {names.SA_TASK_TYPE: task["type"]},
        "same ticker": {names.SA_TICKER: task["ticker"]},
        "same type and ticker": {names.SA_TASK_TYPE: task["type"], names.SA_TICKER: task["ticker"]},
        "same creator": {names.SA_CREATED_BY: task["created_by"]},
    }
    return {
        what: f"{workflows}?query={quote(_query(values), safe='')}"
        for what, values in shared.items()
        if all(values.values())
    }


def _query(values: Mapping[str, str]) -> str:
    """In the language of Temporal's lists (docs/operations.md)."""
    return " AND ".join(f"{name} = {_literal(value)}" for name, value in values.items())


def _literal(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
