"""How alerts end"""

import sqlalchemy as sa
from alembic import op

from db.migrations.beside_writers import create_index, drop_index

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index("ix_tasks_failed", "tasks (completed_at) WHERE status = 'failed' AND deleted_at IS NULL")
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("notifications", sa.Column("returns", sa.Integer(), server_default="0", nullable=False))
    op.add_column("notifications", sa.Column("well_since", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "alert_failures",
        sa.Column("notification_id", sa.BigInteger(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("thing", sa.Text(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["notification_id"],
            ["notifications.id"],
            name=op.f("fk_alert_failures_notification_id_notifications"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("notification_id", "task_id", name=op.f("pk_alert_failures")),
    )


def downgrade() -> None:
    drop_index("ix_tasks_failed")
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("alert_failures")
    op.drop_column("notifications", "well_since")
    op.drop_column("notifications", "returns")
