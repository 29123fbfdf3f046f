"""Triggers, what was delivered to them, and events that they watch"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

# Only where somebody watches it: otherwise an end costs one look at a table of a few rows. In the name of the owner:
# whoever belongs to workspaces only ends tasks, too, and may read no triggers.
_NOTE = """
CREATE FUNCTION note_trigger_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    what text;
BEGIN
    what := CASE WHEN NEW.plan_id IS NULL THEN 'task.' || NEW.type ELSE 'plan.' || substr(NEW.type, 6) END;
    IF EXISTS (
        SELECT 1 FROM triggers WHERE watches @> ARRAY[what] AND NOT paused AND deleted_at IS NULL
            AND (task_type IS NULL OR task_type = (SELECT type FROM tasks WHERE id = NEW.task_id))
    ) THEN
        INSERT INTO trigger_events (event, subject, content) VALUES (what, NEW.task_id, jsonb_build_object(
            'round', NEW.round, 'attempt', NEW.attempt,
            'error', CASE WHEN NEW.type IN ('failed', 'plan_failed') THEN NEW.details END));
    END IF;
    RETURN NULL;
END
$$
"""
_TRIGGER = """
CREATE TRIGGER note_trigger_event AFTER INSERT ON task_events FOR EACH ROW WHEN (NEW.type IN (
    'succeeded', 'failed', 'cancelled', 'rejected', 'plan_succeeded', 'plan_failed', 'plan_cancelled'
)) EXECUTE FUNCTION note_trigger_event()
"""


def _moment(name: str, *, now: bool = False) -> sa.Column[object]:
    default = sa.text("now()") if now else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=not now)


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    _create_triggers()
    _create_deliveries()
    op.create_table(
        "trigger_made",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        _moment("created_at", now=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trigger_made")),
    )
    op.create_index("ix_trigger_made_created_at", "trigger_made", ["created_at"], unique=False)
    op.create_table(
        "trigger_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        _moment("created_at", now=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trigger_events")),
    )
    op.create_table(
        "trigger_counts",
        sa.Column("trigger_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("moments", sa.ARRAY(sa.DateTime(timezone=True)), nullable=False),
        sa.ForeignKeyConstraint(
            ["trigger_id"], ["triggers.id"], name=op.f("fk_trigger_counts_trigger_id_triggers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("trigger_id", "subject", name=op.f("pk_trigger_counts")),
    )
    for statement in (_NOTE, _TRIGGER):
        op.execute(sa.text(statement.replace(":", r"\:")))


def _create_triggers() -> None:
    op.create_table(
        "triggers",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("old_secret", sa.Text(), nullable=True),
        _moment("old_until"),
        sa.Column("watches", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("task_type", sa.Text(), nullable=True),
        sa.Column("paused", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        _moment("halted_at"),
        sa.Column("created_by", sa.Text(), nullable=False),
        _moment("created_at", now=True),
        sa.Column("changed_by", sa.Text(), nullable=False),
        _moment("changed_at", now=True),
        _moment("deleted_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triggers")),
    )
    there = sa.text("deleted_at IS NULL")
    op.create_index("uq_triggers_name", "triggers", ["name"], unique=True, postgresql_where=there)
    op.create_index("uq_triggers_address", "triggers", ["address"], unique=True)


def _create_deliveries() -> None:
    op.create_table(
        "trigger_deliveries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("trigger_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("task_ids", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("depth", sa.Integer(), server_default="1", nullable=False),
        sa.Column("repeats", sa.Integer(), server_default="0", nullable=False),
        sa.Column("replay_of", sa.BigInteger(), nullable=True),
        _moment("created_at", now=True),
        sa.CheckConstraint(
            "outcome IN ('made', 'filtered', 'failed', 'refused')", name=op.f("ck_trigger_deliveries_valid_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["trigger_id"], ["triggers.id"], name=op.f("fk_trigger_deliveries_trigger_id_triggers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trigger_deliveries")),
    )
    looked_at = sa.text("outcome <> 'refused'")
    op.create_index(
        "uq_trigger_deliveries_trigger_id_key",
        "trigger_deliveries",
        ["trigger_id", "key"],
        unique=True,
        postgresql_where=looked_at,
    )
    op.create_index("ix_trigger_deliveries_trigger_id_id", "trigger_deliveries", ["trigger_id", "id"], unique=False)
    op.create_index("ix_trigger_deliveries_created_at", "trigger_deliveries", ["created_at"], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER note_trigger_event ON task_events")
    op.execute("DROP FUNCTION note_trigger_event()")
    for table in ("trigger_counts", "trigger_events", "trigger_made", "trigger_deliveries", "triggers"):
        op.drop_table(table)
