"""Groups of failures"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

# The message without what differs each time: the ticker of the task and words like it, addresses, what is quoted, ids,
# numbers, subreddits and people.
_MESSAGE = r"""
CREATE FUNCTION failure_message(message text, ticker text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT regexp_replace(
        CASE WHEN ticker ~ '^[A-Za-z0-9.-]{1,20}$' THEN
            regexp_replace(left(message, 300), '(?<![A-Za-z0-9])' || replace(ticker, '.', '\.') || '(?![A-Za-z0-9])',
                '…', 'g')
        ELSE left(message, 300) END,
        'https?://\S+|''[^'']*''|"[^"]*"|“[^”]*”|`[^`]*`|\$[A-Za-z][A-Za-z.]{0,6}(?![A-Za-z])|\m[ru]/\w+|@\w+'
            || '|[0-9a-fA-F]{8,}(-[0-9a-fA-F]+)*|\d+([.,:]\d+)*|…',
        '…', 'g')
$$
"""

# Whatever makes a task failed, or failed no longer, is noted in the same statement. No counter is touched here: a storm
# of failures would queue for its row, and for those of other groups in any order. Core counts (db/tasks/failure_counts).
_NOTE = r"""
CREATE FUNCTION note_failure() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was text;
    said text;
    class text;
    normal text;
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.status = 'failed' AND OLD.deleted_at IS NULL THEN
        was := OLD.cause;
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF was IS NOT NULL THEN
            INSERT INTO failure_changes (task_id, cause, delta, failed_at)
            VALUES (OLD.id, was, -1, COALESCE(OLD.completed_at, OLD.updated_at));
        END IF;
        RETURN OLD;
    END IF;
    IF NEW.status = 'failed' THEN
        class := COALESCE(NULLIF(left(NEW.error->>'type', 200), ''), 'Error');
        said := COALESCE(NEW.error->>'message', '');
        normal := failure_message(said, NEW.ticker);
        NEW.cause := md5(concat_ws(E'\n', NEW.type, class, normal, NULLIF(left(NEW.error->>'place', 200), '')));
    END IF;
    IF was IS NOT NULL AND (NEW.status <> 'failed' OR NEW.deleted_at IS NOT NULL OR NEW.cause <> was) THEN
        INSERT INTO failure_changes (task_id, cause, delta, failed_at)
        VALUES (OLD.id, was, -1, COALESCE(OLD.completed_at, OLD.updated_at));
    END IF;
    IF NEW.status = 'failed' AND NEW.deleted_at IS NULL AND NEW.cause IS DISTINCT FROM was THEN
        INSERT INTO failure_changes (task_id, cause, delta, failed_at, failure)
        VALUES (NEW.id, NEW.cause, 1, COALESCE(NEW.completed_at, NEW.updated_at), jsonb_build_object(
            'task_type', NEW.type, 'error_type', class, 'message', normal, 'example', left(said, 300),
            'place', NULLIF(left(NEW.error->>'place', 200), ''), 'worker', NEW.worker_name,
            'created_at', NEW.created_at));
    END IF;
    RETURN NEW;
END
$$
"""
_TRIGGERS = (
    "CREATE TRIGGER note_new_failure BEFORE INSERT ON tasks FOR EACH ROW WHEN (NEW.status = 'failed') "
    "EXECUTE FUNCTION note_failure()",
    # Nothing is called for the end of a task that succeeded.
    "CREATE TRIGGER note_failure BEFORE UPDATE OF status, deleted_at, error, cause ON tasks FOR EACH ROW "
    "WHEN (OLD.status = 'failed' OR NEW.status = 'failed') EXECUTE FUNCTION note_failure()",
    "CREATE TRIGGER note_gone_failure BEFORE DELETE ON tasks FOR EACH ROW WHEN (OLD.status = 'failed') "
    "EXECUTE FUNCTION note_failure()",
)


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    _create_tables()
    op.add_column("tasks", sa.Column("cause", sa.Text(), nullable=True))
    _add_to_bulk_actions()
    for statement in (_MESSAGE, _NOTE, *_TRIGGERS):
        op.execute(sa.text(statement.replace(":", r"\:")))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for trigger in ("note_gone_failure", "note_failure", "note_new_failure"):
        op.execute(f"DROP TRIGGER {trigger} ON tasks")
    op.execute("DROP FUNCTION note_failure()")
    op.execute("DROP FUNCTION failure_message(text, text)")
    op.drop_constraint(op.f("ck_bulk_actions_valid_phase"), "bulk_actions")
    for column in ("reason", "canary_at", "canary_ok", "canary_round", "canary_task_id", "cause", "phase", "next_at"):
        op.drop_column("bulk_actions", column)
    op.drop_column("tasks", "cause")
    for table in ("failure_events", "failure_changes", "failure_groups"):
        op.drop_table(table)


def _create_tables() -> None:
    op.create_table(
        "failure_groups",
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("task_type", sa.Text(), nullable=False),
        sa.Column("error_type", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("example", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("open", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("seen", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workers", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("shared", postgresql.JSONB(), nullable=True),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("state_by", sa.Text(), nullable=True),
        sa.Column("state_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("muted_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopened", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("state IN ('open', 'resolved', 'muted')", name=op.f("ck_failure_groups_valid_state")),
        sa.PrimaryKeyConstraint("cause", name=op.f("pk_failure_groups")),
    )
    op.create_index(
        "ix_failure_groups_open",
        "failure_groups",
        [sa.text("open DESC"), "cause"],
        postgresql_where=sa.text("open > 0"),
    )
    op.create_index("ix_failure_groups_last_at", "failure_groups", ["last_at"])
    op.create_table(
        "failure_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("delta", sa.Integer(), nullable=False),
        sa.Column("failure", postgresql.JSONB(), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failure_changes")),
    )
    op.create_table(
        "failure_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("details", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["cause"], ["failure_groups.cause"], name=op.f("fk_failure_events_cause_failure_groups"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failure_events")),
    )
    op.create_index("ix_failure_events_cause_id", "failure_events", ["cause", "id"])


def _add_to_bulk_actions() -> None:
    columns: tuple[sa.Column[Any], ...] = (
        sa.Column("next_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("phase", sa.Text(), server_default="doing", nullable=False),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("canary_task_id", sa.Uuid(), nullable=True),
        sa.Column("canary_round", sa.Integer(), nullable=True),
        sa.Column("canary_ok", sa.Boolean(), nullable=True),
        sa.Column("canary_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
    )
    for column in columns:
        op.add_column("bulk_actions", column)
    op.create_check_constraint(
        op.f("ck_bulk_actions_valid_phase"),
        "bulk_actions",
        "phase IN ('checking', 'canary', 'doing')",
        # The next migration looks at the rows that are there, beside those who write.
        postgresql_not_valid=True,
    )
