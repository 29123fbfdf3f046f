"""Words that a stranger meets first: the glossary, and the first line of every module."""

import re

from tests.deploy.files import ROOT

_PACKAGES = sorted(path.parent.name for path in ROOT.glob("[a-z]*/__init__.py"))
_MODULES = sorted(path for package in _PACKAGES if package != "tests" for path in (ROOT / package).rglob("*.py"))
#: A first line that begins so is a riddle: it says that the module answers a question, not what the module does.
_RIDDLE = re.compile(r'"""(What|Who|Whom|How|Which|Whether|Where|Why)\b')
#: Titles of migrations never change; the others are not gone over yet.
_LEFT = ("db/migrations/", "cli/", "contracts/records/", "db/records/", "services/records/")


def test_a_word_of_the_glossary_is_used() -> None:
    glossary = ROOT / "docs" / "glossary.md"
    terms = [term for bold in re.findall(r"\*\*(.+?)\*\*", glossary.read_text()) for term in bold.lower().split(", ")]
    pages = [path for path in ROOT.glob("docs/**/*.md") if path != glossary]
    text = "\n".join(path.read_text().lower() for path in (*pages, ROOT / "README.md", *_MODULES))
    assert len(terms) > 30
    assert [term for term in terms if not re.search(rf"\b{re.escape(term)}", text)] == []


def test_a_module_begins_with_what_it_is_for() -> None:
    first = {str(path.relative_to(ROOT)): path.read_text().partition("\n")[0] for path in _MODULES}
    assert len(first) > 500
    assert {path: line for path, line in first.items() if _RIDDLE.match(line) and not path.startswith(_LEFT)} == {}
