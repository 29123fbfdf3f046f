"""Filings in pieces"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_FILING = "cik company form filed_on period_of_report primary_document document_url text"
_COUNTS = "characters pieces truncated"
_PIECE = "accession_number number filed_on text"


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    # Constant defaults: no row is rewritten.
    op.add_column("sec_filings", sa.Column("characters", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("sec_filings", sa.Column("pieces", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.add_column("sec_filings", sa.Column("truncated", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_table(
        "sec_filing_pieces",
        sa.Column("ticker", sa.Text(), nullable=False),
        sa.Column("piece_id", sa.Text(), nullable=False),
        sa.Column("accession_number", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("ticker", "piece_id", name=op.f("pk_sec_filing_pieces")),
    )
    op.create_index(
        "ix_sec_filing_pieces_ticker_filed_on", "sec_filing_pieces", ["ticker", sa.literal_column("filed_on DESC")]
    )
    op.create_index("ix_sec_filing_pieces_filed_on", "sec_filing_pieces", ["filed_on"])
    op.create_index("ix_sec_filing_pieces_fetched_at", "sec_filing_pieces", ["fetched_at"])
    _watch("sec_filings", f"{_FILING} {_COUNTS}")
    _watch("sec_filing_pieces", _PIECE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("sec_filing_pieces")
    op.execute("DROP TRIGGER keep_revision ON sec_filings")
    for name in _COUNTS.split():
        op.drop_column("sec_filings", name)
    _watch("sec_filings", _FILING)


def _watch(table: str, names: str) -> None:
    """A change of any of these columns leaves a revision (migration 0020)."""
    before, after = (", ".join(f"{row}.{name}" for name in names.split()) for row in ("OLD", "NEW"))
    op.execute(
        f"CREATE OR REPLACE TRIGGER keep_revision AFTER UPDATE ON {table} FOR EACH ROW "
        f"WHEN (({before}) IS DISTINCT FROM ({after})) EXECUTE FUNCTION keep_revision('{table}')"
    )
