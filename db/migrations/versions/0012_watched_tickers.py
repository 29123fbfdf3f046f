"""Watched tickers"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "watched_tickers",
        sa.Column("ticker", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("tracked", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("watchers", sa.Integer(), server_default="0", nullable=False),
        sa.Column("earnings_date", sa.Date(), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("score_before", sa.Double(), nullable=True),
        sa.Column("score_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("watchers >= 0", name=op.f("ck_watched_tickers_watchers_counted")),
        sa.PrimaryKeyConstraint("ticker", name=op.f("pk_watched_tickers")),
    )
    op.create_index(
        "ix_watched_tickers_tracked",
        "watched_tickers",
        [sa.literal_column("watchers DESC"), "ticker"],
        unique=False,
        postgresql_where=sa.text("tracked"),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_watched_tickers_tracked", table_name="watched_tickers", postgresql_where=sa.text("tracked"))
    op.drop_table("watched_tickers")
