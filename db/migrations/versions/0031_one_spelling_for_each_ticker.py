"""One spelling for each ticker: what is stored under BRK-B, BRK/B and BRKB moves to BRK.B"""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

#: Written without anything before the class, as `contracts/tickers/spelling.py` had them.
_RUN_TOGETHER = (
    "AKO.A AKO.B BF.A BF.B BH.A BIO.B BRK.A BRK.B CRD.A CRD.B CWEN.A GEF.B GTN.A HEI.A HVT.A LEN.B MKC.V MOG.A MOG.B "
    "PBR.A RDS.A RDS.B RUSH.A RUSH.B STZ.B TAP.A UHAL.B WSO.B"
)
#: Table -> the rest of its key, and the text of which the longer one stays where a row is there under both spellings.
_ROWS = {
    "reddit_posts_raw": ("reddit_id", "body"),
    "reddit_comments": ("comment_id", "body"),
    "social_posts": ("network, post_id", "text"),
    "news_articles": ("article_id", "text"),
    "sec_filings": ("accession_number", "text"),
    "sec_filing_pieces": ("piece_id", "text"),
    "reddit_sentiment": ("post_id, scorer", ""),
    "social_sentiment": ("post_id, scorer", ""),
    "ticker_data_freshness": ("data_source", ""),
    "watched_tickers": ("", ""),
}
#: Tables in which a ticker is no part of the key.
_NAMED = ("tasks", "ai_analyses", "agent_decisions")

_FUNCTION = """
CREATE FUNCTION pg_temp.one_spelling(written text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT CASE
        WHEN written ~ '^[A-Z]{{1,5}}[-/ ][A-Z]$' THEN regexp_replace(written, '[-/ ]', '.')
        ELSE coalesce((
            SELECT each FROM unnest('{{{run_together}}}'::text[]) AS each WHERE replace(each, '.', '') = written
        ), written)
    END
$$
"""
_FIND = """
CREATE TEMP TABLE moved_tickers ON COMMIT DROP AS
SELECT DISTINCT ticker AS written, pg_temp.one_spelling(ticker) AS meant FROM ({tickers}) AS found
WHERE pg_temp.one_spelling(ticker) <> ticker
"""
# Spelling by spelling: two that are wrong may mean one ticker.
_MOVE = """
DO $$
DECLARE
    moved record;
BEGIN
    FOR moved IN SELECT written, meant FROM moved_tickers ORDER BY written LOOP
        {poorer}
        DELETE FROM {table} AS wrong USING {table} AS right_one
        WHERE wrong.ticker = moved.written AND right_one.ticker = moved.meant {same};
        UPDATE {table} SET ticker = moved.meant WHERE ticker = moved.written;
    END LOOP;
END $$
"""
_TICKERS = "SELECT ticker FROM {table}"
_NAME = "UPDATE {table} SET ticker = meant FROM moved_tickers WHERE ticker = written"
_POORER = """
        DELETE FROM {table} AS poorer USING {table} AS fuller
        WHERE poorer.ticker = moved.meant AND fuller.ticker = moved.written {same}
            AND length(fuller.{words}) > length(poorer.{words});
"""


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(_FUNCTION.format(run_together=_RUN_TOGETHER.replace(" ", ",")))
    op.execute(_FIND.format(tickers=" UNION ".join(_TICKERS.format(table=each) for each in (*_ROWS, *_NAMED))))
    # What people said of a ticker under one spelling holds for the other one, too.
    op.execute(
        "UPDATE watched_tickers AS kept SET tracked = kept.tracked OR other.tracked, "
        "watchers = greatest(kept.watchers, other.watchers), name = coalesce(kept.name, other.name), "
        "earnings_date = coalesce(kept.earnings_date, other.earnings_date), score = coalesce(kept.score, other.score) "
        "FROM watched_tickers AS other JOIN moved_tickers AS moved ON moved.written = other.ticker "
        "WHERE kept.ticker = moved.meant"
    )
    for table, (key, words) in _ROWS.items():
        op.execute(_move(table, key, words))
    for table in _NAMED:
        op.execute(_NAME.format(table=table))
    op.execute(
        "UPDATE tasks SET params = jsonb_set(params, '{ticker}', to_jsonb(meant)) FROM moved_tickers "
        "WHERE ticker = meant AND params ->> 'ticker' = written"
    )
    op.execute("DROP TABLE moved_tickers")
    op.execute("DROP FUNCTION pg_temp.one_spelling(text)")


def downgrade() -> None:
    """What was under which spelling is not known any more."""


def _move(table: str, key: str, words: str) -> str:
    def same(one: str, other: str) -> str:
        return "".join(f" AND {one}.{name} = {other}.{name}" for name in key.split(", ") if name)

    poorer = _POORER.format(table=table, words=words, same=same("poorer", "fuller")) if words else ""
    return _MOVE.format(table=table, poorer=poorer, same=same("wrong", "right_one"))
