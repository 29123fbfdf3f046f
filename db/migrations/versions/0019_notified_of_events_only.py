"""Listeners are notified of events only"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# A statement that inserts nothing (a heartbeat without news) must not wake who listens.
_NOTIFY_IF_ANY = """
CREATE OR REPLACE FUNCTION notify_task_events() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN IF EXISTS (SELECT 1 FROM made) THEN PERFORM pg_notify('task_events', ''); END IF; RETURN NULL; END $$
"""
_NOTIFY = """
CREATE OR REPLACE FUNCTION notify_task_events() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_notify('task_events', ''); RETURN NULL; END $$
"""


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER notify_task_events ON task_events")
    op.execute(_NOTIFY_IF_ANY)
    op.execute(
        "CREATE TRIGGER notify_task_events AFTER INSERT ON task_events REFERENCING NEW TABLE AS made "
        "FOR EACH STATEMENT EXECUTE FUNCTION notify_task_events()"
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER notify_task_events ON task_events")
    op.execute(_NOTIFY)
    op.execute(
        "CREATE TRIGGER notify_task_events AFTER INSERT ON task_events "
        "FOR EACH STATEMENT EXECUTE FUNCTION notify_task_events()"
    )
