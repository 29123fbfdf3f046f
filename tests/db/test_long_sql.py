"""Long SQL has a name and none is put together from pieces: read from our own source. See docs/adr/0037."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.db.sources import ROOT, modules

LONGEST = 25
#: Neither a channel nor a database can be a parameter. psycopg quotes the name.
ALLOWED = {("db/listen.py", "LISTEN {}"), ("workers/embedded/postgres.py", "CREATE DATABASE {}")}
#: The one that makes statements of files.
LOADER = "db/statements.py"

WORDS = r"SELECT|INSERT|UPDATE|DELETE|FROM|WHERE|JOIN|ORDER BY|GROUP BY|VALUES|WITH|SET|LISTEN|CREATE|ALTER|DROP"
SQL = re.compile(rf"\b(?:{WORDS})\b")
ASSEMBLES = {"format", "format_map", "join", "replace", "substitute"}


def test_ours_has_names_and_is_whole() -> None:
    found = set()
    for file in modules():
        path = str(file.relative_to(ROOT))
        if path != LOADER:
            found |= {(path, what) for what in offences(file.read_text())}
    assert found == ALLOWED, "put long SQL in a .sql file beside its module (db/statements.py), each statement in full"


def _lines(count: int) -> str:
    return "\n".join(["SELECT 1"] + ["  + 1"] * (count - 1))


@pytest.mark.parametrize(
    "source",
    [
        f'_A = text("""\n{_lines(LONGEST + 1)}\n""")',
        '_A = text(f"SELECT {columns} WHERE a")',
        '_A = _ALL + " ORDER BY name"',
        '_A = "SELECT %s" % columns',
        '_A = "SELECT {}".format(columns)',
        '_A = " ".join(["SELECT 1", more])',
        '_A = sql.SQL("DROP TABLE {}").format(sql.Identifier(name))',
        '_A += " WHERE a"',
        "_A = text(statement.replace(marker, part))",
        "_A = text(first + second)",
        "_A = text(_ALL)",
    ],
)
def test_what_is_not_allowed_is_found(source: str) -> None:
    assert list(offences(source))


@pytest.mark.parametrize(
    "source",
    [
        f'_A = text("""\n{_lines(LONGEST)}\n""")',
        '_A = text("SELECT 1 " "WHERE a").bindparams(a=1)',
        '_A = load(__file__)["name"]',
        '_A = select(Task.id).where(Task.id == id_)',
        'logger.info(f"{name} has gone")',
        f'"""{"Prose of many lines." * 2}{chr(10) * LONGEST}"""',
        "page = self.text(url)",
    ],
)  # fmt: skip
def test_what_is_allowed_is_left_alone(source: str) -> None:
    assert not list(offences(source))


def offences(source: str) -> Iterator[str]:
    """SQL in it that is too long or not one literal."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(value=str(value)) if SQL.search(value) and value.strip().count("\n") >= LONGEST:
                yield value
            case ast.JoinedStr():
                yield from _sql_in(node)
            case ast.BinOp(left=left, right=right, op=ast.Add() | ast.Mod()):
                yield from _sql_in(left, right)
            case ast.AugAssign(value=value, op=ast.Add() | ast.Mod()):
                yield from _sql_in(value)
            case ast.Call(func=ast.Attribute(value=value, attr=name), args=args) if name in ASSEMBLES:
                yield from _sql_in(value, *args)
            # However it came about: SQLAlchemy is given a literal.
            case ast.Call(func=ast.Name(id="text"), args=[argument, *_]) if not isinstance(argument, ast.Constant):
                yield ast.unparse(argument)


def _sql_in(*nodes: ast.AST) -> Iterator[str]:
    for node in nodes:
        for each in ast.walk(node):
            if isinstance(each, ast.Constant) and isinstance(each.value, str) and SQL.search(each.value):
                yield each.value
