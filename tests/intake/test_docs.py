"""The examples of the document mean what it says."""

import re

import pytest

from contracts.tasks.plain_language import ProposedFollowUp, ProposedTask
from contracts.tasks.priority import label_of
from tests.deploy.files import ROOT
from tests.intake.test_sentences import read

_ROWS = re.findall(r"^\| `(.+?)` \| (.+?) \|$", (ROOT / "docs" / "plain-language.md").read_text(), re.MULTILINE)
UNDERSTOOD = [(text, meaning) for text, meaning in _ROWS if meaning.startswith("`")]
ASKED = [text for text, meaning in _ROWS if not meaning.startswith("`")]


def described(task: ProposedTask) -> str:
    parts = [_name(task)]
    parts += [label_of(task.priority)] if task.priority != 50 else []
    parts += [f"{task.run_at:%Y-%m-%d %H:%M}"] if task.run_at else []
    return ", ".join(parts) + "".join(f" → {each}" for each in _chain(task))


def _name(task: ProposedTask) -> str:
    return f"`{task.task_type}` {task.params.get('ticker', '')}".strip()


def _chain(task: ProposedTask | ProposedFollowUp) -> list[str]:
    return [name for each in task.follow_ups for name in (f"`{each.task_type}`", *_chain(each))]


@pytest.mark.parametrize(("text", "meaning"), UNDERSTOOD)
def test_example(text: str, meaning: str) -> None:
    assert "; ".join(described(each) for each in read(text).tasks) == meaning


@pytest.mark.parametrize("text", ASKED)
def test_example_of_a_question(text: str) -> None:
    assert read(text).tasks == []


def test_there_are_examples_of_both() -> None:
    assert len(UNDERSTOOD) > 10
    assert len(ASKED) > 5
