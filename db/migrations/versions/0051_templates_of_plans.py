"""Templates of plans"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("task_templates", sa.Column("plan", postgresql.JSONB(), nullable=True))
    op.alter_column("task_templates", "task", nullable=True)
    op.create_check_constraint(
        op.f("ck_task_templates_is_task_or_plan"), "task_templates", "num_nonnulls(task, plan) = 1"
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f("ck_task_templates_is_task_or_plan"), "task_templates")
    # The version before knows no templates of plans.
    op.execute("DELETE FROM task_templates WHERE task IS NULL")
    op.alter_column("task_templates", "task", nullable=False)
    op.drop_column("task_templates", "plan")
