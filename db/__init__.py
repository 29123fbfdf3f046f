"""The mirror in Postgres: tables, migrations, and the queries over them."""
