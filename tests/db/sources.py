"""Our own source: what the wheel is made of."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]


def packages() -> list[Path]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return [ROOT / each for each in settings["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]]


def modules() -> Iterator[Path]:
    """All of them but migrations, which are never changed again."""
    for package in packages():
        yield from (file for file in sorted(package.rglob("*.py")) if "migrations" not in file.parts)
