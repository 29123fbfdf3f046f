"""What a process needs only once, or perhaps never, it does not keep in memory all its life (docs/operations.md)."""

import subprocess
import sys
from typing import Any

import pytest

from cli.lazy import places_below
from cli.main import all_commands

pytestmark = pytest.mark.processes

_COMMANDS: Any = all_commands()
#: Typing one imports it and no other; the front page imports none.
_EVERY_COMMAND = " ".join(sorted({place.where.partition(":")[0] for place in places_below(_COMMANDS.commands)}))
_TELL = """
import sys
for name in sys.argv[1].split():
    __import__(name)
print(*(set(sys.argv[2].split()) & set(sys.modules)))
"""


@pytest.mark.parametrize(
    ("modules", "not_needed"),
    [
        ("cli.stack.up workers.embedded.stack", "sqlalchemy alembic argon2 temporalio fastapi"),
        ("workers.core.main", "alembic telegram fastapi apprise"),
        ("gateway.main", "alembic fastapi httpx db.models"),
        ("cli.main", "httpx yaml pydantic_settings contracts.task_types contracts.tasks.views cli.tasks.add"),
        ("cli.tasks.page", "yaml asyncio pydantic_settings contracts.task_types contracts.records.rows cli.tasks.add"),
        (_EVERY_COMMAND, "sqlalchemy psycopg temporalio fastapi"),
    ],
)
def test_a_process_does_not_import_what_it_does_not_need(modules: str, not_needed: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", _TELL, modules, not_needed], text=True, capture_output=True, check=True
    )
    assert told.stdout.split() == []
