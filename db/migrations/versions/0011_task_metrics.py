"""Task metrics"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


#: Lists by these were there before, but looked at every row they counted.
_KNOWN = ("", "status", "type", "ticker", "worker_id", "created_by")


def _name(column: str) -> str:
    return f"ix_tasks_{column}_created_at" if column else "ix_tasks_created_at"


def _newest_first(column: str, *, include: bool, where: str | None = None) -> None:
    newest: list[sa.ColumnClause[str]] = [sa.literal_column("created_at DESC"), sa.literal_column("id DESC")]
    op.create_index(
        _name(column),
        "tasks",
        [column, *newest] if column else newest,
        unique=False,
        postgresql_include=["deleted_at"] if include else None,
        postgresql_where=sa.text(where) if where else None,
    )


def _drop(column: str) -> None:
    op.drop_index(_name(column), table_name="tasks")


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
        "ix_tasks_updated_at", "tasks", ["updated_at", "id"], unique=False, postgresql_include=["deleted_at"]
    )
    op.create_index(
        "ix_tasks_completed_at",
        "tasks",
        ["completed_at", "id"],
        unique=False,
        postgresql_include=["deleted_at"],
        postgresql_where=sa.text("completed_at IS NOT NULL"),
    )
    _newest_first("priority", include=True)
    _newest_first("worker_name", include=True, where="worker_name IS NOT NULL")
    for column in _KNOWN:
        _drop(column)
        _newest_first(column, include=True)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for column in _KNOWN:
        _drop(column)
        _newest_first(column, include=False)
    _drop("worker_name")
    _drop("priority")
    op.drop_index("ix_tasks_completed_at", table_name="tasks")
    op.drop_index("ix_tasks_updated_at", table_name="tasks")
    op.drop_table("task_metrics_hourly")
    op.drop_table("task_metrics_daily")
    op.drop_table("task_errors_hourly")
