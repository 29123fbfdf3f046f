"""What callers say is kept as it is or refused; what the web says is cleaned."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.storable import MAX_DEPTH, cleaned, storable

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.text(st.characters(categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(json_values)
def test_what_is_cleaned_can_be_stored(value: Any) -> None:
    clean = cleaned(value)
    text = json.dumps(clean, allow_nan=False, ensure_ascii=False)
    assert "\x00" not in str(clean)
    text.encode()
    assert storable(clean) is clean
    assert cleaned(clean) == clean


@pytest.mark.parametrize(
    "value", ["", "Zwölf Boxkämpfer 🙂", "\\u0000", {"a": [None, 1.5, {"b": False}]}, 2**70, "\t\n\x7f"]
)
def test_what_is_fine_stays(value: Any) -> None:
    assert storable(value) == value == cleaned(value)


@pytest.mark.parametrize(
    ("value", "clean"),
    [
        ("a\x00b", "ab"),
        ({"k\x00": "\x00"}, {"k": ""}),
        ("\ud83d", "?"),
        ([float("nan"), float("inf"), -float("inf")], [None, None, None]),
        ({"deep": [{"er": "\ud800x"}]}, {"deep": [{"er": "?x"}]}),
    ],
)
def test_what_is_not_is_refused_or_cleaned(value: Any, clean: Any) -> None:
    with pytest.raises(ValueError, match="must not contain NUL"):
        storable(value)
    assert cleaned(value) == clean


def test_depth_is_bounded() -> None:
    def nested(levels: int) -> list[Any]:
        return list(json.loads("[" * levels + "]" * levels))

    assert storable(nested(MAX_DEPTH))
    for levels in (MAX_DEPTH + 1, 900):
        with pytest.raises(ValueError, match="nested more than 100 levels"):
            storable(nested(levels))
