"""A run of a schedule may be a plan"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("schedule_runs", sa.Column("plan_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("schedule_runs", "plan_id")
