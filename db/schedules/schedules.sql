-- add --
-- A new one; returns no row when its name is taken in its workspace, which its definition says.
INSERT INTO schedules (name, definition, paused, note, remaining, created_by, changed_by)
VALUES (:name, CAST(:definition AS jsonb), :paused, :note, :remaining, :by, :by)
ON CONFLICT (instance, name) WHERE deleted_at IS NULL DO NOTHING RETURNING *

-- find --
-- By id or by name, of one workspace or of all: the one with the id first, then that of the default workspace.
SELECT * FROM schedules
WHERE deleted_at IS NULL AND (name = :key OR id::text = :key)
    AND (CAST(:workspace AS text) IS NULL OR instance = :workspace)
ORDER BY id::text = :key DESC, instance = 'default' DESC, instance

-- lock --
-- By id, for this transaction alone.
SELECT * FROM schedules WHERE id = :id FOR UPDATE

-- list --
-- All that there are, or those of one workspace, each with its newest run, by name.
SELECT s.*, to_jsonb(r) AS last_run FROM schedules s
LEFT JOIN LATERAL (
    SELECT due_at, outcome, why, task_ids, plan_id, created_at, ended_at FROM schedule_runs
    WHERE schedule_id = s.id ORDER BY due_at DESC LIMIT 1
) r ON true
WHERE s.deleted_at IS NULL AND (CAST(:workspace AS text) IS NULL OR s.instance = :workspace)
ORDER BY s.name, s.instance

-- change --
-- Another definition. Nothing is owed from before, and one that was deleted on the Temporal side comes back.
UPDATE schedules SET definition = CAST(:definition AS jsonb), remaining = :remaining, changed_by = :by,
    changed_at = now(), seen_until = now(), problem = '', other_runs = NULL,
    told_at = CASE WHEN gone_at IS NULL THEN told_at END, gone_at = NULL
WHERE id = :id RETURNING *

-- set_paused --
-- What passes while it is paused is not owed. One that was deleted on the Temporal side is told anew.
UPDATE schedules SET paused = :paused, note = :note, changed_by = :by, changed_at = now(), seen_until = now(),
    told_at = CASE WHEN gone_at IS NULL THEN told_at END, other_runs = CASE WHEN gone_at IS NULL THEN other_runs END,
    gone_at = NULL
WHERE id = :id RETURNING *

-- delete --
-- Takes it out of all lists.
UPDATE schedules SET deleted_at = now(), changed_by = :by, changed_at = now() WHERE id = :id

-- to_tell --
-- By id, with a digest of its definition: what Temporal is told while others may change it.
SELECT *, md5(CAST(definition AS text)) AS digest FROM schedules WHERE id = :id

-- told --
-- Temporal has it as it is now, unless it is another one by now.
UPDATE schedules SET told_at = now(), told_print = :print, again_at = :again_at, problem = '', other_runs = NULL
WHERE id = :id AND md5(CAST(definition AS text)) = :digest

-- refused --
-- Temporal does not take it.
UPDATE schedules SET problem = :problem WHERE id = :id

-- seen_in_temporal --
-- What was done there, unless a word of ours is on its way that says otherwise. Returns no row when nothing is new.
UPDATE schedules SET
    paused = :paused, note = :note, remaining = :remaining, other_runs = :other_runs, gone_at = NULL,
    seen_until = CASE WHEN paused AND NOT :paused THEN now() ELSE seen_until END
WHERE id = :id AND deleted_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM schedule_commands c WHERE c.schedule_id = schedules.id)
    AND (paused, note, remaining, other_runs, gone_at)
        IS DISTINCT FROM (:paused, :note, CAST(:remaining AS int), CAST(:other_runs AS timestamptz[]), NULL)
RETURNING name

-- gone --
-- Deleted there, unless a word of ours is on its way.
UPDATE schedules SET gone_at = now()
WHERE id = :id AND gone_at IS NULL AND deleted_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM schedule_commands c WHERE c.schedule_id = schedules.id)
RETURNING name

-- in_temporal --
-- Those that Temporal was told of and has not lost, with the digest of what it was told.
SELECT id, told_print, paused, note, remaining, other_runs FROM schedules
WHERE told_at IS NOT NULL AND gone_at IS NULL AND deleted_at IS NULL

-- tell_again --
-- Orders a word about each whose feed is half used, or whose clocks are changed soon.
WITH due AS (
    UPDATE schedules SET again_at = NULL
    WHERE again_at <= now() AND deleted_at IS NULL AND gone_at IS NULL RETURNING id
)
INSERT INTO schedule_commands (schedule_id, verb, content) SELECT id, 'put', '{}' FROM due

-- put_command --
-- A word to Temporal.
INSERT INTO schedule_commands (schedule_id, verb, content) VALUES (:id, :verb, CAST(:content AS jsonb))

-- pause_on_its_way --
-- Whether Temporal has still to be told that it is paused; until then it goes on.
SELECT EXISTS (SELECT 1 FROM schedule_commands WHERE schedule_id = :id AND verb = 'pause')

-- change_on_its_way --
-- Whether Temporal has still to be told of a change, and so starts runs at moments of what it was before. A run by hand,
-- which is of no moment at all, begins when Temporal is told of it.
SELECT EXISTS (
    SELECT 1 FROM schedules s JOIN schedule_commands c ON c.schedule_id = s.id AND c.verb = 'put'
    WHERE s.id = :id AND s.told_at IS NOT NULL AND COALESCE(
        s.run_told_at NOT BETWEEN CAST(:due AS timestamptz) - interval '10 seconds'
            AND CAST(:due AS timestamptz) + interval '10 seconds', true)
)

-- has_commands --
-- Whether a word about it is on its way.
SELECT EXISTS (SELECT 1 FROM schedule_commands WHERE schedule_id = :id)

-- runs_just_now --
-- Whether a run by hand is on its way, or the newest run is so young that Temporal would take another for the same:
-- from the moment at which Temporal was told, since the row of the run comes later.
SELECT EXISTS (SELECT 1 FROM schedule_commands WHERE schedule_id = :id AND verb = 'run')
    OR EXISTS (
        SELECT 1 FROM schedule_runs
        WHERE schedule_id = :id AND due_at BETWEEN now() - interval '1 second' * :seconds AND now()
    )
    OR EXISTS (SELECT 1 FROM schedules WHERE id = :id AND run_told_at >= now() - interval '1 second' * :seconds)

-- run_told --
-- Temporal was told just now to run it.
UPDATE schedules SET run_told_at = now() WHERE id = :id

-- claim_command --
-- The oldest due word about some schedule, which nobody else says for so many seconds.
WITH next AS (
    SELECT c.id FROM schedule_commands c
    WHERE c.next_try_at <= now()
        AND NOT EXISTS (SELECT 1 FROM schedule_commands e WHERE e.schedule_id = c.schedule_id AND e.id < c.id)
    ORDER BY c.id LIMIT 1 FOR UPDATE SKIP LOCKED
)
UPDATE schedule_commands c SET tries = c.tries + 1, next_try_at = now() + interval '1 second' * :seconds
FROM next WHERE c.id = next.id RETURNING c.id, c.schedule_id, c.verb, c.content, c.tries

-- command_done --
-- It was said, by whoever has claimed it last.
DELETE FROM schedule_commands WHERE id = :id AND tries = :tries RETURNING id

-- command_goes_on --
-- A part of it was said, by whoever has claimed it last; the rest is due now, still before later words.
UPDATE schedule_commands SET verb = :verb, content = CAST(:content AS jsonb), next_try_at = now()
WHERE id = :id AND tries = :tries RETURNING id

-- command_again --
-- It could not be said now, by whoever has claimed it last.
UPDATE schedule_commands SET next_try_at = now() + interval '1 second' * :seconds WHERE id = :id AND tries = :tries
