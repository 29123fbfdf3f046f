"""What members of workspaces see and change of schedules: policies as of tasks and plans"""

from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

# As in 0047. Unset or empty: no workspace at all. The default one is never a member's.
_SEEN, _CHANGED = (
    f"instance <> 'default' AND instance = ANY ((SELECT string_to_array(current_setting('{names}', true), ','))::text[])"
    for names in ("clawdbot.reads", "clawdbot.changes")
)
# The policy of schedules holds for the question, too.
_OF_SEEN = "EXISTS (SELECT 1 FROM schedules WHERE id = {table}.schedule_id)"
_OF_CHANGED = _OF_SEEN.replace("WHERE", f"WHERE {_CHANGED} AND")

#: Table -> command -> (USING, WITH CHECK). Runs are written by core alone.
_POLICIES: dict[str, dict[str, tuple[str | None, str | None]]] = {
    "schedules": {"SELECT": (_SEEN, None), "INSERT": (None, _CHANGED), "UPDATE": (_CHANGED, _CHANGED)},
    "schedule_runs": {"SELECT": (_OF_SEEN, None)},
    "schedule_commands": {"SELECT": (_OF_SEEN, None), "INSERT": (None, _OF_CHANGED)},
}


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
