"""The fields of every kind of row have bounds, and what handlers keep fits them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from activities.sources.internal import client as internal_client
from activities.sources.reddit import comments as reddit_comments
from activities.sources.reddit import posts as reddit_posts
from activities.sources.sec import documents as sec_documents
from activities.sources.web import articles
from activities.sources.x import posts as x_posts
from contracts.records.exchange import MaterialQuery
from contracts.records.fields import JSON_LIMIT, TEXT_LIMIT, Moment, SmallJson
from contracts.records.rows import RecordKind


def unbounded(schema: Any, where: str = "") -> Iterator[str]:
    """Where a schema takes a text, a list or a whole number of any size."""
    if isinstance(schema, list):
        for each in schema:
            yield from unbounded(each, where)
    if not isinstance(schema, dict):
        return
    kind = schema.get("type")
    if kind == "string" and not schema.keys() & {"maxLength", "pattern", "format", "enum", "const"}:
        yield where
    if (kind == "integer" and "maximum" not in schema) or (kind == "array" and "maxItems" not in schema):
        yield where
    for name, each in schema.get("properties", {}).items():
        yield from unbounded(each, f"{where}.{name}")
    for name in ("anyOf", "items"):
        yield from unbounded(schema.get(name), where)


@pytest.mark.parametrize("model", [*(kind.spec.model for kind in RecordKind), MaterialQuery])
def test_every_field_of_a_row_is_bounded(model: Any) -> None:
    assert list(unbounded(model.model_json_schema(), model.__name__)) == []


def test_what_handlers_keep_fits() -> None:
    limits = (
        articles.TEXT_LIMIT, internal_client.RESPONSE_LIMIT, reddit_comments.BODY_LIMIT, reddit_posts.BODY_LIMIT,
        sec_documents.TEXT_LIMIT, x_posts.TEXT_LIMIT,
    )  # fmt: skip
    assert max(limits) <= TEXT_LIMIT


def test_a_nested_value_is_as_large_as_its_json() -> None:
    small = TypeAdapter[dict[str, Any]](SmallJson)
    # {"a": ""}
    assert small.validate_python({"a": "é" * (JSON_LIMIT - 9)})
    cases: tuple[dict[str, Any], ...] = (
        {"a": "x" * (JSON_LIMIT - 8)},
        {str(number): [[]] for number in range(JSON_LIMIT // 10)},
    )
    for large in cases:
        with pytest.raises(ValidationError, match="at most 262144 characters as JSON"):
            small.validate_python(large)


@pytest.mark.parametrize("text", ["0001-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "9999-01-01T00:00:00Z"])
def test_a_moment_can_be_read_in_every_time_zone(text: str) -> None:
    moment = TypeAdapter[datetime](Moment)
    with pytest.raises(ValidationError, match="years 2 to 9998"):
        moment.validate_python(text)
    assert moment.validate_python("2026-03-01T00:00:00") == datetime(2026, 3, 1, tzinfo=UTC)
