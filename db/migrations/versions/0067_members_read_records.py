"""Members of workspaces read the rows of theirs: policies, and an index by workspace that leaves the default one out"""

from alembic import op

from db.migrations.beside_writers import create_index, drop_index
from db.migrations.of_workspaces import keep_members_out, let_members_read

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

#: Table -> what its rows are sorted by.
_TIMES = {
    "reddit_posts_raw": "created_utc",
    "reddit_comments": "created_utc",
    "social_posts": "created_utc",
    "news_articles": "published",
    "sec_filings": "filed_on",
    "sec_filing_pieces": "filed_on",
    "reddit_sentiment": "fetched_at",
    "social_sentiment": "fetched_at",
    "ai_analyses": "fetched_at",
    "api_update_log": "fetched_at",
    "web_snapshots": "taken_at",
}
_TABLES = (*_TIMES, "record_revisions")
_NOT_DEFAULT = "WHERE workspace <> 'default'"


def upgrade() -> None:
    for table, time in _TIMES.items():
        create_index(f"ix_{table}_workspace_{time}", f"{table} (workspace, {time} DESC) {_NOT_DEFAULT}")
    create_index(
        "ix_record_revisions_workspace_kind_replaced_at",
        f"record_revisions (workspace, kind, replaced_at DESC) {_NOT_DEFAULT}",
    )
    # Each by itself: a lock on one table while waiting for another could be waiting in a circle with a writer.
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '5s'")
        for table in _TABLES:
            let_members_read(table)
        op.execute("RESET lock_timeout")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '5s'")
        for table in _TABLES:
            keep_members_out(table)
        op.execute("RESET lock_timeout")
    drop_index("ix_record_revisions_workspace_kind_replaced_at")
    for table, time in _TIMES.items():
        drop_index(f"ix_{table}_workspace_{time}")
