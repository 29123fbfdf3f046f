"""Events by transaction"""

from alembic import op

from db.migrations.beside_writers import create_index, drop_index

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    # The default is not volatile, so that no row is touched: those that are there have the transaction of this one.
    # May be there already: an index that is built beside its writers is no part of the transaction, and may fail.
    op.execute("ALTER TABLE task_events ADD COLUMN IF NOT EXISTS xact_id xid8 NOT NULL DEFAULT pg_current_xact_id()")
    create_index("ix_task_events_xact_id", "task_events (xact_id)")


def downgrade() -> None:
    drop_index("ix_task_events_xact_id")
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("task_events", "xact_id")
