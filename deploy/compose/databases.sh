#!/bin/bash
# Roles and databases, each with an owner of its own who sees nothing of the other. Run by the postgres image when
# its volume is empty.
set -euo pipefail

psql -v ON_ERROR_STOP=1 --no-psqlrc --username "${POSTGRES_USER:-postgres}" --dbname postgres \
    -v app="$POSTGRES_APP_PASSWORD" -v temporal="$POSTGRES_TEMPORAL_PASSWORD" <<'SQL'
CREATE ROLE clawdbot LOGIN PASSWORD :'app';
-- Members of workspaces act as this one (docs/workspaces.md); clawdbot itself makes no roles.
CREATE ROLE clawdbot_member NOLOGIN;
GRANT clawdbot_member TO clawdbot;
CREATE ROLE temporal LOGIN PASSWORD :'temporal';
CREATE DATABASE clawdbot OWNER clawdbot ENCODING 'UTF8' TEMPLATE template0;
CREATE DATABASE temporal OWNER temporal ENCODING 'UTF8' TEMPLATE template0;
CREATE DATABASE temporal_visibility OWNER temporal ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE clawdbot, temporal, temporal_visibility FROM PUBLIC;
SQL
