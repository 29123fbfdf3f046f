"""Rows travel in requests that the API takes, however long they are."""

import pytest

from contracts.records.fields import JSON_LIMIT, TEXT_LIMIT
from contracts.settings import ServerSettings
from workers.capability.records import batches


@pytest.mark.parametrize(
    ("rows", "sizes"),
    [
        ([], []),
        (["{}"] * 401, [200, 200, 1]),
        # Of two bytes each.
        (["é" * 1024 * 1024] * 5, [2, 2, 1]),
        (["x" * 5 * 1024 * 1024, "{}", "{}"], [1, 2]),
        (["{}", "x" * 5 * 1024 * 1024], [1, 1]),
    ],
)
def test_a_batch_ends_by_rows_or_by_bytes(rows: list[str], sizes: list[int]) -> None:
    found = list(batches(rows))
    assert [len(batch) for batch in found] == sizes
    assert [row for batch in found for row in batch] == rows


def test_the_longest_row_fits_into_a_request() -> None:
    """Two long texts and a nested value, all of it in four-byte characters, beside the rest."""
    most = ServerSettings.model_fields["api_body_bytes"].default
    assert 4 * (2 * TEXT_LIMIT + JSON_LIMIT + 50_000) < most
