-- sweep --
-- Codes that are over go: nobody else looks for them.
DELETE FROM sign_in_codes WHERE expires_at <= now()

-- make --
-- A code of whoever brings this key.
INSERT INTO sign_in_codes (code_hash, user_id, token_version, key_id, place, expires_at)
SELECT :code_hash, u.id, u.token_version, :key_id, :place, now() + :lifetime FROM users u WHERE u.id = :user_id
RETURNING expires_at

-- redeem --
-- Whoever it signs in. It is gone afterwards, also if it signed in nobody: it is over, it is brought from elsewhere, or
-- its user or the key that it was made with is not what it was.
WITH used AS (DELETE FROM sign_in_codes WHERE code_hash = :code_hash RETURNING *)
SELECT u.id, u.name, u.role, u.token_version, k.id AS key_id
FROM used c JOIN users u ON u.id = c.user_id JOIN api_keys k ON k.id = c.key_id
WHERE c.expires_at > now() AND c.place = :place AND c.token_version = u.token_version AND u.disabled_at IS NULL
    AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
