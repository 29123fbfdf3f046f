"""Results that wait for review: apart from their column, because indexes that are made beside writers commit by themselves"""

from db.migrations.beside_writers import create_index, drop_index

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index("ix_plan_parts_review", "plan_parts (plan_id, review_before) WHERE status = 'review'")


def downgrade() -> None:
    drop_index("ix_plan_parts_review")
