"""What a process needs only once, or perhaps never, it does not keep in memory all its life (docs/operations.md)."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.processes

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
        ("workers.core.main", "alembic telegram fastapi"),
        ("gateway.main", "alembic fastapi httpx"),
        ("cli.main", "sqlalchemy psycopg temporalio fastapi"),
    ],
)
def test_a_process_does_not_import_what_it_does_not_need(modules: str, not_needed: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", _TELL, modules, not_needed], text=True, capture_output=True, check=True
    )
    assert told.stdout.split() == []
