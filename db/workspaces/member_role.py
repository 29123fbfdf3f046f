"""The Postgres role of those who belong to workspaces only, and all that it may.

A table that is not named here refuses it: whoever adds one need not think of workspaces for nothing to leak. Whether a
row is shown is for the policies (db/migrations/versions/0047_…, 0055_… and 0065_…, and of_workspaces.py for collected
rows and costs). Given again after each migration, and where a restored database has lost them.
"""

import contextlib

from sqlalchemy import Connection, RowMapping
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.records.rows import RecordKind
from db.statements import load

_SQL = load(__file__)
ROLE = "clawdbot_member"

#: Table -> rights. With policies, unless it stands below the line.
RIGHTS: dict[str, str] = {
    "tasks": "SELECT, INSERT, UPDATE",
    "task_events": "SELECT, INSERT",
    "task_notes": "SELECT, INSERT",
    "task_attempts": "SELECT, INSERT, UPDATE",
    "outbox": "SELECT, INSERT, DELETE",
    "plans": "SELECT, INSERT, UPDATE",
    "plan_steps": "SELECT, INSERT, UPDATE",
    "plan_parts": "SELECT, INSERT, UPDATE",
    "plan_ends": "SELECT, INSERT, DELETE",
    "schedules": "SELECT, INSERT, UPDATE",
    "schedule_runs": "SELECT",
    "schedule_commands": "SELECT, INSERT",
    "task_templates": "SELECT, INSERT, DELETE",
    "triggers": "SELECT, INSERT, UPDATE",
    "trigger_deliveries": "SELECT, INSERT, UPDATE",
    "trigger_made": "INSERT",
    # What they themselves have begun.
    "bulk_actions": "SELECT, INSERT, UPDATE, DELETE",
    "workspaces": "SELECT",
    "workspace_costs": "SELECT",
    "workspace_members": "SELECT",
    # What people have written down for themselves and others read: nothing is read back.
    "audit_log": "INSERT, SELECT (id)",
    "failure_changes": "INSERT",
    # Asked by the caller's own label.
    "idempotency_keys": "SELECT, INSERT, UPDATE",
    # Nothing of the agent's is a member's; a task that is shown asks all the same.
    "agent_decisions": "SELECT",
    "agent_reservations": "SELECT",
    # How the queues are that all share. Of people no more than their names.
    "workers": "SELECT",
    "queue_controls": "SELECT",
    "circuits": "SELECT",
    "service_beats": "SELECT",
    # Words of a sentence that may be tickers.
    "watched_tickers": "SELECT",
    "users": "SELECT (id, name)",
    # What was collected: given only where a policy holds it, so that a kind whose migration forgets that is closed.
    "record_revisions": "SELECT",
    **{kind.spec.table: "SELECT" for kind in RecordKind},
}
#: Without a policy.
SHARED = frozenset({
    "audit_log", "failure_changes", "idempotency_keys", "workers", "queue_controls", "circuits", "service_beats",
    "watched_tickers", "users",
})  # fmt: skip


def give_rights(connection: Connection, *, again: bool) -> None:
    """Make the role if it is missing, and give it its rights. ``again``: also if it has them."""
    if not _state(connection)["exists"]:
        _try(connection, _SQL["create"].text)
    if not (state := _state(connection))["usable"] and state["exists"]:
        _try(connection, f"GRANT {ROLE} TO CURRENT_USER")
    state = _state(connection)
    if state["usable"] and (again or not state["granted"]):
        held = set(connection.execute(_SQL["held"]).scalars()) | SHARED
        for table, rights in RIGHTS.items():
            if table in held:
                connection.exec_driver_sql(f"GRANT {rights} ON {table} TO {ROLE}")


def _state(connection: Connection) -> RowMapping:
    return connection.execute(_SQL["state"]).mappings().one()


def _try(connection: Connection, statement: str) -> None:
    """Who may not make roles goes without: then nobody is made a member. Another database may do it meanwhile."""
    with contextlib.suppress(DBAPIError), connection.begin_nested():
        connection.exec_driver_sql(statement)


async def can_confine(connection: AsyncConnection) -> bool:
    """Whether Postgres would hold somebody to their workspaces."""
    state = (await connection.execute(_SQL["state"])).mappings().one()
    return bool(state["usable"] and state["granted"] and (await connection.execute(_SQL["confines"])).scalar_one())
