"""Task packs for tests: made with `clawdbot types new`, and installed by hand, without pip and without a network."""

import os
import sys
import tomllib
from pathlib import Path

from tests.support import warm

ROOT = Path(__file__).parents[1]


def new_task(name: str, directory: Path) -> Path:
    """The directory of a new pack."""
    done = warm.run(
        [sys.executable, "-m", "cli", "types", "new", name, "--directory", str(directory)],
        cwd=ROOT, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return directory


def install(pack: Path) -> None:
    """What pip would do with the project in that directory, once the directory is on the path."""
    project = tomllib.loads((pack / "pyproject.toml").read_text())["project"]
    points = project["entry-points"]["clawdbot.task_types"]
    metadata = pack / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    lines = [f"{name} = {value}\n" for name, value in points.items()]
    (metadata / "entry_points.txt").write_text("".join(["[clawdbot.task_types]\n", *lines]))


def write_pack(directory: Path, name: str, code: str) -> Path:
    """An installed pack of one module."""
    directory.mkdir()
    module = name.replace("-", "_")
    (directory / f"{module}.py").write_text(code)
    (directory / "pyproject.toml").write_text(
        f'[project]\nname = "{name}"\nversion = "1.0"\n'
        f'[project.entry-points."clawdbot.task_types"]\n{module} = "{module}:TASK_TYPES"\n'
    )
    install(directory)
    return directory


def with_packs(*packs: Path) -> dict[str, str]:
    """The environment of a process that has these packs."""
    return {"PYTHONPATH": os.pathsep.join([*map(str, packs), str(ROOT)])}
