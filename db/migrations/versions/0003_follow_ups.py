"""Follow-ups"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from db.migrations.beside_writers import create_index

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# A statement that inserts nothing (the end of a task without follow-ups) must not wake the relay.
_NOTIFY_IF_ANY = """
CREATE OR REPLACE FUNCTION notify_outbox() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN IF EXISTS (SELECT 1 FROM made) THEN PERFORM pg_notify('outbox', ''); END IF; RETURN NULL; END $$
"""
_NOTIFY = """
CREATE OR REPLACE FUNCTION notify_outbox() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_notify('outbox', ''); RETURN NULL; END $$
"""


def upgrade() -> None:
    create_index("ix_tasks_parent_task_id", "tasks (parent_task_id, created_at) WHERE parent_task_id IS NOT NULL")
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column(
        "tasks",
        sa.Column("follow_ups", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
    )
    op.execute("DROP TRIGGER notify_outbox ON outbox")
    op.execute(_NOTIFY_IF_ANY)
    op.execute(
        "CREATE TRIGGER notify_outbox AFTER INSERT ON outbox REFERENCING NEW TABLE AS made "
        "FOR EACH STATEMENT EXECUTE FUNCTION notify_outbox()"
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER notify_outbox ON outbox")
    op.execute(_NOTIFY)
    op.execute(
        "CREATE TRIGGER notify_outbox AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION notify_outbox()"
    )
    op.drop_index("ix_tasks_parent_task_id", table_name="tasks")
    op.drop_column("tasks", "follow_ups")
