"""The size of what a browser must load, and the pins of the packages that it is made of."""

import gzip
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.deploy.files import ROOT

DASHBOARD = ROOT / "dashboard"
DIST = ROOT / "api" / "web" / "dist"
#: KiB, compressed as browsers get them at least.
FIRST_LOAD, ROUTE, CHARTS = 250, 60, 200
_ENTRY = "index.html"
#: Loaded by every visit as soon as the page is there, whatever it is.
_SOON = [f"src/app/shell/{name}.tsx" for name in ("HealthParts", "Palette", "SettingsSync", "UserMenu")]


@cache
def manifest() -> dict[str, dict[str, Any]]:
    file = DIST / ".vite" / "manifest.json"
    assert file.is_file(), "The dashboard is not built. Run `make install`."
    return dict(json.loads(file.read_text()))


def files_of(name: str) -> set[str]:
    """What the browser loads for this part: it, what it imports, and their styles."""
    found: set[str] = set()
    waiting, seen = [name], set()
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen.add(each)
        part = manifest()[each]
        found |= {part["file"], *part.get("css", [])}
        waiting += part.get("imports", [])
    return found


def kib(files: set[str]) -> float:
    return sum(len(gzip.compress((DIST / file).read_bytes(), 9)) for file in files) / 1024


def parts_loaded_later() -> Iterator[str]:
    for part in manifest().values():
        yield from part.get("dynamicImports", [])


def sizes_of_pages() -> dict[str, float]:
    """KiB that each part adds to what every visit loads."""
    first = files_of(_ENTRY).union(*map(files_of, _SOON))
    return {name: kib(files_of(name) - first) for name in set(parts_loaded_later())}


def has_charts(part: str) -> bool:
    return re.search("chart|graph", part, re.IGNORECASE) is not None


def test_the_first_load_is_small() -> None:
    size = kib(files_of(_ENTRY))
    print(f"first load: {size:.0f} KiB")
    assert size <= FIRST_LOAD


def test_every_page_is_small() -> None:
    sizes = sizes_of_pages()
    assert sizes
    for name, size in sorted(sizes.items(), key=lambda each: -each[1]):
        print(f"{size:6.1f} KiB  {name}")
    most = {name: CHARTS if has_charts(name) else ROUTE for name in sizes}
    assert {name: size for name, size in sizes.items() if size > most[name]} == {}


def test_packages_are_pinned_and_come_from_nowhere_in_particular() -> None:
    lock = json.loads((DASHBOARD / "package-lock.json").read_text())
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert [name for name, each in packages.items() if "resolved" in each] == []
    assert [name for name, each in packages.items() if not each.get("integrity", "").startswith("sha512-")] == []
    wanted = json.loads((DASHBOARD / "package.json").read_text())
    versions = {**wanted["dependencies"], **wanted["devDependencies"]}
    assert [name for name, version in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    assert len({version for name, version in versions.items() if name.startswith("@mantine/")}) == 1


def test_no_style_or_script_is_in_the_page_itself() -> None:
    """The policy would refuse them."""
    page = (DIST / "index.html").read_text()
    assert "<style" not in page
    assert re.findall(r"<script(?![^>]* src=)", page) == []
    assert "http://" not in page
    assert "https://" not in page


def test_no_page_knows_of_another() -> None:
    """Features share what is in ui, api and live; what one takes from another would be loaded with it."""
    features = DASHBOARD / "src" / "features"
    taken = {
        f"{file.relative_to(features)} takes from {other}"
        for file in features.rglob("*.ts*")
        for other in re.findall(r'from "(?:@/features|\.\./\.\.|\.\.)/([\w-]+)', Path(file).read_text())
        if other != file.relative_to(features).parts[0] and (features / other).is_dir()
    }
    assert sorted(taken) == []
