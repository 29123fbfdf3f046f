"""Task metrics"""

import sqlalchemy as sa
from alembic import op

from db.migrations.beside_writers import create_index

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


#: Lists by these were there before, but looked at every row they counted.
_KNOWN = ("", "status", "type", "ticker", "worker_id", "created_by")


def _name(column: str) -> str:
    return f"ix_tasks_{column}_created_at" if column else "ix_tasks_created_at"


def _newest_first(column: str) -> str:
    return f"tasks ({column}, created_at DESC, id DESC)" if column else "tasks (created_at DESC, id DESC)"


def _drop(column: str) -> None:
    op.drop_index(_name(column), table_name="tasks")


def upgrade() -> None:
    for column in ("priority", *_KNOWN):
        create_index(_name(column), f"{_newest_first(column)} INCLUDE (deleted_at)")
    create_index(
        _name("worker_name"), f"{_newest_first('worker_name')} INCLUDE (deleted_at) WHERE worker_name IS NOT NULL"
    )
    create_index("ix_tasks_updated_at", "tasks (updated_at, id) INCLUDE (deleted_at)")
    create_index(
        "ix_tasks_completed_at", "tasks (completed_at, id) INCLUDE (deleted_at) WHERE completed_at IS NOT NULL"
    )
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


def downgrade() -> None:
    for column in _KNOWN:
        create_index(_name(column), _newest_first(column))
    op.execute("SET LOCAL lock_timeout = '5s'")
    _drop("worker_name")
    _drop("priority")
    op.drop_index("ix_tasks_completed_at", table_name="tasks")
    op.drop_index("ix_tasks_updated_at", table_name="tasks")
    op.drop_table("task_metrics_hourly")
    op.drop_table("task_metrics_daily")
    op.drop_table("task_errors_hourly")
