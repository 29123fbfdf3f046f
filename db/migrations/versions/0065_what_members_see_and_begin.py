"""What members of workspaces see and change of templates and triggers, hear of schedules, and begin for many tasks"""

import sqlalchemy as sa
from alembic import op

from db.migrations.beside_writers import create_index, drop_index

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

# As in 0047. Unset or empty: no workspace at all. The default one is never a member's.
_SEEN, _CHANGED = (
    f"instance <> 'default' AND instance = ANY ((SELECT string_to_array(current_setting('{names}', true), ','))::text[])"
    for names in ("clawdbot.reads", "clawdbot.changes")
)
# The policy of triggers holds for the question, too.
_OF_SEEN = "EXISTS (SELECT 1 FROM triggers WHERE id = {table}.trigger_id)"
_OF_CHANGED = _OF_SEEN.replace("WHERE", f"WHERE {_CHANGED} AND")
# Written by a replay once its task or plan is there.
_MADE = " OR ".join(
    "EXISTS (SELECT 1 FROM {made} WHERE id = trigger_made.id)".replace("{made}", made) for made in ("tasks", "plans")
)

# What a member has begun, for workspaces in which they change things. Core does it, with the rights that they have then.
_OWN = (
    "user_id = CAST(NULLIF(current_setting('clawdbot.user', true), '') AS uuid) AND scope IS NOT NULL "
    "AND scope <@ (SELECT string_to_array(current_setting('clawdbot.changes', true), ','))::text[]"
)

#: Table -> command -> (USING, WITH CHECK). A version of a template is never changed.
_POLICIES: dict[str, dict[str, tuple[str | None, str | None]]] = {
    "task_templates": {"SELECT": (_SEEN, None), "INSERT": (None, _CHANGED), "DELETE": (_CHANGED, None)},
    "triggers": {"SELECT": (_SEEN, None), "INSERT": (None, _CHANGED), "UPDATE": (_CHANGED, _CHANGED)},
    "trigger_deliveries": {
        "SELECT": (_OF_SEEN, None), "INSERT": (None, _OF_CHANGED), "UPDATE": (_OF_CHANGED, _OF_CHANGED),
    },
    "trigger_made": {"INSERT": (None, _MADE)},
    "bulk_actions": {
        "SELECT": (_OWN, None), "INSERT": (None, _OWN), "UPDATE": (_OWN, _OWN), "DELETE": (_OWN, None),
    },
}  # fmt: skip

# Which events are theirs: of tasks and plans as in 0047, and of schedules, whose id stands where that of a task does.
_EVENTS = ["tasks WHERE id = task_events.task_id", "plans WHERE id = task_events.plan_id"]
_MORE_EVENTS = [*_EVENTS, "schedules WHERE id = task_events.task_id"]

# As in 0062; a trigger of a workspace hears of that alone, so that it costs the others no event.
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
            AND (task_type IS NULL OR task_type = (SELECT type FROM tasks WHERE id = whose)){hears}
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
_HEARS = """
            AND (instance = 'default' OR instance = COALESCE(
                (SELECT instance FROM tasks WHERE id = whose), (SELECT instance FROM plans WHERE id = whose)))"""


def _note(hears: str) -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(sa.text(_NOTE.replace("{hears}", hears).replace(":", r"\:")))


def _hear(events: list[str]) -> None:
    of_any = " OR ".join("EXISTS (SELECT 1 FROM {of})".replace("{of}", each) for each in events)
    op.execute(f"ALTER POLICY members_select ON task_events USING ({of_any})")


def upgrade() -> None:
    _note(_HEARS)
    # Each by itself: a lock on one table while waiting for another could be waiting in a circle with a writer.
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '5s'")
        op.execute("ALTER TABLE bulk_actions ADD COLUMN IF NOT EXISTS user_id uuid")
        op.execute("ALTER TABLE bulk_actions ADD COLUMN IF NOT EXISTS scope text[]")
        _hear(_MORE_EVENTS)
        for table, policies in _POLICIES.items():
            for command, (using, check) in policies.items():
                name = f"members_{command.lower()}"
                op.execute(f"DROP POLICY IF EXISTS {name} ON {table}")
                using_ = f" USING ({using.format(table=table)})" if using else ""
                check_ = f" WITH CHECK ({check.format(table=table)})" if check else ""
                op.execute(f"CREATE POLICY {name} ON {table} FOR {command}{using_}{check_}")
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute("RESET lock_timeout")
    create_index(
        "ix_tasks_instance_failed",
        "tasks (instance, completed_at) WHERE status = 'failed' AND deleted_at IS NULL AND instance <> 'default'",
    )


def downgrade() -> None:
    drop_index("ix_tasks_instance_failed")
    _note("")
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '5s'")
        _hear(_EVENTS)
        for table, policies in _POLICIES.items():
            op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
            for command in policies:
                op.execute(f"DROP POLICY IF EXISTS members_{command.lower()} ON {table}")
        # The version before would do them to the tasks of all.
        op.execute("UPDATE bulk_actions SET state = 'stopped' WHERE scope IS NOT NULL AND ended_at IS NULL")
        op.execute("ALTER TABLE bulk_actions DROP COLUMN IF EXISTS scope, DROP COLUMN IF EXISTS user_id")
        op.execute("RESET lock_timeout")
