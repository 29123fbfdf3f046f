"""What the API says when it refuses is for people: no routes, no fields that nobody typed, no words of libraries."""

import importlib
import pkgutil
import re
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest
from pydantic_core.core_schema import ErrorType

import api
import contracts
import services
from chat.telegram.commands.status import WORKER_MARKS
from contracts.mistakes import FORMS, in_words
from contracts.tasks.statuses import TaskStatus
from contracts.workers.states import CapabilityState, WorkerState
from services.errors import DomainError

#: A route, a method of HTTP, pydantic, Python and its way to quote, names of fields, and code.
ODD = re.compile(
    r"/api/v1|\b(GET|POST|PUT|PATCH|DELETE) /|HTTP \d|pydantic|Value err|Input should|Traceback|None\b|`|[a-z]+_[a-z_]+"
)
#: Who reads it there writes a program: that of a bot or of a worker.
FOR_PROGRAMS = ("api.bots.", "services.records.material")


def catalogue() -> dict[str, type[DomainError]]:
    """Every refusal that there is."""
    for package in (api, services):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    found, waiting = {}, [DomainError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind is not DomainError and not kind.__module__.startswith("tests"):
            found[kind.__name__] = kind
    return found


CATALOGUE = catalogue()
#: What pydantic finds by itself; it knows the names of fields where there is one too many.
PYDANTICS = set(get_args(ErrorType)) - {"value_error", "assertion_error", "extra_forbidden"}
#: What is said instead of the default: the literals of `raise Kind("…")`.
RAISED = re.compile(rf"(?:{'|'.join(CATALOGUE)})\(\s*f?(\"(?:[^\"\\]|\\.)*\")", re.DOTALL)


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_a_refusal_is_a_sentence_for_people(name: str) -> None:
    said = (CATALOGUE[name].__doc__ or "").strip()
    assert said[0].isupper()
    assert said.endswith(".")
    assert not ODD.search(said), said


@pytest.mark.parametrize("package", [api, services, contracts], ids=lambda package: package.__name__)
def test_what_is_said_besides_is_for_people_as_well(package: ModuleType) -> None:
    said = []
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if module.name.startswith(FOR_PROGRAMS):
            continue
        file = Path(importlib.import_module(module.name).__file__ or "")
        said += [(module.name, each) for each in RAISED.findall(file.read_text("utf-8"))]
    literal = [(where, re.sub(r"\{[^{}]*\}|`clawdbot [^`]+`", "X", each)) for where, each in said]
    assert [(where, each) for where, each in literal if ODD.search(each)] == []


@pytest.mark.parametrize(
    "kind", sorted(set(get_args(ErrorType)) - {"value_error", "assertion_error", "extra_forbidden"})
)
def test_no_mistake_is_told_in_the_words_of_pydantic(kind: str) -> None:
    context = dict.fromkeys(
        ("gt", "ge", "lt", "le", "min_length", "max_length", "expected", "multiple_of", "expected_tags"), 3
    )
    said = in_words({"type": kind, "loc": ("field",), "msg": "Input should be what pydantic says", "ctx": context})
    assert "pydantic says" not in said
    assert said[0].islower()


def test_each_form_that_has_words_is_asked_for_somewhere() -> None:
    files = [file for package in (api, contracts) for file in Path(package.__path__[0]).rglob("*.py")]
    asked = "".join(file.read_text("utf-8") for file in files if file.name != "mistakes.py")
    assert [form for form in FORMS if f'"{form}"' not in asked] == []


def labels_of_the_page() -> tuple[dict[str, str], dict[str, str]]:
    """Of tasks, and of everything else."""
    page = (Path(__file__).parents[2] / "dashboard" / "src" / "ui" / "statuses.ts").read_text("utf-8")
    tasks, _, others = page.partition("const OTHERS")
    label = re.compile(r'^  (\w+): \{ label: "([^"]+)"', re.MULTILINE)
    return dict(label.findall(tasks)), dict(label.findall(others))


def test_the_page_calls_a_status_as_everybody_does() -> None:
    assert labels_of_the_page()[0] == {status.value: status.words.capitalize() for status in TaskStatus}


def test_the_page_calls_a_state_of_workers_and_capabilities_as_everybody_does() -> None:
    labels = labels_of_the_page()[1]
    for state in (*WorkerState, *CapabilityState):
        # A task that runs has another icon than a capability that does: the page has "flowing" for the latter.
        name = "flowing" if state is CapabilityState.RUNNING else state.value
        assert labels[name] == state.words.capitalize()


def test_every_state_of_a_worker_has_a_mark_in_chats_and_a_meaning_in_the_documents() -> None:
    assert WORKER_MARKS.keys() == set(WorkerState)
    document = (Path(__file__).parents[2] / "docs" / "workers.md").read_text("utf-8")
    assert all(state.means for state in WorkerState)
    assert [state for state in WorkerState if f"`{state.words}`" not in document] == []
