"""Opinions say which text of the post they are about: an edited post is scored again"""

from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None

_TABLES = ("reddit_sentiment", "social_sentiment")


def _by_itself(statement: str) -> None:
    """In a transaction of its own: a lock on one table while waiting for another could be waiting in a circle."""
    with op.get_context().autocommit_block():
        # Begins a transaction again when it is left.
        pass
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(statement)


def upgrade() -> None:
    for table in _TABLES:
        # Neither reads nor writes a row: what is there says nothing of its text, and counts as it did.
        _by_itself(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS text_hash text")


def downgrade() -> None:
    for table in _TABLES:
        _by_itself(f"ALTER TABLE {table} DROP COLUMN IF EXISTS text_hash")
