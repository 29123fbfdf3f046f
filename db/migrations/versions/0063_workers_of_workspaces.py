"""Workers that serve some workspaces only, and the task queues that those have of their own"""

import sqlalchemy as sa
from alembic import op

from db.migrations.beside_writers import create_index, drop_index

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

# In a language whose plans are kept: it runs with every task. Its name for a queue is that of contracts/names.py.
_OWN_QUEUE = """
CREATE FUNCTION own_queue(of_workspace text, of_capability text) RETURNS text LANGUAGE plpgsql STABLE AS $$ BEGIN
    IF EXISTS (
        SELECT 1 FROM workers
        WHERE serves @> ARRAY[of_workspace] AND of_capability = ANY(capabilities) AND retired_at IS NULL
    ) OR EXISTS (
        SELECT 1 FROM workspaces WHERE name = of_workspace AND own_workers
    ) THEN
        RETURN 'workspace:' || of_workspace || ':' || of_capability;
    END IF;
    RETURN NULL;
END $$
"""
_TRIGGER = "CREATE TRIGGER notify_controls AFTER {event} ON {table} FOR EACH ROW EXECUTE FUNCTION notify_controls()"


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("ALTER TABLE tasks ADD COLUMN IF NOT EXISTS queue text")
    create_index(
        "ix_tasks_queue",
        "tasks (queue, priority, created_at) WHERE status = 'pending' AND deleted_at IS NULL AND queue IS NOT NULL",
    )
    create_index("ix_outbox_moves", "outbox (id) WHERE command = 'move'")
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("workers", sa.Column("serves", sa.ARRAY(sa.Text()), nullable=True))
    op.create_check_constraint(op.f("ck_workers_serves_somebody"), "workers", "cardinality(serves) > 0")
    where = sa.text("serves IS NOT NULL AND retired_at IS NULL")
    op.create_index("ix_workers_serving", "workers", ["id"], postgresql_where=where)
    op.add_column("invitations", sa.Column("serves", sa.ARRAY(sa.Text()), nullable=True))
    op.add_column("workspaces", sa.Column("own_workers", sa.Boolean(), server_default="false", nullable=False))
    op.execute(sa.text(_OWN_QUEUE.replace(":", r"\:")))
    op.execute("DROP TRIGGER notify_controls ON workers")
    op.execute(_TRIGGER.format(event="INSERT OR UPDATE OF held, serves, capabilities, retired_at", table="workers"))
    op.execute(_TRIGGER.format(event="INSERT OR UPDATE OF own_workers", table="workspaces"))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER notify_controls ON workspaces")
    op.execute("DROP TRIGGER notify_controls ON workers")
    op.execute(_TRIGGER.format(event="UPDATE OF held", table="workers"))
    op.execute("DROP FUNCTION own_queue")
    op.drop_column("tasks", "queue")
    op.drop_column("workspaces", "own_workers")
    op.drop_column("invitations", "serves")
    op.drop_index("ix_workers_serving", table_name="workers")
    op.drop_constraint(op.f("ck_workers_serves_somebody"), "workers")
    op.drop_column("workers", "serves")
    drop_index("ix_outbox_moves")
