"""What the migration of a table says so that the members of workspaces read their rows of it, and no others."""

from alembic import op

#: As in 0047. Unset or empty: no workspace at all. The default one is never a member's.
_SEEN = (
    "workspace <> 'default' "
    "AND workspace = ANY ((SELECT string_to_array(current_setting('clawdbot.reads', true), ','))::text[])"
)


def let_members_read(table: str) -> None:
    """Of a table whose column `workspace` says whose a row is. Without this it is closed to them."""
    op.execute(f"DROP POLICY IF EXISTS members_select ON {table}")
    op.execute(f"CREATE POLICY members_select ON {table} FOR SELECT USING ({_SEEN})")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def keep_members_out(table: str) -> None:
    """As before `let_members_read`."""
    op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute(f"DROP POLICY IF EXISTS members_select ON {table}")
