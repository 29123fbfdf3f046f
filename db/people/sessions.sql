-- sweep --
-- Before another session begins: those of the user that are over go, and the oldest that would be too many.
DELETE FROM sessions WHERE user_id = :user_id AND (expires_at <= now() OR token_version <> :token_version
    OR id IN (SELECT id FROM sessions WHERE user_id = :user_id ORDER BY created_at DESC OFFSET :others))

-- begin --
-- Returns the session as `show` does.
INSERT INTO sessions (secret_hash, user_id, token_version, expires_at, ends_at, address, user_agent)
VALUES (:secret_hash, :user_id, :token_version, LEAST(now() + :idle, now() + :longest), now() + :longest, :address,
    :user_agent)
RETURNING id, created_at, acted_at, expires_at, ends_at, address, user_agent

-- find --
-- Whose the session is, unless it is over: by time, by a change of its user, or because that user is disabled.
SELECT s.id, s.user_id, u.name, u.role, CASE WHEN u.confined THEN COALESCE((
        SELECT jsonb_object_agg(m.workspace, m.role) FROM workspace_members m WHERE m.user_id = u.id
    ), '{}') END AS workspaces
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.secret_hash = :secret_hash AND s.expires_at > now() AND s.token_version = u.token_version
    AND u.disabled_at IS NULL

-- show --
-- One session, without its secret.
SELECT id, created_at, acted_at, expires_at, ends_at, address, user_agent FROM sessions WHERE id = :id

-- list --
-- Those that are not over, of one user or (null) of all, the most recently used first.
SELECT s.id, u.name AS "user", s.created_at, s.acted_at, s.expires_at, s.ends_at, s.address, s.user_agent
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE (CAST(:user_id AS uuid) IS NULL OR s.user_id = :user_id) AND s.expires_at > now()
    AND s.token_version = u.token_version AND u.disabled_at IS NULL
ORDER BY s.acted_at DESC, s.id LIMIT :limit

-- acted --
-- Its person did something: it lasts longer, unless it was over before.
UPDATE sessions SET acted_at = now(), expires_at = LEAST(now() + :idle, ends_at) WHERE id = :id AND expires_at > now()

-- finish --
-- Returns the name of its user; no row when this user (null: nobody at all) has no such session.
DELETE FROM sessions s USING users u
WHERE u.id = s.user_id AND s.id = :id AND (CAST(:user_id AS uuid) IS NULL OR s.user_id = :user_id)
RETURNING u.name

-- finish_others --
-- All of the user but one.
DELETE FROM sessions WHERE user_id = :user_id AND id IS DISTINCT FROM CAST(:kept AS uuid) RETURNING id

-- keep --
-- It goes on although its user's version has just changed.
UPDATE sessions s SET token_version = u.token_version FROM users u WHERE u.id = s.user_id AND s.id = :id
