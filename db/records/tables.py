"""The table of each kind, found by its name. Whatever does not fit the kind's row is an error when this is imported."""

from sqlalchemy import Table

from contracts.records.kind import BadKind
from contracts.records.rows import RecordKind
from db.models import Base

#: What every table has beside the fields of the record: who stored the row, and when first.
STORED = ("task_id", "attempt", "fetched_at")


def table_of(kind: RecordKind) -> Table:
    return _TABLES[kind]


def checked_table(kind: RecordKind) -> Table:
    """Raises BadKind, with a sentence that says what to do."""
    spec, model = kind.spec, kind.spec.model
    table = Base.metadata.tables.get(spec.table)
    if table is None:
        raise BadKind(f"The kind {kind} has no table {spec.table}. Add its model to db/models/ and a migration.")
    if (key := {column.name for column in table.primary_key}) != {*model.key}:
        raise BadKind(
            f"The primary key of {table.name} is {', '.join(sorted(key))}; the key of {model.__name__} is "
            f"{', '.join(model.key)}. Make them the same, or rows of {kind} get lost or are stored twice."
        )
    wanted, there = {*model.model_fields, *STORED}, {column.name for column in table.columns}
    if wanted != there:
        raise BadKind(
            f"{table.name} and {model.__name__} differ in {', '.join(sorted(wanted ^ there))}. The table of a kind has "
            f"the fields of its model, and {', '.join(STORED)}."
        )
    return table


_TABLES = {kind: checked_table(kind) for kind in RecordKind}
