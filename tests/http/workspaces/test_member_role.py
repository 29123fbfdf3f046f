"""The Postgres role of members: nothing is given that has no policy, and who may not make roles goes without it."""

import uuid

import pytest
from psycopg import sql
from sqlalchemy import create_engine, make_url, pool, text

from db.workspaces.member_role import RIGHTS, ROLE, SHARED, give_rights
from tests.support.facade import Facade


def test_what_a_member_may_is_what_is_written_down(stack: Facade) -> None:
    held = stack.rows(
        "SELECT table_name AS name FROM information_schema.role_table_grants WHERE grantee = %s "
        "UNION SELECT table_name FROM information_schema.role_column_grants WHERE grantee = %s",
        *(ROLE, ROLE),
    )
    assert {row["name"] for row in held} == set(RIGHTS)
    policies = stack.rows("SELECT relname AS name FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity")
    assert {row["name"] for row in policies} == set(RIGHTS) - SHARED


@pytest.mark.parametrize("table", ["api_keys", "sessions", "ticker_data_freshness", "alert_signals", "trigger_events"])
def test_a_table_without_a_grant_refuses_them(stack: Facade, table: str) -> None:
    asked = "SELECT has_table_privilege(%s, %s, 'SELECT, INSERT, UPDATE, DELETE') AS may"
    assert stack.rows(asked, ROLE, table) == [{"may": False}]


def test_who_may_not_make_roles_starts_all_the_same(stack: Facade) -> None:
    name = f"plain_{uuid.uuid4().hex[:8]}"
    url = make_url(stack.database_url).set(drivername="postgresql+psycopg")
    engine = create_engine(url, poolclass=pool.NullPool)
    stack.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(name)))
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT set_config('role', :name, false)"), {"name": name})
            give_rights(connection, again=True)
            assert connection.execute(text("SELECT current_user")).scalar_one() == name
    finally:
        engine.dispose()
        stack.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))
