"""Temporal against a web page that somebody opens on the server's machine: the real server, and what browsers send."""

import asyncio
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from ipaddress import ip_address

import httpx
import psutil
import pytest

from tests.stack.harness import eventually
from workers.embedded import temporal
from workers.embedded.layout import DataDirectory, Ports, free_ports
from workers.embedded.unbrowsable import unbrowsable_address

pytestmark = pytest.mark.processes

#: https://fetch.spec.whatwg.org/#port-blocking, those that need no root.
BAD_PORTS = {
    1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
}  # fmt: skip
WORKFLOWS = "/api/v1/namespaces/clawdbot/workflows"
START = {"workflowType": {"name": "nobody runs it"}, "taskQueue": {"name": "nobody-polls-it"}}
#: A form or a `fetch` without a preflight from anywhere.
FROM_EVIL = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", "Content-Type": "text/plain"}
#: (what is added to the address of a workflow, the body)
WRITES = [("", START), ("/signal/approve", {}), ("/cancel", {}), ("/terminate", {})]


@dataclass
class Served:
    """A Temporal server, and the door of its Web UI."""

    ports: Ports
    ui: tuple[str, int]
    process: subprocess.Popen[bytes]
    #: Sends what it is told, and nothing by itself.
    stranger: httpx.Client
    #: A browser in which a person opens the Web UI.
    person: httpx.Client

    @property
    def web_ui(self) -> str:
        return f"http://127.0.0.1:{self.ports.temporal_ui}"

    @property
    def http_api(self) -> str:
        return f"http://127.0.0.1:{self.ports.temporal_http}"

    def open(self) -> None:
        page = self.person.get(self.web_ui, headers={"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"})
        assert page.status_code == 200
        assert "<!doctype html>" in page.text
        token = self.person.cookies["_csrf"]
        self.person.base_url = httpx.URL(self.web_ui)
        self.person.headers.update({"X-CSRF-Token": token, "Origin": self.web_ui, "Sec-Fetch-Site": "same-origin"})

    def status(self, id_: str) -> str:
        found = self.person.get(f"{WORKFLOWS}/{id_}")
        assert found.status_code == 200, found.text
        return str(found.json()["workflowExecutionInfo"]["status"])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    directory = DataDirectory(tmp_path_factory.mktemp("temporal"))
    directory.lock()
    ports, ui = free_ports(), unbrowsable_address()
    with ExitStack() as running:
        running.callback(directory.release)
        log = running.enter_context((directory.root / "log").open("wb"))
        commands = (temporal.command(directory, ports, ui), temporal.web_ui_command(ports, ui))
        processes = [running.enter_context(subprocess.Popen(each, stdout=log, stderr=log)) for each in commands]
        for process in processes:
            running.callback(process.terminate)
        stranger, person = (running.enter_context(httpx.Client(trust_env=False, timeout=10)) for _ in range(2))
        server = Served(ports, ui, processes[0], stranger, person)
        eventually(lambda: _ready(server), 30, "Temporal and its Web UI are up")
        server.open()
        yield server


@pytest.fixture(scope="module")
def task(served: Served) -> str:
    """A workflow that runs."""
    assert served.person.post(f"{WORKFLOWS}/a-task", json=START).status_code == 200
    return "a-task"


def test_a_person_reads_starts_and_ends_with_the_web_ui(served: Served) -> None:
    browser = served.person
    assert browser.post(f"{WORKFLOWS}/by-hand", json=START).status_code == 200
    eventually(lambda: "by-hand" in browser.get(WORKFLOWS).text, 10, "it is listed")
    assert browser.get("/namespaces/clawdbot/workflows/by-hand").status_code == 200
    assert browser.get("/api/v1/settings").json()["DisableWriteActions"] is False
    assert browser.post(f"{WORKFLOWS}/by-hand/cancel", json={}).status_code == 200
    assert browser.post(f"{WORKFLOWS}/by-hand/terminate", json={"reason": "enough"}).status_code == 200
    assert served.status("by-hand") == "WORKFLOW_EXECUTION_STATUS_TERMINATED"


def test_it_opens_under_both_names_of_this_machine(served: Served) -> None:
    for name in ("127.0.0.1", "localhost"):
        host = {"Host": f"{name}:{served.ports.temporal_ui}"}
        assert served.stranger.get(served.web_ui, headers=host).status_code == 200


@pytest.mark.parametrize(("what", "body"), WRITES)
def test_a_strange_page_posts_to_the_http_api(served: Served, task: str, what: str, body: object) -> None:
    id_ = task if what else "started-by-evil"
    answer = served.stranger.post(f"{served.http_api}{WORKFLOWS}/{id_}{what}", json=body, headers=FROM_EVIL)
    assert answer.status_code == 403
    _assert_untouched(served, task)


@pytest.mark.parametrize(
    "host", ["127.0.0.1:{port}", "localhost:{port}", "evil.example:{port}", "frontend", "no-host", ""]
)
def test_the_http_api_answers_to_no_name(served: Served, host: str) -> None:
    headers = {"Host": host.format(port=served.ports.temporal_http)}
    answer = served.stranger.get(f"{served.http_api}{WORKFLOWS}", headers=headers)
    assert answer.status_code in {400, 403}
    assert "executions" not in answer.text


@pytest.mark.parametrize("path", ["/", WORKFLOWS, "/api/v1/settings", "/healthz"])
def test_a_page_whose_name_was_made_to_point_here_reads_nothing(served: Served, task: str, path: str) -> None:
    evil = {"Host": f"evil.example:{served.ports.temporal_ui}", "Sec-Fetch-Site": "same-origin"}
    answer = served.stranger.get(f"{served.web_ui}{path}", headers=evil)
    assert answer.status_code == 403
    assert task not in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(("what", "body"), WRITES)
@pytest.mark.parametrize("rebound", [True, False])
def test_a_strange_page_changes_nothing_in_the_web_ui(
    served: Served, task: str, rebound: bool, what: str, body: object
) -> None:
    """Even with a token that is right."""
    evil = f"evil.example:{served.ports.temporal_ui}"
    as_evil = {"Host": evil, "Origin": f"http://{evil}", "Sec-Fetch-Site": "same-origin"} if rebound else FROM_EVIL
    id_ = task if what else "started-by-evil"
    answer = served.person.post(f"{WORKFLOWS}/{id_}{what}", json=body, headers=as_evil)
    assert answer.status_code == 403
    _assert_untouched(served, task)


def test_what_else_speaks_http_there_is_known(served: Served) -> None:
    """A browser reaches only what speaks HTTP/1: without TLS it speaks no HTTP/2, which is all that the others know."""
    listening = [each.laddr for each in psutil.Process(served.process.pid).net_connections() if each.status == "LISTEN"]
    assert ("127.0.0.1", served.ports.temporal) in [tuple(each) for each in listening]
    speaking = {tuple(each) for each in listening if _speaks_http_1(*each)}
    api, metrics = (("127.0.0.1", port) for port in (served.ports.temporal_http, served.ports.temporal_metrics))
    assert speaking == {api, metrics, served.ui}


def test_no_browser_opens_the_ports_behind() -> None:
    assert {Ports().temporal_http, Ports().temporal_metrics} <= BAD_PORTS
    found = [unbrowsable_address() for _ in range(50)]
    assert all(ip_address(host).is_loopback for host, _ in found)
    assert {port for _, port in found} <= BAD_PORTS - {Ports().temporal_http, Ports().temporal_metrics}


def _assert_untouched(served: Served, task: str) -> None:
    assert served.status(task) == "WORKFLOW_EXECUTION_STATUS_RUNNING"
    history = served.person.get(f"{WORKFLOWS}/{task}/history").text
    assert "SIGNALED" not in history
    assert "CANCEL" not in history
    assert served.person.get(f"{WORKFLOWS}/started-by-evil").status_code == 404


def _ready(served: Served) -> bool:
    if not asyncio.run(temporal.is_up(served.ports.temporal)):
        return False
    try:
        return served.stranger.get(f"{served.web_ui}{WORKFLOWS}").status_code == 200
    except httpx.TransportError:
        return False


def _speaks_http_1(host: str, port: int) -> bool:
    with socket.create_connection((host, port), timeout=10) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
        return connection.recv(6) == b"HTTP/1"
