"""A kind is added with the files that docs/task-authoring.md names, and everything follows. See docs/adr/0040."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contracts.records.fields import LongText, Moment, Short, TickerText
from contracts.records.kind import BadKind, KindSpec, Opinions, Owner, Record
from tests.db.added_kind import with_the_kind

#: What holds for every kind, run for the new one, too.
FOR_ALL = ("tests/contracts/test_records.py", "tests/contracts/test_sources.py", "tests/contracts/test_ranking.py")


@pytest.mark.processes
def test_everything_follows(tmp_path: Path) -> None:
    copy = with_the_kind(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/db/what_follows.py", *FOR_ALL],
        cwd=copy, env={**os.environ, "PYTHONPATH": str(copy)}, capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-8_000:] + done.stderr
    assert " passed" in done.stdout


class _Row(Record):
    key = ("ticker", "id")

    ticker: TickerText
    id: Short
    url: Short
    note: LongText
    at: Moment


class _Unowned(Record):
    key = ("id",)

    id: Short
    note: LongText
    at: Moment


def spec(model: type[Record] = _Row, **changes: Any) -> KindSpec:
    usual: dict[str, Any] = {"table": "t", "time": "at", "id": "id", "shown": ("note",), "words": ("note",)}
    return KindSpec(model, **{**usual, **changes})


@pytest.mark.parametrize(
    ("model", "changes", "sentence"),
    [
        (_Row, {"time": "created"}, "The kind of _Row names created, which is no field of _Row"),
        (_Row, {"shown": ("titel",)}, "names titel"),
        (_Row, {"counters": ("likes",)}, "names likes"),
        (_Row, {"author": "nobody"}, "names nobody"),
        (_Unowned, {}, "one task could write the rows of another. Owner.TICKER needs a key of ticker"),
        (_Row, {"owner": Owner.PAGE}, "Owner.PAGE needs a key of selector, url"),
        (_Row, {"owner": Owner.TASK}, "Owner.TASK needs a key of id"),
        (_Row, {"opinions": Opinions("moods", about="posts")}, "_Row is scored, so its kind needs a source"),
    ],
)
def test_a_row_that_does_not_fit_its_model_is_refused(
    model: type[Record], changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(BadKind, match=sentence):
        spec(model, **changes)


def test_one_that_fits_is_taken() -> None:
    assert spec(time="fetched_at", shown=("fetched_at", "note")).page == 200
    assert spec(_Unowned, owner=Owner.TASK).kept_days is None
