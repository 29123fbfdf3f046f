"""Plans"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_TABLES = """
    CREATE TABLE plans (
        id UUID NOT NULL,
        name TEXT NOT NULL,
        document JSONB NOT NULL,
        inputs JSONB NOT NULL,
        status TEXT NOT NULL,
        round INTEGER DEFAULT '0' NOT NULL,
        created_by TEXT NOT NULL,
        deadline TIMESTAMP WITH TIME ZONE,
        parallel INTEGER,
        stopping BOOLEAN DEFAULT 'false' NOT NULL,
        cancelling BOOLEAN DEFAULT 'false' NOT NULL,
        cancelled_by TEXT,
        failure JSONB,
        steps INTEGER NOT NULL,
        open_steps INTEGER NOT NULL,
        open_compensations INTEGER DEFAULT '0' NOT NULL,
        active INTEGER DEFAULT '0' NOT NULL,
        stopped_by INTEGER DEFAULT '0' NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        completed_at TIMESTAMP WITH TIME ZONE,
        looked_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_plans PRIMARY KEY (id),
        CONSTRAINT ck_plans_valid_status CHECK (status IN ('running', 'succeeded', 'failed', 'cancelled'))
    );
    CREATE INDEX ix_plans_created_at ON plans (created_at DESC, id DESC);
    CREATE INDEX ix_plans_looked_at ON plans (looked_at) WHERE status = 'running';
    CREATE INDEX ix_plans_status_created_at ON plans (status, created_at DESC, id DESC);
    CREATE TABLE plan_steps (
        plan_id UUID NOT NULL,
        step TEXT NOT NULL,
        ordinal INTEGER NOT NULL,
        definition JSONB NOT NULL,
        needed_by TEXT[] NOT NULL,
        family TEXT,
        members TEXT[] NOT NULL,
        compensates BOOLEAN NOT NULL,
        compensations TEXT[] NOT NULL,
        status TEXT NOT NULL,
        waits_for INTEGER NOT NULL,
        ran BOOLEAN NOT NULL,
        parts INTEGER,
        open_parts INTEGER DEFAULT '0' NOT NULL,
        ready INTEGER DEFAULT '0' NOT NULL,
        active INTEGER DEFAULT '0' NOT NULL,
        succeeded INTEGER DEFAULT '0' NOT NULL,
        failed INTEGER DEFAULT '0' NOT NULL,
        parallel INTEGER,
        error JSONB,
        CONSTRAINT pk_plan_steps PRIMARY KEY (plan_id, step),
        CONSTRAINT ck_plan_steps_valid_status CHECK (status IN ('blocked', 'pending', 'running', 'review', 'succeeded', 'failed', 'skipped', 'cancelled')),
        CONSTRAINT fk_plan_steps_plan_id_plans FOREIGN KEY(plan_id) REFERENCES plans (id) ON DELETE CASCADE
    );
    CREATE INDEX ix_plan_steps_plan_id_ordinal ON plan_steps (plan_id, ordinal);
    CREATE INDEX ix_plan_steps_ready ON plan_steps (plan_id, ordinal) WHERE ready > 0;
    CREATE TABLE plan_parts (
        plan_id UUID NOT NULL,
        step TEXT NOT NULL,
        place INTEGER NOT NULL,
        status TEXT NOT NULL,
        waits_for INTEGER NOT NULL,
        ran BOOLEAN DEFAULT 'false' NOT NULL,
        told BOOLEAN DEFAULT 'false' NOT NULL,
        entry JSONB,
        task_id UUID,
        awaits_start BOOLEAN DEFAULT 'false' NOT NULL,
        result JSONB,
        error JSONB,
        decided_by TEXT,
        deadline TIMESTAMP WITH TIME ZONE,
        ending BOOLEAN DEFAULT 'false' NOT NULL,
        overdue BOOLEAN DEFAULT 'false' NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_plan_parts PRIMARY KEY (plan_id, step, place),
        CONSTRAINT ck_plan_parts_valid_status CHECK (status IN ('blocked', 'pending', 'running', 'review', 'succeeded', 'failed', 'skipped', 'cancelled')),
        CONSTRAINT fk_plan_parts_plan_id_plans FOREIGN KEY(plan_id) REFERENCES plans (id) ON DELETE CASCADE
    );
    CREATE INDEX ix_plan_parts_pending ON plan_parts (plan_id, step, place) WHERE status = 'pending';
    CREATE INDEX ix_plan_parts_stopped ON plan_parts (plan_id) WHERE status IN ('failed', 'cancelled', 'review');
    CREATE INDEX ix_plan_parts_under_way ON plan_parts (plan_id, deadline) WHERE status = 'running';
    CREATE INDEX ix_plan_parts_unstarted ON plan_parts (plan_id) WHERE awaits_start;
    CREATE TABLE plan_ends (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        plan_id UUID NOT NULL,
        task_id UUID,
        signal_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_plan_ends PRIMARY KEY (id)
    );
    CREATE INDEX ix_plan_ends_plan_id_id ON plan_ends (plan_id, id);
    CREATE INDEX ix_plan_ends_signal_at ON plan_ends (signal_at);
"""
_OVER = "('succeeded', 'failed', 'cancelled', 'rejected')"
# Whoever writes an end, or takes one back, need not know that the task belongs to a plan.
_TOLD = (
    """
    CREATE FUNCTION tell_plan() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO plan_ends (plan_id, task_id) VALUES (NEW.plan_id, NEW.id); RETURN NULL; END $$
    """,
    f"""
    CREATE TRIGGER tell_plan AFTER UPDATE OF status ON tasks FOR EACH ROW
    WHEN (NEW.plan_id IS NOT NULL AND NEW.status <> OLD.status AND (NEW.status IN {_OVER} OR OLD.status IN {_OVER}))
    EXECUTE FUNCTION tell_plan()
    """,
    """
    CREATE FUNCTION notify_plans() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_notify('plans', ''); RETURN NULL; END $$
    """,
    "CREATE TRIGGER notify_plans AFTER INSERT ON plan_ends FOR EACH STATEMENT EXECUTE FUNCTION notify_plans()",
)


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    for statement in _TABLES.split(";"):
        if statement.strip():
            op.execute(statement)
    op.add_column("tasks", sa.Column("plan_id", sa.Uuid(), nullable=True))
    op.add_column("tasks", sa.Column("plan_step", sa.Text(), nullable=True))
    op.add_column("tasks", sa.Column("plan_place", sa.Integer(), nullable=True))
    op.add_column("task_events", sa.Column("plan_id", sa.Uuid(), nullable=True))
    for statement in _TOLD:
        op.execute(statement)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER tell_plan ON tasks")
    op.execute("DROP FUNCTION tell_plan")
    op.drop_column("task_events", "plan_id")
    for column in ("plan_place", "plan_step", "plan_id"):
        op.drop_column("tasks", column)
    for table in ("plan_ends", "plan_parts", "plan_steps", "plans"):
        op.drop_table(table)
    op.execute("DROP FUNCTION notify_plans")
