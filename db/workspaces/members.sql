-- lock_person --
-- The person, locked until the end of the transaction: what they may see changes in one place at a time.
SELECT id, name, role, confined FROM users WHERE id = :user_id FOR UPDATE

-- add --
-- Puts a person into a workspace, or changes their role there.
INSERT INTO workspace_members (user_id, workspace, role) VALUES (:user_id, :workspace, :role)
ON CONFLICT (user_id, workspace) DO UPDATE SET role = EXCLUDED.role

-- remove --
-- Takes a person out of a workspace. Returns no row when they were not in it.
DELETE FROM workspace_members WHERE user_id = :user_id AND workspace = :workspace RETURNING role

-- leave_all --
-- Takes a person out of all workspaces.
DELETE FROM workspace_members WHERE user_id = :user_id

-- confine --
-- From now on the person sees their workspaces only, or everything again. Tokens and sessions end: what they show was
-- loaded with other eyes.
UPDATE users SET confined = :confined, token_version = token_version + 1 WHERE id = :user_id
