"""One index of waiting tasks by capability and queue, in place of one for each; which queues have had a probe"""

from alembic import op

from db.migrations.beside_writers import create_index, drop_index

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None

_WAITING = "WHERE status = 'pending' AND deleted_at IS NULL"


def upgrade() -> None:
    create_index(
        "ix_tasks_waiting_by_queue",
        f"tasks (capability, COALESCE(queue, capability), priority, created_at, id) {_WAITING}",
    )
    drop_index("ix_tasks_waiting")
    drop_index("ix_tasks_queue")
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("ALTER TABLE circuits ADD COLUMN probed text[] NOT NULL DEFAULT '{}'")


def downgrade() -> None:
    create_index("ix_tasks_waiting", f"tasks (capability, priority, created_at) {_WAITING}")
    create_index("ix_tasks_queue", f"tasks (queue, priority, created_at) {_WAITING} AND queue IS NOT NULL")
    drop_index("ix_tasks_waiting_by_queue")
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("ALTER TABLE circuits DROP COLUMN probed")
