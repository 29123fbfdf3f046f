"""`clawdbot capabilities`, and `clawdbot workers pause`, `resume` and `drain`, also by the names they had before."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.cli.conftest import Shell
from tests.cli.facade import Facade
from tests.cli.steered import AT, capability, pause

WORKER = "01234567-89ab-4def-8123-456789000001"


def add_worker(facade: Facade, **fields: Any) -> None:
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    facade.workers.append(
        {
            "id": WORKER, "name": "mac", "status": "busy", "capabilities": ["echo"], "polling": ["echo"],
            "max_concurrency": 4, "current_tasks": 2, "last_heartbeat": now, "registered_at": now, "details": {},
            **fields,
        }
    )  # fmt: skip


@pytest.mark.parametrize("words", [["capabilities", "VERB", "echo"], ["VERB", "--capability", "echo"]])
def test_a_capability(clawdbot: Shell, facade: Facade, words: list[str]) -> None:
    pausing, resuming = ([verb if each == "VERB" else each for each in words] for verb in ("pause", "resume"))
    ran = clawdbot(*pausing, "--reason", "moves house")
    assert (ran.code, ran.out) == (0, "echo: paused by human:tester: moves house\n")
    assert facade.bodies("/capabilities/echo/pause") == [{"reason": "moves house"}]
    assert clawdbot(*resuming).out == "echo goes on.\n"
    shown = clawdbot(*resuming, "--json").json
    assert (shown["capability"], shown["paused"]) == ("echo", None)


@pytest.mark.parametrize("group", [["capabilities"], []])
def test_everything(clawdbot: Shell, facade: Facade, group: list[str]) -> None:
    assert clawdbot(*group, "pause", "--all", "--reason", "hot").out == "Everything is paused. What runs goes on.\n"
    assert facade.bodies("/pause") == [{"reason": "hot"}]
    assert clawdbot(*group, "resume", "--all").out == "Everything goes on.\n"
    assert clawdbot(*group, "pause", "--all", "--reason", "hot", "--json").json["paused"]["reason"] == "hot"


def test_a_worker(clawdbot: Shell, facade: Facade) -> None:
    add_worker(facade)
    assert clawdbot("workers", "pause", "mac", "--reason", "loud").out == "mac is paused.\n"
    assert clawdbot("pause", "--worker", "mac", "--reason", "loud").out == "mac is paused.\n"
    assert facade.bodies(f"/workers/{WORKER}/pause") == [{"reason": "loud"}] * 2
    assert clawdbot("workers", "resume", WORKER).out == "mac is given tasks again.\n"
    assert clawdbot("resume", "--worker", WORKER).out == "mac is given tasks again.\n"
    ran = clawdbot("workers", "drain", "mac", "--reason", "new disk")
    assert ran.out == "mac is draining: it still has 2 tasks and gets nothing new.\n"
    assert facade.bodies(f"/workers/{WORKER}/drain") == [{"reason": "new disk"}]
    assert clawdbot("workers", "drain", "mac", "--json").json["held"] == "draining"


def test_a_worker_that_does_not_exist(clawdbot: Shell, facade: Facade) -> None:
    add_worker(facade)
    ran = clawdbot("workers", "pause", "pc", "--reason", "loud")
    assert (ran.code, ran.err) == (5, "There is no worker 'pc'. Workers: mac.\n")
    assert clawdbot("workers", "drain", "pc").code == 5


@pytest.mark.parametrize("what", [[], ["--all", "--capability", "echo"], ["--worker", "mac", "--capability", "echo"]])
def test_say_one_thing(clawdbot: Shell, facade: Facade, what: list[str]) -> None:
    for ran in (clawdbot("pause", *what, "--reason", "x"), clawdbot("resume", *what)):
        assert (ran.code, ran.err) == (2, "Say what: one of --capability NAME, --worker NAME, --all.\n")
    assert facade.asked == []


@pytest.mark.parametrize("what", [[], ["echo", "--all"]])
def test_say_one_capability_or_all(clawdbot: Shell, facade: Facade, what: list[str]) -> None:
    for words in (["pause", *what, "--reason", "x"], ["resume", *what]):
        ran = clawdbot("capabilities", *words)
        assert (ran.code, ran.err) == (2, "Say what: the name of a capability, or --all.\n")
    assert facade.asked == []


def test_a_pause_needs_a_reason(clawdbot: Shell, facade: Facade) -> None:
    ran = clawdbot("capabilities", "pause", "--all")
    assert (ran.code, facade.asked) == (2, [])
    assert "--reason" in ran.err


def test_a_rate(clawdbot: Shell, facade: Facade) -> None:
    assert clawdbot("capabilities", "rate", "echo", "30/min").out == "echo is capped at 30/min.\n"
    assert clawdbot("rate", "echo", "none").out == "echo has no cap.\n"
    assert facade.bodies("/capabilities/echo/rate") == [{"per_second": 0.5}, {"per_second": None}]
    assert clawdbot("capabilities", "rate", "echo", "5/s", "--json").json["rate"]["per_second"] == 5
    asked = len(facade.asked)
    ran = clawdbot("capabilities", "rate", "echo", "0/s")
    assert (ran.code, len(facade.asked)) == (2, asked)
    assert "pause it" in " ".join(ran.err.replace("│", " ").split())


def test_a_strange_name_stays_a_name(clawdbot: Shell, facade: Facade) -> None:
    clawdbot("capabilities", "rate", "tasks?x=1#", "none")
    [asked] = facade.asked
    assert (asked.path, asked.query) == ("/capabilities/tasks%3Fx=1%23/rate", {})


def test_capabilities(clawdbot: Shell, facade: Facade) -> None:
    sick = {
        "state": "half_open", "reason": "it answered 503", "openings": 2, "opened_at": AT, "probe_at": AT,
        "probe_task_id": None,
    }  # fmt: skip
    facade.capabilities = {
        "everything": None,
        "capabilities": [
            capability("echo", backlog=1_200, in_work=3, workers_held=1),
            capability("delay", state="paused", paused=pause("moves"), rate={"per_second": 0.5, "by": "x", "at": AT}),
            capability("flaky", state="circuit_open", circuit=sick, backlog=10_000, backlog_capped=True),
        ],
    }
    _, echo, delay, flaky, _, number = (line.split() for line in clawdbot("capabilities").out.splitlines())
    assert number == ["3", "capabilities", "(all)"]
    assert clawdbot("capabilities", "list").out == clawdbot("capabilities").out
    assert echo == ["echo", "flowing", "1,200", "3", "1", "(+1", "held)"]
    assert delay == ["delay", "paused", "0", "0", "1", "30/min", "paused", "by", "human:tester:", "moves"]
    assert flaky[:4] == ["flaky", "circuit", "open", "10,000+"]
    assert " ".join(flaky[6:]) == "circuit open, the next task tries it: it answered 503"
    assert clawdbot("capabilities", "--json").json["capabilities"][0]["backlog"] == 1_200


def test_capabilities_while_everything_is_paused(clawdbot: Shell, facade: Facade) -> None:
    facade.capabilities = {"everything": pause("hot"), "capabilities": [capability("echo", state="paused")]}
    assert clawdbot("capabilities").out.startswith("Everything is paused by human:tester: hot\n")


def test_close_circuit(clawdbot: Shell, facade: Facade) -> None:
    assert clawdbot("capabilities", "close-circuit", "echo").out == "The circuit of echo is closed.\n"
    assert [each.path for each in facade.asked] == ["/capabilities/echo/close-circuit"]


def test_a_held_worker_says_why_in_the_list(clawdbot: Shell, facade: Facade) -> None:
    add_worker(facade, status="draining", held="draining", held_by="human:anna", held_reason="new disk")
    out = clawdbot("workers", "list").out
    assert "mac is draining by human:anna: new disk" in out
