"""Task metrics"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "task_errors_hourly",
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "type", "error", name=op.f("pk_task_errors_hourly")),
    )
    op.create_table(
        "task_metrics_daily",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("avg_seconds", sa.Double(), nullable=True),
        sa.Column("p95_seconds", sa.Double(), nullable=True),
        sa.Column("tickers", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("succeeded", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "type", name=op.f("pk_task_metrics_daily")),
    )
    op.create_table(
        "task_metrics_hourly",
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("timed", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("succeeded", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "type", name=op.f("pk_task_metrics_hourly")),
    )
    op.create_index(
        "ix_tasks_completed_at",
        "tasks",
        ["completed_at", "id"],
        unique=False,
        postgresql_where=sa.text("completed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_tasks_priority_created_at",
        "tasks",
        ["priority", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index("ix_tasks_updated_at", "tasks", ["updated_at", "id"], unique=False)
    op.create_index(
        "ix_tasks_worker_name_created_at",
        "tasks",
        ["worker_name", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
        postgresql_where=sa.text("worker_name IS NOT NULL"),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(
        "ix_tasks_worker_name_created_at", table_name="tasks", postgresql_where=sa.text("worker_name IS NOT NULL")
    )
    op.drop_index("ix_tasks_updated_at", table_name="tasks")
    op.drop_index("ix_tasks_priority_created_at", table_name="tasks")
    op.drop_index("ix_tasks_completed_at", table_name="tasks", postgresql_where=sa.text("completed_at IS NOT NULL"))
    op.drop_table("task_metrics_hourly")
    op.drop_table("task_metrics_daily")
    op.drop_table("task_errors_hourly")
