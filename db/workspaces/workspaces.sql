-- limits --
-- A workspace and what it may. One row, by primary key; none for the default one.
SELECT name, open_tasks, tasks_per_hour, cost_per_day FROM workspaces WHERE name = :name

-- one_by_one --
-- Who submits to a workspace with limits waits for who does so at the same moment: both would see the same room. Until
-- the end of the transaction.
SELECT pg_advisory_xact_lock(hashtextextended('workspace:' || :name, 0))

-- used --
-- How much of its limits a workspace uses, counted no further than needed. Reads only indexes that hold no task of the
-- default one, and of its money a small row for each time that a task has paid (`workspace_costs`).
SELECT (SELECT count(*) FROM (
        SELECT 1 FROM tasks WHERE instance = :name AND instance <> 'default' AND completed_at IS NULL LIMIT :most_open
    ) open_ones) AS open_now,
    (SELECT count(*) FROM (
        SELECT 1 FROM tasks WHERE instance = :name AND instance <> 'default'
            AND created_at > now() - interval '1 hour' LIMIT :most_new
    ) new_ones) AS last_hour,
    CASE WHEN :cost THEN (
        SELECT COALESCE(CAST(sum(usd) AS float), 0) FROM workspace_costs
        WHERE workspace = :name AND at > now() - interval '1 day'
    ) ELSE 0 END AS cost_today

-- list --
-- All workspaces, or one, by name, each with what it uses; of tasks no more than a million are counted.
SELECT w.name, w.description, w.weight, w.own_workers, w.open_tasks, w.tasks_per_hour, w.cost_per_day, w.created_by, w.created_at,
    (SELECT count(*) FROM (
        SELECT 1 FROM tasks t WHERE t.instance = w.name AND t.instance <> 'default' AND t.completed_at IS NULL
        LIMIT 1000000
    ) open_ones) AS open_now,
    (SELECT count(*) FROM (
        SELECT 1 FROM tasks t WHERE t.instance = w.name AND t.instance <> 'default'
            AND t.created_at > now() - interval '1 hour' LIMIT 1000000
    ) new_ones) AS last_hour,
    (SELECT COALESCE(CAST(sum(c.usd) AS float), 0) FROM workspace_costs c
        WHERE c.workspace = w.name AND c.at > now() - interval '1 day') AS cost_today
FROM workspaces w WHERE CAST(:name AS text) IS NULL OR w.name = :name ORDER BY w.name

-- put --
-- Makes a workspace, or changes what it may. Returns whether it is new.
INSERT INTO workspaces (name, description, weight, own_workers, open_tasks, tasks_per_hour, cost_per_day, created_by)
VALUES (:name, :description, :weight, COALESCE(:own_workers, false), :open_tasks, :tasks_per_hour, :cost_per_day, :created_by)
ON CONFLICT (name) DO UPDATE SET description = EXCLUDED.description, weight = EXCLUDED.weight,
    own_workers = COALESCE(:own_workers, workspaces.own_workers), open_tasks = EXCLUDED.open_tasks,
    tasks_per_hour = EXCLUDED.tasks_per_hour, cost_per_day = EXCLUDED.cost_per_day
RETURNING xmax = 0 AS is_new

-- members --
-- Who belongs to a workspace, by name.
SELECT m.user_id, u.name AS "user", m.role, m.since FROM workspace_members m JOIN users u ON u.id = m.user_id
WHERE m.workspace = :name ORDER BY u.name
