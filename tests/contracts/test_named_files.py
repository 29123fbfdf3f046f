"""What a file changes is found by JSON's sameness, not by Python's; it is only shown with dots."""

from typing import Any

import pytest

from contracts.named_files import differences


@pytest.mark.parametrize(
    ("was", "becomes", "shown"),
    [
        ({"a": 1}, {"a": True}, [("a", 1, True)]),
        ({"a": [0, {"b": 1}]}, {"a": [False, {"b": 1}]}, [("a", [0, {"b": 1}], [False, {"b": 1}])]),
        ({"a.b": 1}, {"a": {"b": 1}}, [("a.b", None, 1), ("a.b", 1, None)]),
        ({"a": None}, {}, [("a", None, None)]),
        ({"a": {}}, {"a": {"b": 1}}, [("a", {}, None), ("a.b", None, 1)]),
        ({"a": {"b": 1, "c": "x"}}, {"a": {"c": "x", "b": 1}}, []),
        ({"a": [{"b": 1, "c": 2}]}, {"a": [{"c": 2, "b": 1}]}, []),
    ],
)
def test_what_differs(was: dict[str, Any], becomes: dict[str, Any], shown: list[tuple[str, Any, Any]]) -> None:
    found = [(each.field, each.was, each.becomes) for each in differences(was, becomes)]
    assert [repr(each) for each in found] == [repr(each) for each in shown]
