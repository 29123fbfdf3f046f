"""Steering queues and workers, circuits"""

import sqlalchemy as sa
from alembic import op

from db.migrations.beside_writers import create_index

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Told per row: the looks that change nothing must wake nobody. Presence writes to `workers` all the time; only its
# holds concern the listeners.
_TOLD = (
    ("queue_controls", "INSERT OR UPDATE OR DELETE"),
    ("circuits", "INSERT OR UPDATE OR DELETE"),
    ("workers", "UPDATE OF held"),
)


def upgrade() -> None:
    create_index("ix_task_attempts_claimed_at", "task_attempts (claimed_at)")
    create_index("ix_task_attempts_status_ended_at", "task_attempts (status, ended_at) WHERE ended_at IS NOT NULL")
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "circuits",
        sa.Column("capability", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("openings", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("probe_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("probing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("probe_task_id", sa.Uuid(), nullable=True),
        sa.Column("probe_round", sa.Integer(), nullable=True),
        sa.Column("probe_run_id", sa.Text(), nullable=True),
        sa.Column("probe_attempt", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('closed', 'open', 'half_open')", name=op.f("ck_circuits_valid_state")),
        sa.PrimaryKeyConstraint("capability", name=op.f("pk_circuits")),
    )
    op.create_table(
        "queue_controls",
        sa.Column("capability", sa.Text(), nullable=False),
        sa.Column("paused_by", sa.Text(), nullable=True),
        sa.Column("paused_reason", sa.Text(), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rate_per_second", sa.Double(), nullable=True),
        sa.Column("rate_by", sa.Text(), nullable=True),
        sa.Column("rate_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("rate_per_second > 0", name=op.f("ck_queue_controls_positive_rate")),
        sa.PrimaryKeyConstraint("capability", name=op.f("pk_queue_controls")),
    )
    op.add_column("workers", sa.Column("held", sa.Text(), nullable=True))
    op.add_column("workers", sa.Column("held_by", sa.Text(), nullable=True))
    op.add_column("workers", sa.Column("held_reason", sa.Text(), nullable=True))
    op.add_column("workers", sa.Column("held_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(op.f("ck_workers_valid_hold"), "workers", "held IN ('paused', 'draining')")
    op.execute(
        "CREATE FUNCTION notify_controls() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_notify('controls', ''); RETURN NULL; END $$"
    )
    for table, event in _TOLD:
        op.execute(
            f"CREATE TRIGGER notify_controls AFTER {event} ON {table} FOR EACH ROW EXECUTE FUNCTION notify_controls()"
        )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, _ in _TOLD:
        op.execute(f"DROP TRIGGER notify_controls ON {table}")
    op.execute("DROP FUNCTION notify_controls")
    op.drop_constraint(op.f("ck_workers_valid_hold"), "workers")
    op.drop_column("workers", "held_at")
    op.drop_column("workers", "held_reason")
    op.drop_column("workers", "held_by")
    op.drop_column("workers", "held")
    op.drop_index(
        "ix_task_attempts_status_ended_at", table_name="task_attempts", postgresql_where=sa.text("ended_at IS NOT NULL")
    )
    op.drop_index("ix_task_attempts_claimed_at", table_name="task_attempts")
    op.drop_table("queue_controls")
    op.drop_table("circuits")
