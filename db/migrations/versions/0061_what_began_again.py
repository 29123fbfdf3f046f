"""What is told to a plan of a task says whether that was over before"""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

_TELL = """
    CREATE OR REPLACE FUNCTION tell_plan() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO plan_ends (plan_id, task_id{column}) VALUES (NEW.plan_id, NEW.id{value}); RETURN NULL; END $$
"""
_OVER = "('succeeded', 'failed', 'cancelled', 'rejected')"


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("plan_ends", sa.Column("was_over", sa.Boolean(), server_default="false", nullable=False))
    op.execute(_TELL.format(column=", was_over", value=f", OLD.status IN {_OVER}"))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(_TELL.format(column="", value=""))
    op.drop_column("plan_ends", "was_over")
