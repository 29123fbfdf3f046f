-- state --
-- The role that those who belong to workspaces only act as: whether it is there, whether we may act as it, and whether its
-- rights in this database were given.
SELECT to_regrole('clawdbot_member') IS NOT NULL AS exists,
    CASE WHEN to_regrole('clawdbot_member') IS NULL THEN false
        ELSE pg_has_role('clawdbot_member', CASE WHEN current_setting('server_version_num')::int >= 160000
            -- Who makes a role is a member of it by that, and may not yet act as it.
            THEN 'SET' ELSE 'MEMBER' END) END AS usable,
    CASE WHEN to_regrole('clawdbot_member') IS NULL THEN false
        ELSE has_table_privilege('clawdbot_member', 'tasks', 'SELECT') END AS granted

-- create --
-- Nobody signs in as it.
CREATE ROLE clawdbot_member NOLOGIN

-- held --
-- Tables whose rows are shown by policies.
SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r' AND relnamespace = to_regnamespace(current_schema())

-- confines --
-- Whether somebody who acts as it is held by policies: the tables have them, and it is nobody who passes them.
SELECT COALESCE(bool_and(c.relrowsecurity), false) AND NOT EXISTS (
    SELECT 1 FROM pg_roles WHERE rolname = 'clawdbot_member' AND (rolsuper OR rolbypassrls)
) AS confines
FROM pg_class c WHERE c.oid = ANY(ARRAY['tasks', 'task_events', 'plans']::regclass[])
