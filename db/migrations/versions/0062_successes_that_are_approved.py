"""A result that a person looks at sets triggers off once it is approved"""

import sqlalchemy as sa
from alembic import op

from db.migrations.beside_writers import create_index, drop_index

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

# In the name of the owner, as before: whoever belongs to workspaces only ends tasks, too, and may read no triggers.
# That of a step is told with whoever approved of its result. A result that a person gave instead is none of its task.
_NOTE = """
CREATE OR REPLACE FUNCTION note_trigger_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
DECLARE
    is_step boolean := NEW.type = 'step_succeeded';
    what text := CASE WHEN is_step THEN 'task.succeeded' WHEN NEW.plan_id IS NULL THEN 'task.' || NEW.type
        ELSE 'plan.' || substr(NEW.type, 6) END;
    whose uuid := CASE WHEN is_step THEN CAST(NEW.details->>'task_id' AS uuid) ELSE NEW.task_id END;
    task_round int;
    task_attempt int;
    is_reviewed boolean;
    is_its_own boolean;
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM triggers WHERE watches @> ARRAY[what] AND NOT paused AND deleted_at IS NULL
            AND (task_type IS NULL OR task_type = (SELECT type FROM tasks WHERE id = whose))
    ) THEN
        RETURN NULL;
    END IF;
    IF what = 'task.succeeded' THEN
        SELECT t.round, t.attempt, s.definition->'needs_review' = 'true',
            t.status = 'succeeded' AND t.result IS NOT DISTINCT FROM p.result
        INTO task_round, task_attempt, is_reviewed, is_its_own FROM tasks t
            LEFT JOIN plan_steps s ON s.plan_id = t.plan_id AND s.step = t.plan_step
            LEFT JOIN plan_parts p ON p.plan_id = t.plan_id AND p.step = t.plan_step AND p.place = t.plan_place
        WHERE t.id = whose;
        IF COALESCE(is_reviewed, false) <> is_step OR (is_step AND is_its_own IS NOT TRUE) THEN
            RETURN NULL;
        END IF;
    END IF;
    INSERT INTO trigger_events (event, subject, content) VALUES (what, whose, jsonb_build_object(
        'round', CASE WHEN is_step THEN task_round ELSE NEW.round END,
        'attempt', CASE WHEN is_step THEN task_attempt ELSE NEW.attempt END,
        'error', CASE WHEN NEW.type IN ('failed', 'plan_failed') THEN NEW.details END));
    RETURN NULL;
END
$$
"""
_NOTE_BEFORE = """
CREATE OR REPLACE FUNCTION note_trigger_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
DECLARE
    what text;
BEGIN
    what := CASE WHEN NEW.plan_id IS NULL THEN 'task.' || NEW.type ELSE 'plan.' || substr(NEW.type, 6) END;
    IF EXISTS (
        SELECT 1 FROM triggers WHERE watches @> ARRAY[what] AND NOT paused AND deleted_at IS NULL
            AND (task_type IS NULL OR task_type = (SELECT type FROM tasks WHERE id = NEW.task_id))
    ) THEN
        INSERT INTO trigger_events (event, subject, content) VALUES (what, NEW.task_id, jsonb_build_object(
            'round', NEW.round, 'attempt', NEW.attempt,
            'error', CASE WHEN NEW.type IN ('failed', 'plan_failed') THEN NEW.details END));
    END IF;
    RETURN NULL;
END
$$
"""
_TRIGGER = """
CREATE TRIGGER note_trigger_event AFTER INSERT ON task_events FOR EACH ROW WHEN (NEW.type IN (
    'succeeded', 'failed', 'cancelled', 'rejected', 'plan_succeeded', 'plan_failed', 'plan_cancelled'
){more}) EXECUTE FUNCTION note_trigger_event()
"""
_STEPS = " OR (NEW.type = 'step_succeeded' AND jsonb_exists(NEW.details, 'by'))"


def _replace(note: str, more: str) -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER note_trigger_event ON task_events")
    for statement in (note, _TRIGGER.format(more=more)):
        op.execute(sa.text(statement.replace(":", r"\:")))


def upgrade() -> None:
    # Results that a person approved of, for those who are told of what succeeded.
    create_index(
        "ix_plan_parts_decided", "plan_parts (updated_at) WHERE decided_by IS NOT NULL AND status = 'succeeded'"
    )
    _replace(_NOTE, _STEPS)


def downgrade() -> None:
    _replace(_NOTE_BEFORE, "")
    drop_index("ix_plan_parts_decided")
