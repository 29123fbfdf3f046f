"""The tables of promises and of kinds of input name tests that exist."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
_TEST = re.compile(r"^\s*(?:async )?def (test_\w+)\(", re.MULTILINE)


@pytest.mark.parametrize(("file", "head"), [("README.md", "| promise"), ("CASES.md", "| kind of input")])
def test_every_promise_has_a_test(file: str, head: str) -> None:
    text = (TESTS / file).read_text()
    rows = [line for line in text[text.index(head) :].splitlines()[2:] if line.startswith("|")]
    tests = {name for file in TESTS.rglob("test_*.py") for name in _TEST.findall(file.read_text())}
    named = {row: re.findall(r"`(test_\w+)`", row) for row in rows}
    assert len(rows) > 15
    assert [row for row, names in named.items() if not names] == []
    assert sorted({name for names in named.values() for name in names} - tests) == []
