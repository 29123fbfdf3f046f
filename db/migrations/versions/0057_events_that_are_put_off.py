"""How often an event could not be looked at, and until when it is put off: those behind it go on"""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("trigger_events", sa.Column("tries", sa.Integer(), server_default="0", nullable=False))
    op.add_column("trigger_events", sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("trigger_events", "next_try_at")
    op.drop_column("trigger_events", "tries")
