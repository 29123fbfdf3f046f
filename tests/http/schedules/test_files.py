"""Schedules as a file: what it changes is shown first, all of it or nothing is done, and a mistake has its line."""

from pathlib import Path

import pytest
import yaml

from contracts.named_files import BadFile
from contracts.schedules.files import read_file
from tests.http.terminal import Terminal, terminal
from tests.support.facade import Api, Facade

__all__ = ["terminal"]

EXAMPLE = Path(__file__).parents[3] / "examples" / "schedules.yaml"


@pytest.fixture(autouse=True)
def clean(api: Api) -> None:
    """No schedules but those of the test."""
    for each in api.http.get("/schedules").json()["schedules"]:
        api.http.delete(f"/schedules/{each['id']}")


def names(api: Api) -> list[str]:
    return [each["name"] for each in api.http.get("/schedules").json()["schedules"]]


@pytest.fixture
def typed(terminal: Terminal, stack: Facade, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("CLAWDBOT_API_URL", stack.api_url)
    monkeypatch.setenv("CLAWDBOT_API_KEY", stack.admin_key)
    return terminal


def test_the_example_is_applied_once(typed: Terminal, api: Api) -> None:
    code, said = typed("schedules", "apply", str(EXAMPLE))
    assert (code, names(api)) == (2, [])
    assert "Say --yes to change this without being asked." in said
    code, said = typed("schedules", "apply", str(EXAMPLE), "--yes")
    assert (code, len(names(api))) == (0, 4)
    assert "+ mornings-reddit" in said
    code, said = typed("schedules", "apply", str(EXAMPLE), "--yes")
    assert (code, said.splitlines()) == (0, ["Nothing changed: all is as the file says."])


def test_a_change_is_shown_field_by_field_and_only_prune_deletes(typed: Terminal, api: Api, tmp_path: Path) -> None:
    typed("schedules", "apply", str(EXAMPLE), "--yes")
    given = yaml.safe_load(EXAMPLE.read_text())
    del given["schedules"]["filings"]
    given["schedules"]["mornings-news"]["timing"]["cron"] = "45 8 * * *"
    file = tmp_path / "other.yaml"
    file.write_text(yaml.safe_dump(given))
    _, said = typed("schedules", "apply", str(file), "--yes")
    assert "    timing.cron: 30 8 * * MON-FRI → 45 8 * * *" in said
    assert "Not in the file, and kept: filings. --prune deletes them." in said
    assert "filings" in names(api)
    _, said = typed("schedules", "apply", str(file), "--yes", "--prune")
    assert "- filings" in said
    assert "filings" not in names(api)
    # What is exported is what was applied.
    _, said = typed("schedules", "export")
    file.write_text(said)
    assert typed("schedules", "apply", str(file), "--yes", "--prune")[1].startswith("Nothing changed")


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('cron: "30 8 * * MON-FRI"', 'cron: "30 28 * * *"', "Line 15, mornings-news.timing.cron: "),
        ("task_type: ai_summary", "task_type: nonesuch", "Line 33, last-day-of-the-month.action.task.task_type: "),
        ("pause_on_failure", "pause_on_failures", "Line 27, filings.pause_on_failures: there is no such field"),
        ("schedules:\n", "schedules\n", "This is not YAML in line "),
    ],
)
def test_a_broken_file_changes_nothing_and_says_the_line(
    typed: Terminal, api: Api, tmp_path: Path, was: str, becomes: str, said: str
) -> None:
    file = tmp_path / "broken.yaml"
    text = EXAMPLE.read_text()
    assert was in text
    file.write_text(text.replace(was, becomes))
    code, told = typed("schedules", "apply", str(file), "--yes")
    assert (code, names(api)) == (2, [])
    assert said in told


def test_a_file_of_another_shape_is_refused() -> None:
    for text in ("", "rules: {}", "schedules: []", "- 1"):
        with pytest.raises(BadFile):
            read_file(text)


def test_by_hand_at_a_terminal(typed: Terminal, api: Api) -> None:
    code, said = typed(
        *("schedules", "add", "greetings", "echo", "message=hi", "--cron", "0 7 * * *", "--zone", "Europe/Berlin"),
        *("--runs", "3"),
    )
    assert (code, said.partition(",")[0]) == (0, "greetings: cron 0 7 * * *")
    assert "0 7 * * *" in typed("schedules", "list")[1]
    assert "3 left" in typed("schedules", "show", "greetings")[1]
    assert typed("schedules", "pause", "greetings", "--reason", "holidays")[0] == 0
    assert ": holidays" in typed("schedules", "list")[1]
    assert typed("schedules", "resume", "greetings")[1].startswith("greetings goes on, next ")
    assert typed("schedules", "run", "greetings")[0] == 0
    past = ("--from", "2026-05-01T00:00Z", "--until", "2026-05-03T00:00Z")
    assert typed("schedules", "backfill", "greetings", *past)[1].startswith("2 runs ordered")
    shown = typed("schedules", "preview", "--cron", "30 2 * * *", "--zone", "Europe/Berlin", "-n", "1")[1]
    assert " 02:30:00 C" in shown
    assert typed("schedules", "delete", "greetings")[0] == 0
    assert names(api) == []
    assert typed("schedules", "show", "greetings")[0] == 5
