"""What rows said before"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

#: (kind, table, columns whose change leaves a revision): all but the key, counters, and who stored the row when.
_TABLES = (
    ("reddit_posts", "reddit_posts_raw", "subreddit title body author flair permalink url created_utc raw"),
    ("reddit_comments", "reddit_comments", "post_id parent_id subreddit body author depth permalink created_utc raw"),
    ("social_posts", "social_posts", "author_id author text lang url created_utc raw"),
    ("news_articles", "news_articles", "url source title text author published content_hash raw"),
    (
        "sec_filings", "sec_filings",
        "cik company form filed_on period_of_report primary_document document_url text",
    ),
    ("reddit_sentiment", "reddit_sentiment", "label score confidence reason"),
    ("social_sentiment", "social_sentiment", "label score confidence reason"),
    ("ai_analyses", "ai_analyses", "ticker analysis model text cited details"),
    ("api_updates", "api_update_log", "endpoint method payload status_code response"),
    ("web_snapshots", "web_snapshots", "status_code title text content_hash changed diff"),
)  # fmt: skip

# In the database: between reading a row and writing it, another delivery could put another content there.
_FUNCTION = """
CREATE FUNCTION keep_revision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := to_jsonb(OLD) - '{task_id,attempt,fetched_at}'::text[];
BEGIN
    INSERT INTO record_revisions (digest, kind, content, task_id, attempt, fetched_at, replaced_by)
    VALUES (sha256(convert_to(TG_ARGV[0] || before::text, 'UTF8')), TG_ARGV[0], before,
        OLD.task_id, OLD.attempt, OLD.fetched_at, NEW.task_id)
    ON CONFLICT (digest) DO UPDATE SET task_id = EXCLUDED.task_id, attempt = EXCLUDED.attempt,
        fetched_at = EXCLUDED.fetched_at, replaced_by = EXCLUDED.replaced_by, replaced_at = now();
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "record_revisions",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_by", sa.Uuid(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_record_revisions")),
    )
    op.create_index(
        "ix_record_revisions_kind_replaced_at",
        "record_revisions",
        ["kind", sa.literal_column("replaced_at DESC")],
        unique=False,
    )
    op.execute(_FUNCTION)
    for kind, table, names in _TABLES:
        before, after = (", ".join(f"{row}.{name}" for name in names.split()) for row in ("OLD", "NEW"))
        # It reads no row that is there already: cheap, however large the table is.
        op.execute(
            f"CREATE TRIGGER keep_revision AFTER UPDATE ON {table} FOR EACH ROW "
            f"WHEN (({before}) IS DISTINCT FROM ({after})) EXECUTE FUNCTION keep_revision('{kind}')"
        )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for _, table, _ in _TABLES:
        op.execute(f"DROP TRIGGER keep_revision ON {table}")
    op.execute("DROP FUNCTION keep_revision()")
    op.drop_table("record_revisions")
