"""What a reviewer wants to be different, and when plans ended"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("tasks", sa.Column("feedback", sa.Text(), nullable=True))
    op.create_index(
        "ix_plans_completed_at", "plans", ["completed_at"], postgresql_where=sa.text("completed_at IS NOT NULL")
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_plans_completed_at", "plans")
    op.drop_column("tasks", "feedback")
