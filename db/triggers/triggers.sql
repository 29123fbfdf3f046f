-- add --
-- A new one; no row when the name is taken in its workspace, which its definition says.
INSERT INTO triggers
    (name, definition, address, secret, watches, task_type, paused, note, created_by, changed_by)
VALUES
    (:name, CAST(:definition AS jsonb), :address, :secret, :watches, :task_type, :paused, :note, :by, :by)
ON CONFLICT (instance, name) WHERE deleted_at IS NULL DO NOTHING RETURNING *

-- find --
-- By id or by name, of one workspace or of all: the one with the id first, then that of the default workspace.
SELECT * FROM triggers
WHERE deleted_at IS NULL AND (name = :key OR id::text = :key)
    AND (CAST(:workspace AS text) IS NULL OR instance = :workspace)
ORDER BY id::text = :key DESC, instance = 'default' DESC, instance

-- lock --
-- By id, for this transaction alone.
SELECT * FROM triggers WHERE id = :id FOR UPDATE

-- find_by_address --
-- Whose hook is called; none that is deleted.
SELECT * FROM triggers WHERE address = :address AND deleted_at IS NULL

-- find_to_act --
-- By id, where it may be changed; nobody who pauses it waits for that.
SELECT * FROM triggers WHERE id = :id AND deleted_at IS NULL FOR KEY SHARE

-- list --
-- All that are not deleted, or those of one workspace, by name, each with its newest delivery.
SELECT t.*, (
    SELECT to_jsonb(d) - 'payload' || jsonb_build_object('has_payload', d.payload IS NOT NULL)
    FROM trigger_deliveries d WHERE d.trigger_id = t.id ORDER BY d.id DESC LIMIT 1
) AS last_delivery
FROM triggers t WHERE t.deleted_at IS NULL AND (CAST(:workspace AS text) IS NULL OR t.instance = :workspace)
ORDER BY t.name, t.instance

-- change --
-- Another definition. A hook keeps its address and its secret; one that becomes a hook gets those that are given.
UPDATE triggers SET definition = CAST(:definition AS jsonb), watches = :watches, task_type = :task_type,
    address = CASE WHEN :is_hook THEN COALESCE(address, :address) END,
    secret = CASE WHEN :is_hook THEN COALESCE(secret, :secret) END,
    old_secret = CASE WHEN :is_hook THEN old_secret END, old_until = CASE WHEN :is_hook THEN old_until END,
    changed_by = :by, changed_at = now()
WHERE id = :id RETURNING *

-- set_paused --
-- Pauses it, or lets it go on; then nothing is left of why ClawdBot had paused it.
UPDATE triggers SET paused = :paused, note = :note, halted_at = NULL, changed_by = :by, changed_at = now()
WHERE id = :id RETURNING *

-- halt --
-- Pauses it by ClawdBot itself. No row when it is paused already.
UPDATE triggers SET paused = true, note = :note, halted_at = now(), changed_by = :by, changed_at = now()
WHERE id = :id AND NOT paused RETURNING id

-- halted --
-- Those that ClawdBot has paused, by name.
SELECT name, instance, note FROM triggers WHERE halted_at IS NOT NULL AND deleted_at IS NULL ORDER BY name, instance

-- set_secret --
-- Another secret, and perhaps for a while the old one beside it.
UPDATE triggers SET secret = :secret, old_secret = :old, old_until = :old_until, changed_by = :by, changed_at = now()
WHERE id = :id

-- delete --
-- It is set off no more; its deliveries stay, its secrets do not.
UPDATE triggers SET deleted_at = now(), changed_by = :by, changed_at = now(), secret = NULL, old_secret = NULL,
    address = NULL
WHERE id = :id
