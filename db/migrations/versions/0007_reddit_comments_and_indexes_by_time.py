"""Reddit comments, and indexes by time"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from db.migrations.beside_writers import create_index

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


#: Of tables that are there already.
_INDEXES = (
    ("ix_ai_analyses_fetched_at", "ai_analyses (fetched_at)"),
    ("ix_api_update_log_fetched_at", "api_update_log (fetched_at)"),
    ("ix_news_articles_fetched_at", "news_articles (fetched_at)"),
    ("ix_news_articles_published", "news_articles (published)"),
    ("ix_reddit_posts_raw_created_utc", "reddit_posts_raw (created_utc)"),
    ("ix_reddit_posts_raw_fetched_at", "reddit_posts_raw (fetched_at)"),
    ("ix_reddit_sentiment_fetched_at", "reddit_sentiment (fetched_at)"),
    ("ix_reddit_sentiment_ticker_fetched_at", "reddit_sentiment (ticker, fetched_at DESC)"),
    ("ix_sec_filings_fetched_at", "sec_filings (fetched_at)"),
    ("ix_sec_filings_filed_on", "sec_filings (filed_on)"),
    ("ix_social_posts_created_utc", "social_posts (created_utc)"),
    ("ix_social_posts_fetched_at", "social_posts (fetched_at)"),
    ("ix_social_sentiment_fetched_at", "social_sentiment (fetched_at)"),
    ("ix_social_sentiment_ticker_fetched_at", "social_sentiment (ticker, fetched_at DESC)"),
    ("ix_web_snapshots_fetched_at", "web_snapshots (fetched_at)"),
    ("ix_web_snapshots_taken_at", "web_snapshots (taken_at)"),
)


def upgrade() -> None:
    for name, on in _INDEXES:
        create_index(name, on)
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "reddit_comments",
        sa.Column("ticker", sa.Text(), nullable=False),
        sa.Column("comment_id", sa.Text(), nullable=False),
        sa.Column("post_id", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("subreddit", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("permalink", sa.Text(), nullable=False),
        sa.Column("created_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raw", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("ticker", "comment_id", name=op.f("pk_reddit_comments")),
    )
    op.create_index("ix_reddit_comments_created_utc", "reddit_comments", ["created_utc"], unique=False)
    op.create_index("ix_reddit_comments_fetched_at", "reddit_comments", ["fetched_at"], unique=False)
    op.create_index(
        "ix_reddit_comments_ticker_created_utc",
        "reddit_comments",
        ["ticker", sa.literal_column("created_utc DESC")],
        unique=False,
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_web_snapshots_taken_at", table_name="web_snapshots")
    op.drop_index("ix_web_snapshots_fetched_at", table_name="web_snapshots")
    op.drop_index("ix_social_sentiment_ticker_fetched_at", table_name="social_sentiment")
    op.drop_index("ix_social_sentiment_fetched_at", table_name="social_sentiment")
    op.drop_index("ix_social_posts_fetched_at", table_name="social_posts")
    op.drop_index("ix_social_posts_created_utc", table_name="social_posts")
    op.drop_index("ix_sec_filings_filed_on", table_name="sec_filings")
    op.drop_index("ix_sec_filings_fetched_at", table_name="sec_filings")
    op.drop_index("ix_reddit_sentiment_ticker_fetched_at", table_name="reddit_sentiment")
    op.drop_index("ix_reddit_sentiment_fetched_at", table_name="reddit_sentiment")
    op.drop_index("ix_reddit_posts_raw_fetched_at", table_name="reddit_posts_raw")
    op.drop_index("ix_reddit_posts_raw_created_utc", table_name="reddit_posts_raw")
    op.drop_index("ix_news_articles_published", table_name="news_articles")
    op.drop_index("ix_news_articles_fetched_at", table_name="news_articles")
    op.drop_index("ix_api_update_log_fetched_at", table_name="api_update_log")
    op.drop_index("ix_ai_analyses_fetched_at", table_name="ai_analyses")
    op.drop_index("ix_reddit_comments_ticker_created_utc", table_name="reddit_comments")
    op.drop_index("ix_reddit_comments_fetched_at", table_name="reddit_comments")
    op.drop_index("ix_reddit_comments_created_utc", table_name="reddit_comments")
    op.drop_table("reddit_comments")
