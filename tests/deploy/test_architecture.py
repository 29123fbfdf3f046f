"""The pages that say where what stands are true of the tree."""

import re

import pytest

from tests.deploy.files import ROOT

#: Paths in code marks: with a folder or an ending, so that words like `contracts` are not taken for files.
_PATH = re.compile(r"`([a-z_]+(?:/[a-z_0-9]+)*(?:/|\.py))`")
_MOST_SIBLINGS = 30


@pytest.mark.parametrize("page", ["docs/architecture.md", "docs/glossary.md", "README.md", "CONTRIBUTING.md"])
def test_every_file_that_is_named_exists(page: str) -> None:
    named = _PATH.findall((ROOT / page).read_text())
    assert named or page == "README.md"
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_test_that_a_page_names_exists() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("tests/*.md")]
    named = {(page.name, path) for page in pages for path in re.findall(r"tests/[\w/]+\.py", page.read_text())}
    assert len(named) > 50
    assert sorted(one for one in named if not (ROOT / one[1]).exists()) == []


def test_the_map_in_the_readme_names_every_package() -> None:
    text = (ROOT / "README.md").read_text()
    listed = set(re.findall(r"^([a-z-]+)/ ", text[text.index("## Where what is") :], re.MULTILINE))
    packages = {path.parent.name for path in ROOT.glob("[a-z]*/__init__.py")}
    assert packages
    assert packages - listed == set()


def test_no_folder_is_a_pile() -> None:
    packages = [path.parent for path in ROOT.glob("[a-z]*/__init__.py")]
    folders = {path.parent for package in packages for path in package.glob("**/*.py")}
    counts = {str(folder.relative_to(ROOT)): len(list(folder.glob("*.py"))) for folder in folders}
    page = ROOT / "dashboard" / "src"
    for folder in (page, *(path for path in page.glob("**/*") if path.is_dir())):
        counts[str(folder.relative_to(ROOT))] = len(list(folder.iterdir()))
    # Migrations only ever become more.
    del counts["db/migrations/versions"]
    assert {folder: count for folder, count in counts.items() if count > _MOST_SIBLINGS} == {}
