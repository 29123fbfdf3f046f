"""`clawdbot plans`: submitted, looked at, followed, and repaired, at a terminal."""

import io
import json
from pathlib import Path

import pytest

from tests.http.planned import Planned, echo
from tests.http.terminal import Terminal, terminal
from tests.support.facade import Api, Facade

__all__ = ["terminal"]

MORNING = Path(__file__).parents[3] / "examples" / "plans" / "morning.yaml"


@pytest.fixture
def shell(terminal: Terminal, stack: Facade, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("CLAWDBOT_API_URL", stack.api_url)
    monkeypatch.setenv("CLAWDBOT_API_KEY", stack.admin_key)
    monkeypatch.setenv("COLUMNS", "200")
    return terminal


def test_a_plan_is_checked_and_submitted(shell: Terminal, api: Api) -> None:
    assert shell("plans", "validate", str(MORNING)) == (0, "It can run: 5 steps, 17 tasks.\n")
    assert (
        shell("plans", "validate", str(MORNING), "--input", "tickers=NVDA,AMD")[1] == "It can run: 5 steps, 8 tasks.\n"
    )
    code, said = shell("plans", "validate", str(MORNING), "--input", "ticker=NVDA")
    assert (code, said) == (2, "'ticker=NVDA' gives no input of this plan as NAME=VALUE. It has tickers.\n")
    code, said = shell("plans", "add", str(MORNING), "--json")
    plan = json.loads(said)
    assert (code, plan["steps"]) == (0, 5)
    code, said = shell("plans", "graph", plan["id"][:8])
    assert said.splitlines()[0].startswith("crawl")
    assert said.splitlines()[-1].strip() == "tell blocked  ← digest"
    assert "morning" in shell("plans", "list")[1]


def test_a_mistake_names_its_step_and_field(shell: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("name: bad\nsteps:\n  - {id: a, task_type: echo, needs: [b]}\n")
    code, said = shell("plans", "add", str(file))
    assert code == 2
    assert "steps.a.needs" in said
    assert "there is no step 'b'" in said
    file.write_text("name: *bad\n")
    assert "has an alias" in shell("plans", "add", str(file))[1]
    assert "cannot be read" in shell("plans", "add", str(tmp_path / "none.yaml"))[1]


def test_a_plan_is_repaired(shell: Terminal, stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a"), echo("b", needs=["a"]))
    plan.advance()
    plan.end("a", fails=True)
    code, said = shell("plans", "show", plan.id[:8])
    assert "It broke." in said
    assert "waits for a" in said
    assert shell("plans", "retry", plan.id, "a", "--params", '{"message": 3}')[0] == 0
    plan.end("a", fails=True, round_=1)
    assert shell("plans", "result", plan.id, "a", "{}")[0] == 0
    assert plan.statuses()["b"] == "running"
    assert shell("plans", "cancel", plan.id)[0] == 0
    code, said = shell("plans", "skip", plan.id, "b")
    assert (code, "only what failed" in said) == (2, True)


class Reader(io.StringIO):
    """Whoever reads the progress of a plan: its task ends once it was seen to run."""

    def __init__(self, plan: Planned) -> None:
        super().__init__()
        self._plan: Planned | None = plan

    def write(self, text: str) -> int:
        if "running: 0/1" in text and self._plan is not None:
            plan, self._plan = self._plan, None
            plan.end("a")
        return super().write(text)


def test_watching_ends_with_the_plan(shell: Terminal, stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a"))
    plan.advance()
    read = Reader(plan)
    code, _ = shell("plans", "watch", plan.id, stdout=read)
    said = read.getvalue()
    assert code == 0
    assert "p running: 0/1 steps" in said
    # By the line of progress, or by what is shown of it at the end: not by both.
    assert said.count("p succeeded: 1/1 steps") == 1
    failed = Planned(stack, api, echo("a"))
    failed.advance()
    failed.end("a", fails=True)
    assert shell("plans", "watch", failed.id, "--json")[0] == 1
