"""What was there before workspaces had templates and triggers is where it makes what it makes (0064 and 0065)."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, make_url, text

import db.migrate
from tests.support.databases import empty
from tests.support.fixtures import servers
from tests.support.servers import Servers

__all__ = ["servers"]

_TEMPLATE = text(
    "INSERT INTO task_templates (name, version, task, plan, fields, description, author)"
    " VALUES (:name, :version, CAST(:task AS jsonb), CAST(:plan AS jsonb), '{}', '', 'me')"
)
_TRIGGER = text(
    "INSERT INTO triggers (name, definition, created_by, changed_by)"
    " VALUES (:name, jsonb_build_object('action', CAST(:action AS jsonb)), 'me', 'me')"
)
_TEMPLATES = [
    ("moved", 1, {"task_type": "echo"}, None), ("moved", 2, {"task_type": "echo", "workspace": "team"}, None),
    ("planned", 1, None, {"name": "p", "workspace": "team"}), ("stays", 1, {"task_type": "echo"}, None),
]  # fmt: skip
_ACTIONS = {
    "of-task": ({"kind": "task", "task": {"workspace": "team"}}, "team"),
    "of-plan": ({"kind": "plan", "plan": {"workspace": "team"}}, "team"),
    "of-moved": ({"kind": "template", "template": "moved"}, "team"),
    "of-planned": ({"kind": "template", "template": "planned"}, "team"),
    "of-stays": ({"kind": "template", "template": "stays"}, "default"),
    "of-none": ({"kind": "template", "template": "gone"}, "default"),
    "of-default": ({"kind": "task", "task": {"task_type": "echo"}}, "default"),
}


@pytest.fixture
def connection(servers: Servers) -> Iterator[Connection]:
    with empty(servers) as address:
        engine = create_engine(make_url(address).set(drivername="postgresql+psycopg"))
        with engine.connect() as one:
            yield one
        engine.dispose()


def test_they_are_where_they_make_it_and_go_back(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(db.migrate.__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "0062")
    for name, version, task, plan in _TEMPLATES:
        row = {"task": json.dumps(task) if task else None, "plan": json.dumps(plan) if plan else None}
        connection.execute(_TEMPLATE, {"name": name, "version": version, **row})
    for name, (action, _) in _ACTIONS.items():
        connection.execute(_TRIGGER, {"name": name, "action": json.dumps(action)})
    connection.commit()
    before = _definitions(connection)
    command.upgrade(config, "0065")
    there = connection.execute(text("SELECT name, version, instance FROM task_templates ORDER BY 1, 2")).all()
    assert [tuple(each) for each in there] == [
        ("moved", 1, "default"), ("moved", 2, "team"), ("planned", 1, "team"), ("stays", 1, "default"),
    ]  # fmt: skip
    found = connection.execute(text("SELECT name, instance FROM triggers")).all()
    assert {each.name: each.instance for each in found} == {name: place for name, (_, place) in _ACTIONS.items()}
    connection.commit()
    command.downgrade(config, "0062")
    assert _definitions(connection) == before


def _definitions(connection: Connection) -> dict[str, object]:
    found = connection.execute(text("SELECT name, definition FROM triggers")).all()
    connection.commit()
    return {each.name: each.definition for each in found}
