"""Messages about tasks that are put off and given up; runs of schedules that were cancelled by the next one"""

import sqlalchemy as sa
from alembic import op

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

# What is there obeys either one: nobody waits while the rows are read.
_WITH_CANCELLED = """
ALTER TABLE schedule_runs ADD CONSTRAINT ck_schedule_runs_valid_outcome
CHECK (outcome IN ('running', 'succeeded', 'failed', 'missed', 'skipped', 'cancelled')) NOT VALID
"""
_AS_BEFORE = """
ALTER TABLE schedule_runs ADD CONSTRAINT ck_schedule_runs_valid_outcome
CHECK (outcome IN ('running', 'succeeded', 'failed', 'missed', 'skipped')) NOT VALID
"""


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("telegram_watches", sa.Column("tries", sa.Integer(), server_default="0", nullable=False))
    op.add_column("telegram_watches", sa.Column("given_up", sa.Text(), nullable=True))
    op.add_column("schedule_runs", sa.Column("cancelled", sa.Boolean(), server_default="false", nullable=False))
    op.drop_constraint("ck_schedule_runs_valid_outcome", "schedule_runs")
    op.execute(_WITH_CANCELLED)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("UPDATE schedule_runs SET outcome = 'failed' WHERE outcome = 'cancelled'")
    op.drop_constraint("ck_schedule_runs_valid_outcome", "schedule_runs")
    op.execute(_AS_BEFORE)
    op.drop_column("schedule_runs", "cancelled")
    op.drop_column("telegram_watches", "given_up")
    op.drop_column("telegram_watches", "tries")
