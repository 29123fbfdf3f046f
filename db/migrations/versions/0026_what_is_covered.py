"""What is covered"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    # Null in rows that are there: they are as fresh as their last success, and nobody collects everything anew.
    op.execute("ALTER TABLE ticker_data_freshness ADD COLUMN covered tstzmultirange, ADD COLUMN fresh_to timestamptz")
    # Where the first gap after `since` begins. Null: nothing is covered before it.
    op.execute("""
        CREATE FUNCTION fresh_to(covered tstzmultirange, since timestamptz, until timestamptz) RETURNS timestamptz
        LANGUAGE sql IMMUTABLE AS $$
            SELECT upper(covered * tstzmultirange(tstzrange(NULL, COALESCE(
                lower(tstzmultirange(tstzrange(since, until)) - covered), until), '[]')))
        $$
    """)
    op.execute("""
        CREATE FUNCTION covered_before(success timestamptz) RETURNS tstzmultirange LANGUAGE sql IMMUTABLE AS $$
            SELECT CASE WHEN success IS NULL THEN '{}' ELSE tstzmultirange(tstzrange('-infinity', success)) END
        $$
    """)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP FUNCTION fresh_to(tstzmultirange, timestamptz, timestamptz)")
    op.execute("DROP FUNCTION covered_before(timestamptz)")
    op.execute("ALTER TABLE ticker_data_freshness DROP COLUMN covered, DROP COLUMN fresh_to")
