"""Workers' health: what they say of themselves, their states, their canaries"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from db.migrations.beside_writers import create_index

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index(
        "ix_task_attempts_worker_id_ended_at", "task_attempts (worker_id, ended_at DESC) WHERE ended_at IS NOT NULL"
    )
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "service_beats",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_service_beats")),
    )
    op.create_table(
        "worker_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["workers.id"], name=op.f("fk_worker_events_worker_id_workers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_events")),
    )
    op.create_index("ix_worker_events_worker_id_id", "worker_events", ["worker_id", "id"], unique=False)
    op.add_column("workers", sa.Column("version", sa.Text(), nullable=True))
    op.add_column("workers", sa.Column("slots", sa.Integer(), nullable=True))
    op.add_column(
        "workers", sa.Column("vitals", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False)
    )
    op.add_column("workers", sa.Column("vitals_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("workers", sa.Column("leaving_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("workers", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("workers", sa.Column("status", sa.Text(), server_default="offline", nullable=False))
    op.add_column(
        "workers",
        sa.Column("status_since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.add_column("workers", sa.Column("online_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("workers", sa.Column("canary_queue_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("workers", sa.Column("canary_next_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("workers", sa.Column("canary_heard_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("workers", sa.Column("canary_misses", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("workers", "canary_misses")
    op.drop_column("workers", "canary_heard_at")
    op.drop_column("workers", "canary_next_at")
    op.drop_column("workers", "canary_queue_at")
    op.drop_column("workers", "online_since")
    op.drop_column("workers", "status_since")
    op.drop_column("workers", "status")
    op.drop_column("workers", "left_at")
    op.drop_column("workers", "leaving_since")
    op.drop_column("workers", "vitals_at")
    op.drop_column("workers", "vitals")
    op.drop_column("workers", "slots")
    op.drop_column("workers", "version")
    op.drop_index("ix_task_attempts_worker_id_ended_at", table_name="task_attempts")
    op.drop_index("ix_worker_events_worker_id_id", table_name="worker_events")
    op.drop_table("worker_events")
    op.drop_table("service_beats")
