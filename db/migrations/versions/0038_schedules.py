"""Schedules, their runs, and words to Temporal about them"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def _moment(name: str, *, now: bool = False) -> sa.Column[object]:
    default = sa.text("now()") if now else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=not now)


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "schedules",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("paused", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=True),
        _moment("seen_until", now=True),
        _moment("told_at"),
        sa.Column("told_print", sa.Text(), nullable=True),
        _moment("again_at"),
        sa.Column("other_runs", sa.ARRAY(sa.DateTime(timezone=True)), nullable=True),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        _moment("gone_at"),
        sa.Column("created_by", sa.Text(), nullable=False),
        _moment("created_at", now=True),
        sa.Column("changed_by", sa.Text(), nullable=False),
        _moment("changed_at", now=True),
        _moment("deleted_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedules")),
    )
    there = sa.text("deleted_at IS NULL")
    op.create_index("uq_schedules_name", "schedules", ["name"], unique=True, postgresql_where=there)
    op.create_index("ix_schedules_again_at", "schedules", ["again_at"], unique=False, postgresql_where=there)
    _create_runs()
    op.create_table(
        "schedule_commands",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("schedule_id", sa.Uuid(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        _moment("next_try_at", now=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["schedule_id"],
            ["schedules.id"],
            name=op.f("fk_schedule_commands_schedule_id_schedules"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_commands")),
    )
    op.create_index("ix_schedule_commands_schedule_id", "schedule_commands", ["schedule_id", "id"], unique=False)
    # As of the agent's commands: core listens to the same channel.
    op.execute(
        "CREATE TRIGGER notify_controls AFTER INSERT ON schedule_commands "
        "FOR EACH STATEMENT EXECUTE FUNCTION notify_controls()"
    )


def _create_runs() -> None:
    op.create_table(
        "schedule_runs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("schedule_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("task_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("waiting_workflow", sa.Text(), nullable=True),
        _moment("created_at", now=True),
        _moment("ended_at"),
        sa.CheckConstraint(
            "outcome IN ('running', 'succeeded', 'failed', 'missed', 'skipped')",
            name=op.f("ck_schedule_runs_valid_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedules.id"], name=op.f("fk_schedule_runs_schedule_id_schedules"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_runs")),
    )
    op.create_index("uq_schedule_runs_schedule_id_due_at", "schedule_runs", ["schedule_id", "due_at"], unique=True)
    op.create_index(
        "ix_schedule_runs_running",
        "schedule_runs",
        ["id"],
        unique=False,
        postgresql_where=sa.text("outcome = 'running'"),
    )
    waits = sa.text("waiting_workflow IS NOT NULL")
    op.create_index("ix_schedule_runs_untold", "schedule_runs", ["id"], unique=False, postgresql_where=waits)
    op.create_index("ix_schedule_runs_ended_at", "schedule_runs", ["ended_at"], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("schedule_commands", "schedule_runs", "schedules"):
        op.drop_table(table)
