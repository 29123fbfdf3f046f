"""Sessions of plans: which task runs in which, and which worker has one open"""

from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

_SESSIONS = """
CREATE TABLE IF NOT EXISTS plan_sessions (
    task_id UUID NOT NULL,
    plan_id UUID NOT NULL,
    worker_id UUID NOT NULL,
    round INTEGER NOT NULL,
    run_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_plan_sessions PRIMARY KEY (task_id),
    CONSTRAINT uq_plan_sessions_plan_id_task_id UNIQUE (plan_id, task_id),
    CONSTRAINT fk_plan_sessions_plan_id_plans FOREIGN KEY (plan_id) REFERENCES plans (id) ON DELETE CASCADE
)
"""


def upgrade() -> None:
    _each_by_itself(
        "ALTER TABLE tasks ADD COLUMN IF NOT EXISTS session_id UUID",
        _SESSIONS,
    )


def downgrade() -> None:
    _each_by_itself("DROP TABLE IF EXISTS plan_sessions", "ALTER TABLE tasks DROP COLUMN IF EXISTS session_id")


def _each_by_itself(*statements: str) -> None:
    """A lock on one table while waiting for another could be waiting in a circle with a writer."""
    with op.get_context().autocommit_block():
        # A migration that cannot get its lock must fail, not queue everybody behind itself.
        op.execute("SET lock_timeout = '5s'")
        for statement in statements:
            op.execute(statement)
        op.execute("RESET lock_timeout")
