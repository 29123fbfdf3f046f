-- add --
-- The next version of a template in its workspace, which its task or plan says. Who adds one at the same time waits: the
-- name is locked until the end of this transaction.
WITH locked AS (SELECT pg_advisory_xact_lock(hashtextextended('task_templates:' || :workspace || ':' || :name, 0)))
INSERT INTO task_templates (name, version, task, plan, fields, description, author)
SELECT :name,
    1 + COALESCE((SELECT max(version) FROM task_templates WHERE name = :name AND instance = :workspace), 0),
    CAST(:task AS jsonb), CAST(:plan AS jsonb), CAST(:fields AS jsonb), :description, :author
FROM locked
RETURNING *

-- find --
-- One version of the template with this name, or the newest: of one workspace, or of each; the default one first.
SELECT DISTINCT ON (instance = 'default', instance) * FROM task_templates
WHERE name = :name AND (CAST(:version AS int) IS NULL OR version = :version)
    AND (CAST(:workspace AS text) IS NULL OR instance = :workspace)
ORDER BY instance = 'default' DESC, instance, version DESC

-- list --
-- The newest version of each, of all or of one workspace.
SELECT DISTINCT ON (name, instance) * FROM task_templates
WHERE CAST(:workspace AS text) IS NULL OR instance = :workspace
ORDER BY name, instance, version DESC

-- forget --
-- All versions of a template.
DELETE FROM task_templates WHERE name = :name AND instance = :workspace
