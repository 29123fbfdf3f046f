"""The table of promises names tests that exist."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
_TEST = re.compile(r"^\s*(?:async )?def (test_\w+)\(", re.MULTILINE)


def test_every_promise_has_a_test() -> None:
    text = (TESTS / "README.md").read_text()
    rows = [line for line in text[text.index("| promise") :].splitlines()[2:] if line.startswith("|")]
    tests = {name for file in TESTS.rglob("test_*.py") for name in _TEST.findall(file.read_text())}
    named = {row: re.findall(r"`(test_\w+)`", row) for row in rows}
    assert len(rows) > 15
    assert [row for row, names in named.items() if not names] == []
    assert sorted({name for names in named.values() for name in names} - tests) == []
