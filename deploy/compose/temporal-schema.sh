#!/bin/sh
# Temporal's tables in both of its databases, at the version of this image. The connection comes from SQL_*.
set -eu

for database in temporal visibility; do
    name=temporal
    [ "$database" = visibility ] && name=temporal_visibility
    # Does nothing where there is a version already.
    temporal-sql-tool --database "$name" setup-schema --version 0.0
    temporal-sql-tool --database "$name" update-schema \
        --schema-dir "/etc/temporal/schema/postgresql/v12/$database/versioned"
done
