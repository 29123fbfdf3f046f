"""Tasks by plan, and plans by their end: apart from the tables of plans, because indexes that are made beside writers commit by themselves"""

from db.migrations.beside_writers import create_index, drop_index

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index("ix_tasks_plan_id", "tasks (plan_id, created_at) WHERE plan_id IS NOT NULL")
    create_index("ix_plans_completed_at", "plans (completed_at) WHERE completed_at IS NOT NULL")


def downgrade() -> None:
    drop_index("ix_plans_completed_at")
    drop_index("ix_tasks_plan_id")
