"""The workspace of collected rows: a column, and the first of each key; what there is belongs to the default one"""

from alembic import op

from db.migrations.beside_writers import create_index

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

#: Table -> its natural key.
_KEYS = {
    "reddit_posts_raw": "ticker, reddit_id",
    "reddit_comments": "ticker, comment_id",
    "social_posts": "ticker, network, post_id",
    "news_articles": "ticker, article_id",
    "sec_filings": "ticker, accession_number",
    "sec_filing_pieces": "ticker, piece_id",
    "reddit_sentiment": "ticker, post_id, scorer",
    "social_sentiment": "ticker, post_id, scorer",
    "ai_analyses": "analysis_id",
    "api_update_log": "request_id",
    "web_snapshots": "url, selector, taken_at",
}

# The content is that of the record, without who stored it, and the digest of a row of the default workspace is what it was.
# Of a row that has no such column yet, because its table comes later, that is the workspace.
_KEEP = """
CREATE OR REPLACE FUNCTION keep_revision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := to_jsonb(OLD) - '{task_id,attempt,fetched_at,workspace}'::text[];
    place text := COALESCE(to_jsonb(OLD)->>'workspace', 'default');
BEGIN
    INSERT INTO record_revisions (digest, kind, content, task_id, attempt, fetched_at, replaced_by, workspace)
    VALUES (sha256(convert_to(TG_ARGV[0] || CASE place WHEN 'default' THEN '' ELSE '@' || place END || before::text, 'UTF8')),
        TG_ARGV[0], before, OLD.task_id, OLD.attempt, OLD.fetched_at, NEW.task_id, place)
    ON CONFLICT (digest) DO UPDATE SET task_id = EXCLUDED.task_id, attempt = EXCLUDED.attempt,
        fetched_at = EXCLUDED.fetched_at, replaced_by = EXCLUDED.replaced_by, replaced_at = now();
    RETURN NULL;
END $$
"""
_KEEP_BEFORE = """
CREATE OR REPLACE FUNCTION keep_revision() RETURNS trigger LANGUAGE plpgsql AS $$
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


def _by_itself(*statements: str) -> None:
    """In a transaction of their own: a lock on one table while waiting for another could be waiting in a circle."""
    with op.get_context().autocommit_block():
        # Begins a transaction again when it is left.
        pass
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    for statement in statements:
        op.execute(statement)


def upgrade() -> None:
    _by_itself("ALTER TABLE record_revisions ADD COLUMN IF NOT EXISTS workspace text NOT NULL DEFAULT 'default'", _KEEP)
    for table, key in _KEYS.items():
        # Neither reads nor writes a row.
        _by_itself(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS workspace text NOT NULL DEFAULT 'default'")
        _change_key(table, f"workspace, {key}")


def _change_key(table: str, columns: str) -> None:
    # Built beside the writers, it takes the old one's place in a moment.
    create_index(f"uq_{table}_next", f"{table} ({columns})", unique=True)
    _by_itself(
        f"ALTER TABLE {table} DROP CONSTRAINT pk_{table}, ADD CONSTRAINT pk_{table} PRIMARY KEY USING INDEX uq_{table}_next"
    )


def downgrade() -> None:
    for table, key in _KEYS.items():
        # Refused where two workspaces have a row of the same key, and begun again once one is gone. What is of other
        # workspaces is everybody's then.
        _change_key(table, key)
        _by_itself(f"ALTER TABLE {table} DROP COLUMN IF EXISTS workspace")
    _by_itself(_KEEP_BEFORE, "ALTER TABLE record_revisions DROP COLUMN IF EXISTS workspace")
