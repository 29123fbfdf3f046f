"""Scheduled tasks by time"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_index(
        "ix_tasks_scheduled",
        "tasks",
        ["run_at"],
        unique=False,
        postgresql_where=sa.text("status = 'scheduled' AND deleted_at IS NULL"),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_tasks_scheduled", table_name="tasks")
