-- to_wake --
-- Plans of which something ended that their workflows have not been told of for a while, the longest first. They are
-- told again if nobody has taken it by then: a signal may be lost with its workflow.
WITH due AS (
    SELECT id FROM plan_ends WHERE signal_at <= now() ORDER BY signal_at LIMIT :limit FOR UPDATE SKIP LOCKED
), told AS (
    UPDATE plan_ends SET signal_at = now() + interval '1 second' * :again FROM due WHERE plan_ends.id = due.id
    RETURNING plan_id
)
SELECT plan_id FROM told

-- lost --
-- Has open plans looked at next, whose workflows are said to have ended, and their keeper called. By primary key.
WITH lost AS (
    UPDATE plans SET looked_at = 'epoch' WHERE id = ANY(CAST(:ids AS uuid[])) AND status = 'running' RETURNING id
)
SELECT pg_notify(:channel, '') FROM lost LIMIT 1

-- to_look_at --
-- Open plans whose workflows nobody has asked Temporal about for a while.
UPDATE plans SET looked_at = now() WHERE id IN (
    SELECT id FROM plans WHERE status = 'running' AND looked_at < now() - interval '1 second' * :quiet
    ORDER BY looked_at LIMIT :limit FOR UPDATE SKIP LOCKED
) RETURNING id
