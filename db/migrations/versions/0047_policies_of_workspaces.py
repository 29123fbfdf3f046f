"""What members of workspaces see and change: policies, which do not count for the owner of the tables"""

from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

# Unset or empty: no workspace at all. The default one is never a member's.
_READS = "string_to_array(current_setting('clawdbot.reads', true), ',')"
_CHANGES = "string_to_array(current_setting('clawdbot.changes', true), ',')"
_SEEN = f"instance <> 'default' AND instance = ANY ((SELECT {_READS})::text[])"
_CHANGED = f"instance <> 'default' AND instance = ANY ((SELECT {_CHANGES})::text[])"
# Policies of the table that is asked hold for the question, too.
_TASK = "EXISTS (SELECT 1 FROM tasks WHERE id = {table}.task_id)"
_PLAN = "EXISTS (SELECT 1 FROM plans WHERE id = {table}.plan_id)"
_CHANGED_TASK, _CHANGED_PLAN = (each.replace("WHERE", f"WHERE {_CHANGED} AND") for each in (_TASK, _PLAN))
# Written in the statement that makes the task or the plan itself, which such a question would not see yet.
_ANY = "true"
# The agent works in the default workspace.
_NONE = "false"

#: Table -> command -> (USING, WITH CHECK).
_POLICIES: dict[str, dict[str, tuple[str | None, str | None]]] = {
    table: {"SELECT": (_SEEN, None), "INSERT": (None, _CHANGED), "UPDATE": (_CHANGED, _CHANGED)}
    for table in ("tasks", "plans")
} | {
    "task_events": {"SELECT": (f"{_TASK} OR {_PLAN}", None), "INSERT": (None, _ANY)},
    "task_notes": {"SELECT": (_TASK, None), "INSERT": (None, _CHANGED_TASK)},
    "task_attempts": {
        "SELECT": (_TASK, None), "INSERT": (None, _CHANGED_TASK), "UPDATE": (_CHANGED_TASK, _CHANGED_TASK),
    },
    "outbox": {"SELECT": (_TASK, None), "INSERT": (None, _ANY), "DELETE": (_CHANGED_TASK, None)},
    "plan_steps": {
        "SELECT": (_PLAN, None), "INSERT": (None, _ANY), "UPDATE": (_CHANGED_PLAN, _CHANGED_PLAN),
    },
    "plan_parts": {
        "SELECT": (_PLAN, None), "INSERT": (None, _ANY), "UPDATE": (_CHANGED_PLAN, _CHANGED_PLAN),
    },
    "plan_ends": {"SELECT": (_PLAN, None), "INSERT": (None, _ANY), "DELETE": (_CHANGED_PLAN, None)},
    "agent_decisions": {"SELECT": (_NONE, None)},
    "agent_reservations": {"SELECT": (_NONE, None)},
    "workspaces": {"SELECT": (f"name = ANY ({_READS})", None)},
    "workspace_members": {"SELECT": (f"workspace = ANY ({_READS})", None)},
}  # fmt: skip


def upgrade() -> None:
    # Each by itself: a lock on one table while waiting for another could be waiting in a circle with a writer.
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '5s'")
        for table, policies in _POLICIES.items():
            for command, (using, check) in policies.items():
                name = f"members_{command.lower()}"
                op.execute(f"DROP POLICY IF EXISTS {name} ON {table}")
                using_ = f" USING ({using.format(table=table)})" if using else ""
                check_ = f" WITH CHECK ({check.format(table=table)})" if check else ""
                op.execute(f"CREATE POLICY {name} ON {table} FOR {command}{using_}{check_}")
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute("RESET lock_timeout")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '5s'")
        for table, policies in _POLICIES.items():
            op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
            for command in policies:
                op.execute(f"DROP POLICY IF EXISTS members_{command.lower()} ON {table}")
        op.execute("RESET lock_timeout")
