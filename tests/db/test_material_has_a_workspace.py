"""Whoever makes something of collected rows says of which workspace: who may ask for all of them stands here by name.

Core and the API read as the owner of the tables, whom no policy keeps from rows of other workspaces (docs/adr/0057).
"""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from contracts.records.rows import RecordKind
from db.models import Base
from db.records.tables import rows_of, table_of
from tests.db.sources import ROOT, modules, packages

#: Module -> why it may ask for the table with the rows of all.
ALL_ROWS = {
    "db/records/queries.py": "lists for people: those of whom policies hold, and of who sees everything",
    "services/records/pages.py": "asks which columns there are",
    "api/routes/records/records.py": "the same",
    "services/records/storing.py": "writes, with the workspace of the task",
    "workers/core/retention.py": "deletes by age, whose rows they are",
}
#: SQL that names a table of rows, and the condition that says of which workspace.
IN_SQL = {"db/records/company_names.py": "filing.workspace = wanted.workspace"}
_TABLE = re.compile(rf"\b(?:FROM|JOIN|UPDATE|INTO)\s+(?:{'|'.join(kind.spec.table for kind in RecordKind)})\b")


def test_who_asks_for_rows_of_all_is_known() -> None:
    asking = {_name(file) for file in modules() if "table_of" in _imported(file)}
    assert asking == set(ALL_ROWS)


def test_sql_names_no_table_of_rows_without_a_workspace() -> None:
    files = [*modules(), *(file for package in packages() for file in package.rglob("*.sql"))]
    naming = {_name(file): text for file in files if _TABLE.search(text := file.read_text())}
    assert naming.keys() == IN_SQL.keys()
    assert [name for name, text in naming.items() if IN_SQL[name] not in text] == []


def test_the_models_of_rows_are_asked_by_nobody() -> None:
    """They are there for migrations to be compared with, and for `db.records.tables`."""
    models = {mapper.class_.__name__ for mapper in _mappers() if mapper.local_table in map(table_of, RecordKind)}
    assert len(models) == len(RecordKind)
    asking = {_name(file) for file in modules() if _imported(file) & models}
    assert asking == {"db/models/__init__.py"}


@pytest.mark.parametrize("kind", RecordKind)
def test_rows_of_one_workspace(kind: RecordKind) -> None:
    said = str(rows_of(kind, "research").select())
    assert f"WHERE {kind.spec.table}.workspace = :workspace_1" in said


def _mappers() -> list[Any]:
    return list(Base.registry.mappers)


def _name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def _imported(file: Path) -> set[str]:
    nodes = ast.walk(ast.parse(file.read_text()))
    return {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
