"""The files of statements: what a file must look like, and that ours are whole, used, and say one thing once."""

import ast
import re
from pathlib import Path

import pytest

from db.statements import BadStatements, Statement, load, read
from tests.db.sources import ROOT, packages

FILES = sorted(file for package in packages() for file in package.rglob("*.sql"))
#: What is known of a worker, from its first column to its name.
STATE = re.compile(r"SELECT w\.id, COALESCE\(on_hand\.tasks.*? AS offline_because \) known(?= \))")

GOOD = """\
-- first --
-- What it promises,
-- on two lines.
SELECT :a -- with a comment of its own
WHERE true

-- second --
-- Nothing much.
-- And this is still said of it.
SELECT 2
"""


def test_a_statement_is_what_stands_below_its_name_and_comment(tmp_path: Path) -> None:
    file = tmp_path / "some.sql"
    file.write_text(GOOD)
    assert read(file) == {
        "first": Statement("What it promises, on two lines.", "SELECT :a -- with a comment of its own\nWHERE true"),
        "second": Statement("Nothing much. And this is still said of it.", "SELECT 2"),
    }
    loaded = load(str(tmp_path / "some.py"))
    assert loaded["first"].compile().params == {"a": None}
    with pytest.raises(BadStatements, match=r"no statement named 'third'; it has first, second"):
        loaded["third"]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "must begin with"),
        ("SELECT 1\n", "must begin with"),
        ("-- Why.\n\n-- one --\n-- Promises.\nSELECT 1\n", "must begin with"),
        ("-- one --\nSELECT 1\n", "below `-- one --` belong a comment"),
        ("-- one --\n--\nSELECT 1\n", "below `-- one --` belong a comment"),
        ("-- one --\n-- Promises.\n\n-- two --\n-- Promises.\nSELECT 1\n", "below `-- one --` belong a comment"),
        ("-- one --\n-- Promises.\nSELECT 1\n\n-- one --\n-- More.\nSELECT 2\n", "two statements named 'one'"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, content: str, complaint: str) -> None:
    file = tmp_path / "some.sql"
    file.write_text(content)
    with pytest.raises(BadStatements, match=re.escape(complaint)):
        load(str(file.with_suffix(".py")))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_each_is_used_by_the_module_beside_it(file: Path) -> None:
    module = ast.parse(file.with_suffix(".py").read_text())
    said = {each.value for each in ast.walk(module) if isinstance(each, ast.Constant)}
    assert set(read(file)) <= said


def test_the_state_of_a_worker_is_the_same_wherever_it_is_asked() -> None:
    statements = read(ROOT / "db" / "workers" / "states.sql")
    found = {name: STATE.findall(re.sub(r"\s+", " ", each.sql)) for name, each in statements.items()}
    assert {name: len(each) for name, each in found.items()} == dict.fromkeys(statements, 1)
    assert len({query for [query] in found.values()}) == 1, found
