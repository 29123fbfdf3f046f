"""`clawdbot types new`, and what becomes of packs: their own tests, and how they are found."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Shell
from tests.packs import ROOT, install, new_task, with_packs, write_pack

pytestmark = pytest.mark.processes

HEAD = "from contracts.params.common import Params\nfrom contracts.task_type import TaskType\n"
MODEL = 'class Some(Params):\n    """Do something."""\n'


def python(*arguments: str, packs: tuple[Path, ...], cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, **with_packs(*packs), "NO_COLOR": "1"},
        cwd=cwd, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def listed(*packs: Path) -> dict[str, Any]:
    """What `clawdbot types packs` says, by name."""
    done = python("-m", "cli", "types", "packs", "--json", packs=packs)
    assert done.returncode == 0, done.stderr
    return {each["pack"]: each for each in json.loads(done.stdout)}


def test_a_new_pack_passes_its_own_test(tmp_path: Path) -> None:
    pack = new_task("price_check", tmp_path / "pack")
    done = python("-m", "pytest", "-q", packs=(pack,), cwd=pack)
    assert done.returncode == 0, done.stdout
    assert "7 passed" in done.stdout
    unfilled = [path for path in pack.rglob("*") if path.suffix in (".py", ".toml", ".md") and "${" in path.read_text()]
    assert unfilled == []


def test_a_new_pack_keeps_the_rules_of_this_repository(tmp_path: Path) -> None:
    pack = new_task("price_check", tmp_path / "pack")
    for check in (["check", "--select", "E,F,W,UP,B,C4,RUF"], ["format", "--check"]):
        done = python("-m", "ruff", *check, str(pack), packs=())
        assert done.returncode == 0, done.stdout


def test_an_installed_pack_is_found_and_its_handler_is_not_imported(tmp_path: Path) -> None:
    pack = new_task("price_check", tmp_path / "pack")
    install(pack)
    assert listed(pack) == {
        "clawdbot-price-check": {
            "pack": "clawdbot-price-check", "version": "0.1.0", "task_types": "price_check", "problem": "",
        }
    }  # fmt: skip
    code = (
        "import sys\n"
        "from contracts.task_types import CAPABILITIES, OFFERED, TASK_TYPES, parse_params\n"
        "assert type(TASK_TYPES) is dict and TASK_TYPES['price_check'].pack == 'clawdbot-price-check'\n"
        "assert 'price_check' in CAPABILITIES and 'price_check' in OFFERED\n"
        "print(parse_params('price_check', {'topic': 'rain'}), 'price_check_pack.handler' in sys.modules)\n"
    )
    done = python("-c", code, packs=(pack,))
    assert done.stdout == "topic='rain' limit=10 False\n", done.stderr


#: Packs that cannot be used, and what is said of each.
_BAD = [
    ("import not_there\n", "cannot be loaded (ModuleNotFoundError"),
    ("raise SystemExit('no')\n", "cannot be loaded (SystemExit"),
    ("", "cannot be loaded (AttributeError"),
    ("TASK_TYPES = ['echo']\n", "brings a str where a TaskType is expected"),
    (
        f"{HEAD}{MODEL}TASK_TYPES = TaskType('echo', Some, 'a:b')\n",
        "echo or of its capability is taken by ClawdBot",
    ),
    (f"{HEAD}{MODEL}TASK_TYPES = TaskType('mine', Some, 'a:b', capability='echo')\n", "taken by ClawdBot"),
    (f"{HEAD}{MODEL}TASK_TYPES = TaskType('clawdbot-core', Some, 'a:b')\n", "is not a name of small letters"),
    (f"{HEAD}{MODEL}TASK_TYPES = TaskType('price_check', Some, 'a:b')\n", "taken by clawdbot-price-check"),
    (f"{HEAD}{MODEL}TASK_TYPES = [TaskType('mine', Some, 'a:b')] * 2\n", "taken by zz-{number}"),
    (f"{HEAD}{MODEL}TASK_TYPES = TaskType('mine', Some, 'no handler')\n", "not written as 'module:function'"),
    (f"{HEAD}TASK_TYPES = TaskType('mine', dict, 'a:b')\n", "are no model"),
    (
        f"{HEAD}{MODEL}TASK_TYPES = TaskType('mine', Some, 'a:b', writes='x')\n",
        "writes of mine is no tuple",
    ),
    (f"{HEAD}{MODEL}TASK_TYPES = TaskType('mine', Some, 'a:b', reads=('news',))\n", "reads of mine is no tuple"),
    (
        f"{HEAD}{MODEL}from contracts.task_type import DataSource\n"
        "TASK_TYPES = TaskType('mine', Some, 'a:b', source=DataSource('mine', None))\n",
        "mine says that it keeps a source fresh, which only ClawdBot's own types may",
    ),
]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What is said of a good pack and of all the bad ones: in one environment, since each costs an interpreter."""
    directory = tmp_path_factory.mktemp("packs")
    good = new_task("price_check", directory / "good")
    install(good)
    return listed(
        good, *(write_pack(directory / f"bad-{number}", f"zz-{number}", code) for number, (code, _) in enumerate(_BAD))
    )


@pytest.mark.parametrize(("number", "says"), [(number, says) for number, (_, says) in enumerate(_BAD)])
def test_a_pack_that_cannot_be_used_is_named_and_left_out(found: dict[str, Any], number: int, says: str) -> None:
    bad = found[f"zz-{number}"]
    assert bad["problem"].startswith(f"The task pack zz-{number} (zz_{number}) is left out: ")
    assert says.format(number=number) in bad["problem"]
    assert bad["task_types"] == ""
    assert found["clawdbot-price-check"]["problem"] == ""


def test_people_see_what_is_wrong(tmp_path: Path) -> None:
    bad = write_pack(tmp_path / "bad", "zz-other", "import not_there\n")
    done = python("-m", "cli", "types", "packs", packs=(bad,))
    assert done.returncode == 0
    assert "left out" in done.stdout
    assert "No module named 'not_there'" in done.stdout
    assert "is left out" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "name", ["Price", "1price", "price-check", "price__check", "_a", "a_", "", "a/b", "..", "x" * 41]
)
def test_bad_names(bare_shell: Shell, tmp_path: Path, name: str) -> None:
    ran = bare_shell("new-task", "--directory", tmp_path / "pack", "--", name)
    assert ran.code == 2
    assert "cannot be the name of a task type" in ran.err
    assert not (tmp_path / "pack").exists()


def test_names_and_directories_that_are_taken(bare_shell: Shell, tmp_path: Path) -> None:
    ran = bare_shell("new-task", "echo", "--directory", tmp_path / "pack")
    assert (ran.code, "There is a task type 'echo' already" in ran.err) == (2, True)
    ran = bare_shell("new-task", "price_check", "--directory", tmp_path)
    assert (ran.code, "exists already" in ran.err) == (2, True)
    (tmp_path / "file").write_text("")
    ran = bare_shell("new-task", "price_check", "--directory", tmp_path / "file" / "pack")
    assert (ran.code, "cannot be written" in ran.err) == (2, True)


def test_by_default_it_is_put_into_a_directory_of_that_name(
    bare_shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert bare_shell("new-task", "price_check").code == 0
    assert (tmp_path / "price_check" / "price_check_pack" / "handler.py").exists()
