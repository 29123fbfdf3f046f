"""The text of a plan: JSON, and YAML without its surprises."""

import pytest

from contracts.plans.documents import UnreadablePlan, read_plan


def test_yaml_means_what_it_says() -> None:
    said = read_plan(
        "name: x\ninputs:\n  tickers: [NO, ON, Y, NVDA]\n  day: 2026-03-01\n  n: 3\n  f: 1.5\n  b: true\n  z:\n"
    )
    assert said["inputs"] == {
        "tickers": ["NO", "ON", "Y", "NVDA"], "day": "2026-03-01", "n": 3, "f": 1.5, "b": True, "z": None
    }  # fmt: skip


def test_json_is_read_as_json() -> None:
    assert read_plan('{"name": "x", "steps": []}') == {"name": "x", "steps": []}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("a: &x [1]\nb: *x\n", "Line 2 has an alias"),
        ("a: 1\na: 2\n", "says 'a' a second time"),
        ("- 1\n", "A plan is an object"),
        ("a: [1\n", "not readable as YAML"),
        ('{"a": ', "not readable as JSON"),
        ("a: !!python/object:os.system x\n", "not readable as YAML"),
        ("[" * 5_000, "nested more than 100"),
    ],
)
def test_what_is_no_plan_is_refused_with_a_sentence(text: str, part: str) -> None:
    with pytest.raises(UnreadablePlan, match=part):
        read_plan(text)
