"""Queues and freshness, minute by minute"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "metrics_moments",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("tickers", sa.BigInteger(), nullable=False),
        sa.Column("fresh", sa.BigInteger(), nullable=False),
        sa.Column("queues", JSONB(), nullable=False),
        sa.Column("sources", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("at", name=op.f("pk_metrics_moments")),
    )


def downgrade() -> None:
    op.drop_table("metrics_moments")
