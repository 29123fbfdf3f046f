"""Every kind of row has a model, a table, and one idea of what tells two rows apart."""

import pytest
from sqlalchemy import inspect

from contracts.records.rows import RECORD_MODELS, RecordKind
from services.records.storing import TABLES


def test_every_kind_has_a_model_and_a_table() -> None:
    assert set(RECORD_MODELS) == set(TABLES) == set(RecordKind)


@pytest.mark.parametrize("kind", RecordKind)
def test_the_key_is_the_primary_key_and_the_fields_are_columns(kind: RecordKind) -> None:
    model, table = RECORD_MODELS[kind], inspect(TABLES[kind])
    assert set(model.key) == {column.name for column in table.primary_key}
    assert set(model.model_fields) <= {column.name for column in table.columns}
