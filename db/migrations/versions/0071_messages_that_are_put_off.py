"""How often a message that follows tasks could not be brought up to date, and why it was given up"""

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("telegram_watches", sa.Column("tries", sa.Integer(), server_default="0", nullable=False))
    op.add_column("telegram_watches", sa.Column("given_up", sa.Text(), nullable=True))
    # Small, and empty but for what went wrong within a week.
    op.create_index(
        "ix_telegram_watches_given_up",
        "telegram_watches",
        ["ended_at"],
        postgresql_where=sa.text("given_up IS NOT NULL"),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_telegram_watches_given_up", "telegram_watches")
    op.drop_column("telegram_watches", "given_up")
    op.drop_column("telegram_watches", "tries")
