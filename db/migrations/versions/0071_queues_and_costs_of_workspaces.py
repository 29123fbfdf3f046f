"""Waiting tasks by queue in one index, whose turn a probe is, and what workspaces have paid when"""

from alembic import op

from db.migrations.beside_writers import create_index, drop_index
from db.migrations.of_workspaces import let_members_read

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None

_WAITING = "WHERE status = 'pending' AND deleted_at IS NULL"
_COSTS = """
CREATE TABLE IF NOT EXISTS workspace_costs (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_workspace_costs PRIMARY KEY,
    workspace text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    task_id uuid,
    usd numeric NOT NULL
)
"""
_COSTS_BY_TIME = """
CREATE INDEX IF NOT EXISTS ix_workspace_costs_workspace_at ON workspace_costs (workspace, at) INCLUDE (usd)
"""
# Results say {"cost": {"usd": 0.02, …}}, or {"cost": 0.02}; of anything else nothing is known. What has no result, because
# it failed or goes on, says in its cursor what its attempts have paid (`activities/models`, X). Whatever a worker reports,
# it gives nothing back, no sum of it is too large, and a number takes no room.
_PAID = """
CREATE OR REPLACE FUNCTION paid_usd(result jsonb, cursor jsonb) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN jsonb_typeof(usd) = 'number'
        THEN round(LEAST(GREATEST(CAST(usd #>> '{}' AS numeric), 0), 1e12), 9) ELSE 0 END
    FROM (SELECT COALESCE(
        result #> '{cost,usd}', result->'cost', cursor #> '{paid,usd}', cursor #> '{result,cost,usd}'
    ) AS usd) said
$$
"""
# What is more than the task had said before. A further round that takes result or cursor away, or other params, say
# nothing, so none of it is given back; what the round then says begins from what was left.
_NOTE = """
CREATE OR REPLACE FUNCTION note_cost() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE more numeric := paid_usd(NEW.result, NEW.cursor) - paid_usd(OLD.result, OLD.cursor);
BEGIN
    IF more > 0 THEN
        INSERT INTO workspace_costs (workspace, task_id, usd) VALUES (NEW.instance, NEW.id, more);
    END IF;
    RETURN NULL;
END $$
"""
_TRIGGER = """
CREATE TRIGGER note_cost AFTER UPDATE OF result, cursor ON tasks FOR EACH ROW WHEN (
    NEW.instance <> 'default' AND (
        NEW.result IS NOT NULL AND NEW.result IS DISTINCT FROM OLD.result
        OR NEW.cursor IS NOT NULL AND NEW.cursor IS DISTINCT FROM OLD.cursor
    )
) EXECUTE FUNCTION note_cost()
"""
# The last day as it was counted before: limits go on where they were.
_LAST_DAY = """
INSERT INTO workspace_costs (workspace, at, usd)
SELECT workspace, date_trunc('minute', at), sum(usd) FROM (
    SELECT instance AS workspace, COALESCE(completed_at, updated_at) AS at, paid_usd(result, cursor) AS usd FROM tasks
    WHERE instance <> 'default' AND (completed_at > now() - interval '1 day'
        OR completed_at IS NULL AND updated_at > now() - interval '1 day')
    UNION ALL
    SELECT details->>'workspace', CAST(details->>'ended_before' AS timestamptz),
        round(LEAST(GREATEST(CAST(details->>'cost_before' AS numeric), 0), 1e12), 9)
    FROM task_events
    WHERE details ? 'cost_before' AND details->>'workspace' IN (SELECT name FROM workspaces)
        AND created_at > now() - interval '1 day'
        AND CAST(details->>'ended_before' AS timestamptz) > now() - interval '1 day'
) paid
WHERE usd > 0 AND NOT EXISTS (SELECT 1 FROM workspace_costs) GROUP BY 1, 2
"""


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    for statement in (_COSTS, _PAID, _LAST_DAY, _COSTS_BY_TIME, _NOTE):
        op.execute(statement)
    let_members_read("workspace_costs")
    op.execute("DROP TRIGGER IF EXISTS note_cost ON tasks")
    op.execute(_TRIGGER)
    create_index(
        "ix_tasks_waiting_by_queue",
        f"tasks (capability, COALESCE(queue, capability), priority, created_at, id) {_WAITING}",
    )
    drop_index("ix_tasks_waiting")
    drop_index("ix_tasks_queue")
    # What rounds of before have cost stands by itself now.
    drop_index("ix_task_events_cost_before")
    # At the end and by itself: everybody who looks at a queue reads this table.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("ALTER TABLE circuits ADD COLUMN IF NOT EXISTS probed text[] NOT NULL DEFAULT '{}'")


def downgrade() -> None:
    create_index(
        "ix_task_events_cost_before", "task_events ((details->>'workspace'), created_at) WHERE details ? 'cost_before'"
    )
    create_index("ix_tasks_waiting", f"tasks (capability, priority, created_at) {_WAITING}")
    create_index("ix_tasks_queue", f"tasks (queue, priority, created_at) {_WAITING} AND queue IS NOT NULL")
    drop_index("ix_tasks_waiting_by_queue")
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER note_cost ON tasks")
    op.execute("DROP FUNCTION note_cost")
    op.execute("DROP TABLE workspace_costs")
    op.execute("DROP FUNCTION paid_usd")
    op.execute("ALTER TABLE circuits DROP COLUMN probed")
