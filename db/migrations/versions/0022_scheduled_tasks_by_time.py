"""Scheduled tasks by time"""

from db.migrations.beside_writers import create_index, drop_index

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index("ix_tasks_scheduled", "tasks (run_at) WHERE status = 'scheduled' AND deleted_at IS NULL")


def downgrade() -> None:
    drop_index("ix_tasks_scheduled")
