-- add --
-- The next version of a template. Who adds one at the same time waits: the name is locked until the end of this
-- transaction.
WITH locked AS (SELECT pg_advisory_xact_lock(hashtextextended('task_templates:' || :name, 0)))
INSERT INTO task_templates (name, version, task, plan, fields, description, author)
SELECT :name, 1 + COALESCE((SELECT max(version) FROM task_templates WHERE name = :name), 0), CAST(:task AS jsonb),
    CAST(:plan AS jsonb), CAST(:fields AS jsonb), :description, :author
FROM locked
RETURNING *

-- find --
-- One version of a template, or the newest.
SELECT * FROM task_templates WHERE name = :name AND (CAST(:version AS int) IS NULL OR version = :version)
ORDER BY version DESC LIMIT 1

-- list --
-- The newest version of each.
SELECT DISTINCT ON (name) * FROM task_templates ORDER BY name, version DESC

-- forget --
-- All versions of a template.
DELETE FROM task_templates WHERE name = :name
