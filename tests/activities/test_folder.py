"""A folder as a session: there while it is held, gone afterwards, and shared by what runs in it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from activities.folder import FileTooLong, NoFolder, folder, folder_file
from contracts.errors import NotFound
from contracts.params.folder import LONGEST_TEXT, FolderFileParams, FolderParams
from tests.activities.recording_context import RecordingContext

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def _in(path: Path) -> RecordingContext:
    context = RecordingContext(NOW)
    context.session = path
    return context


async def _file(path: Path, **params: Any) -> dict[str, Any]:
    return await folder_file(_in(path), FolderFileParams.model_validate(params))


async def test_it_is_there_while_it_is_held_and_gone_afterwards() -> None:
    context = RecordingContext(NOW)

    async def work(path: Path) -> None:
        await _file(path, name="a.txt", text="one")

    context.while_held = work
    assert await folder(context, FolderParams()) == {"files": 1}
    [path] = context.held
    assert not path.exists()


async def test_it_is_gone_when_its_worker_loses_it() -> None:
    context = RecordingContext(NOW)

    async def lose(_: Path) -> None:
        raise ConnectionError

    context.while_held = lose
    with pytest.raises(ConnectionError):
        await folder(context, FolderParams())
    assert not context.held[0].exists()


async def test_one_writes_and_the_next_one_reads(tmp_path: Path) -> None:
    await _file(tmp_path, name="a.txt", text="one")
    await _file(tmp_path, name="a.txt", text=" two", append=True)
    assert await _file(tmp_path, name="a.txt") == {"name": "a.txt", "text": "one two", "files": 1}


async def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"no file b\.txt"):
        await _file(tmp_path, name="b.txt")
    (tmp_path / "c.txt").write_text("x" * (LONGEST_TEXT + 1))
    with pytest.raises(FileTooLong, match=r"c\.txt"):
        await _file(tmp_path, name="c.txt")
    with pytest.raises(NoFolder):
        await folder_file(RecordingContext(NOW), FolderFileParams(name="a"))


@pytest.mark.parametrize("name", ["../a", "a/b", "..", ".a", "", "/etc/passwd", "a b", "ä"])
def test_no_name_leads_out_of_it(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        FolderFileParams(name=name)
