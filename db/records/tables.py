"""The table of each kind, found by its name. Whatever does not fit the kind's row is an error when this is imported.

What is made of rows (material, opinions, mentions, moods) is made of those of one workspace: `rows_of`. Core and the
API read them as the owner of the tables, whom no policy keeps from the others (docs/adr/0057).
"""

from sqlalchemy import Subquery, Table, select

from contracts.records.kind import BadKind
from contracts.records.rows import RecordKind
from db.models import Base

#: What every table has beside the fields of the record: who stored the row, when first, and whose it is.
STORED = ("task_id", "attempt", "fetched_at", "workspace")


def table_of(kind: RecordKind) -> Table:
    """All rows, for who stores them, deletes them by age, or lists them for a person whom policies hold. Anybody else
    asks for `rows_of`; tests/db/test_material_has_a_workspace.py knows who may."""
    return _TABLES[kind]


def rows_of(kind: RecordKind, workspace: str) -> Subquery:
    """The rows of one workspace, to select from."""
    table = _TABLES[kind]
    return select(table).where(table.c.workspace == workspace).subquery(table.name)


def checked_table(kind: RecordKind) -> Table:
    """Raises BadKind, with a sentence that says what to do."""
    spec, model = kind.spec, kind.spec.model
    table = Base.metadata.tables.get(spec.table)
    if table is None:
        raise BadKind(f"The kind {kind} has no table {spec.table}. Add its model to db/models/ and a migration.")
    if (key := {column.name for column in table.primary_key}) != {"workspace", *model.key}:
        raise BadKind(
            f"The primary key of {table.name} is {', '.join(sorted(key))}; the key of {model.__name__} is "
            f"{', '.join(model.key)}. Make it the workspace and these, or rows of {kind} get lost or are stored twice."
        )
    wanted, there = {*model.model_fields, *STORED}, {column.name for column in table.columns}
    if wanted != there:
        raise BadKind(
            f"{table.name} and {model.__name__} differ in {', '.join(sorted(wanted ^ there))}. The table of a kind has "
            f"the fields of its model, and {', '.join(STORED)}."
        )
    return table


_TABLES = {kind: checked_table(kind) for kind in RecordKind}
