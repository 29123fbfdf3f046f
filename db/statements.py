"""Long SQL stands in a ``.sql`` file beside the module that runs it: `circuits.sql` is that of `circuits.py`.

    -- close --
    -- Closes a circuit and says so in the audit log. Returns no row when it was not open.
    WITH closed AS (...

A line with the name, the comment that says what the statement promises, the statement. Files are read when their module
is imported, and whatever is wrong with one is an error then. Parameters are SQLAlchemy's (``:name``), also of what
psycopg runs by itself: `db.tasks.mirror_writer` translates once. See docs/adr/0037-long-sql-is-named.md.
"""

import re
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from sqlalchemy import TextClause, text

_HEADER = re.compile(r"^-- (\w+) --\n", re.MULTILINE)


class BadStatements(ValueError):
    """A file of statements cannot be used."""


@dataclass(frozen=True)
class Statement:
    comment: str
    sql: str


class Statements(dict[str, TextClause]):
    """The statements of one file by name."""

    def __init__(self, path: Path) -> None:
        super().__init__({name: text(each.sql) for name, each in read(path).items()})
        self._path = path

    def __missing__(self, name: str) -> TextClause:
        raise BadStatements(f"{self._path} has no statement named {name!r}; it has {', '.join(self)}")


def load(module_file: str) -> Statements:
    """The statements beside a module, which gives its ``__file__``."""
    return Statements(Path(module_file).with_suffix(".sql"))


def read(path: Path) -> dict[str, Statement]:
    """What a file says.

    Raises:
        BadStatements: it has none, one without a comment, or one name twice.
    """
    before, *parts = _HEADER.split(path.read_text(encoding="utf-8"))
    if before.strip() or not parts:
        raise BadStatements(f"{path} must begin with a line such as `-- close --`, the name of its first statement")
    found: dict[str, Statement] = {}
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        if name in found:
            raise BadStatements(f"{path} has two statements named {name!r}; give one of them another name")
        found[name] = _statement(path, name, body)
    return found


def _statement(path: Path, name: str, body: str) -> Statement:
    lines = body.strip().splitlines()
    of_comment = list(takewhile(lambda line: line.startswith("--"), lines))
    comment = " ".join(line.lstrip("- ") for line in of_comment).strip()
    sql = "\n".join(lines[len(of_comment) :]).strip()
    if not comment or not sql:
        raise BadStatements(f"{path}: below `-- {name} --` belong a comment that says what it promises, and its SQL")
    return Statement(comment, sql)
