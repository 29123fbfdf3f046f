"""How the files of a lane are shared out."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.lanes.order import shares


def test_each_file_is_in_one_share_and_none_is_much_longer() -> None:
    seconds = {f"tests/test_{number}.py": float(number) for number in range(1, 20)}
    files = [*seconds, "tests/test_quick.py"]
    found = shares(files, seconds, 3)
    assert sorted(file for share in found for file in share) == sorted(files)
    lengths = [sum(seconds.get(file, 0) for file in share) for share in found]
    assert max(lengths) - min(lengths) <= 3


@pytest.mark.processes
def test_a_process_collects_only_its_share(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    for folder, name in (("tests", "a"), ("tests", "b"), ("tests/deep", "c"), ("tests/left_out", "d")):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / f"test_{name}.py").write_text(f"def test_of_{name}(): pass\n")
    said = [_collected(tmp_path, f"{number}/2") for number in (1, 2)]
    assert [sum(f"test_of_{name}" in each for each in said) for name in "abcd"] == [1, 1, 1, 0]


def _collected(directory: Path, share: str) -> str:
    command = [sys.executable, "-m", "pytest", "-p", "tests.lanes.order", "-p", "no:cacheprovider", "-q"]
    command += ["--rootdir", str(directory), "-c", str(directory / "pytest.ini"), "--collect-only"]
    command += [f"--ignore={directory}/tests/left_out", "--share", share, str(directory)]
    return subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True).stdout
