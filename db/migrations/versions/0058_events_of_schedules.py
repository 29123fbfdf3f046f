"""What happens to schedules is an event of the stream"""

from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

# For whoever listens (db/tasks/event_places.py). In the name of the owner: whoever may change a schedule need not be
# allowed to write events about what is no task of theirs.
_OF_SCHEDULES = """
CREATE FUNCTION tell_schedule() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO task_events (task_id, type, status) VALUES (NEW.id, 'schedule_made', 'scheduled');
    ELSE
        INSERT INTO task_events (task_id, type, status) VALUES (NEW.id, 'schedule_' || CASE
            WHEN NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL THEN 'deleted'
            WHEN NEW.paused AND NOT OLD.paused THEN 'paused'
            WHEN OLD.paused AND NOT NEW.paused THEN 'resumed'
            ELSE 'changed' END, 'scheduled');
    END IF;
    RETURN NULL;
END
$$
"""
_OF_RUNS = """
CREATE FUNCTION tell_schedule_run() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO task_events (task_id, type, status, details) VALUES (
        NEW.schedule_id, 'schedule_' || CASE NEW.outcome WHEN 'running' THEN 'ran' ELSE NEW.outcome END, 'scheduled',
        jsonb_build_object('due_at', NEW.due_at));
    RETURN NULL;
END
$$
"""
_SHOWN = "name, definition, paused, note, remaining, other_runs, problem, gone_at, deleted_at, told_at IS NULL"
_MADE = "CREATE TRIGGER tell_schedule_made AFTER INSERT ON schedules FOR EACH ROW EXECUTE FUNCTION tell_schedule()"
_CHANGED = """
CREATE TRIGGER tell_schedule AFTER UPDATE ON schedules FOR EACH ROW WHEN (({old}) IS DISTINCT FROM ({new}))
EXECUTE FUNCTION tell_schedule()
"""
_RAN = """
CREATE TRIGGER tell_schedule_run AFTER INSERT OR UPDATE OF outcome ON schedule_runs FOR EACH ROW
EXECUTE FUNCTION tell_schedule_run()
"""


def _of(row: str) -> str:
    return ", ".join(f"{row}.{column}" for column in _SHOWN.split(", "))


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    for statement in (_OF_SCHEDULES, _OF_RUNS, _MADE, _CHANGED.format(old=_of("OLD"), new=_of("NEW")), _RAN):
        op.execute(statement)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    triggers = (
        ("tell_schedule_run", "schedule_runs"),
        ("tell_schedule_made", "schedules"),
        ("tell_schedule", "schedules"),
    )
    for name, table in triggers:
        op.execute(f"DROP TRIGGER {name} ON {table}")
    for name in ("tell_schedule", "tell_schedule_run"):
        op.execute(f"DROP FUNCTION {name}()")
