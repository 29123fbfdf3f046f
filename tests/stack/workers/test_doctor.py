"""`clawdbot doctor` on the real stack, and against servers that misbehave in one way each."""

import asyncio
import contextlib
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.sandbox_server import Sandbox
from tests.serving import serving
from tests.stack.harness import Api, RunningStack
from tests.support import warm

REPOSITORY = Path(__file__).parents[3]
Checks = dict[str, dict[str, str]]


def examine(url: str, key: str, *options: str, **environment: str) -> tuple[int, Checks]:
    """(exit code, checks by name)."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLAWDBOT_")}
    done = warm.run(
        [sys.executable, "-m", "cli", "doctor", "--api-url", url, "--api-key", key, "--json", *options],
        env={**kept, **environment}, cwd=REPOSITORY, text=True, timeout=120,
    )  # fmt: skip
    assert done.stdout, done.stderr
    return done.returncode, {check["name"]: check for check in json.loads(done.stdout)}


def test_all_is_well_on_a_running_stack(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    _, _, key = stack.register(["echo", "reddit_crawl", "api_update"])
    code, checks = examine(stack.api_url, key, "--idle", "1", **sources.environment())
    assert code == 0, checks
    assert {name for name, check in checks.items() if check["verdict"] != "ok"} <= {"memory"}
    assert set(checks) == {
        "memory", "api: name", "api: connection", "api: answer", "clock", "key", "version",
        "capability echo", "capability reddit_crawl", "capability api_update",
        "gateway: name", "gateway: connection", "gateway: gRPC", "gateway: after 1 s idle",
    }  # fmt: skip


def test_what_a_key_and_an_environment_lack(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    _, id_, key = stack.register(["echo", "reddit_crawl", "api_update"])
    stack.rows("UPDATE api_keys SET expires_at = now() + interval '3 days' WHERE worker_id = %s RETURNING id", id_)
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        closed = f"http://127.0.0.1:{reserved.getsockname()[1]}/"
    code, checks = examine(stack.api_url, key, REDDIT_CLIENT_ID="", INTERNAL_API_URL=closed)
    assert code == 1
    assert checks["key"]["verdict"] == "warn"
    assert "before it ends" in checks["key"]["advice"]
    assert checks["capability reddit_crawl"]["verdict"] == "warn"
    assert "REDDIT_CLIENT_ID is not set" in checks["capability reddit_crawl"]["found"]
    assert checks["capability api_update"]["verdict"] == "fail"
    assert "cannot be reached" in checks["capability api_update"]["found"]
    code, checks = examine(stack.api_url, key[:-1] + "!")
    assert (code, checks["key"]["verdict"]) == (1, "fail")
    assert "gateway: name" not in checks


def test_it_speaks_to_people_too(stack: RunningStack, api: Api, tmp_path: Path) -> None:
    _, _, key = stack.register(["echo"])
    file = tmp_path / "worker.yaml"
    file.write_text(f"api_url: {stack.api_url}\napi_key: {key}\n")
    file.chmod(0o644)
    done = warm.run(
        [sys.executable, "-m", "cli", "doctor", "--config", str(file)],
        env={**os.environ, "NO_COLOR": "1"}, cwd=REPOSITORY, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "gateway: gRPC" in done.stdout
    assert f"chmod 600 {file}" in done.stdout
    assert key not in done.stdout + done.stderr


def test_an_address_that_leads_nowhere() -> None:
    code, checks = examine("http://clawdbot.invalid", "cwb_live_x_y")
    assert (code, checks["api: name"]["verdict"]) == (1, "fail")
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    code, checks = examine(f"http://127.0.0.1:{port}", "cwb_live_x_y")
    assert (code, checks["api: connection"]["verdict"]) == (1, "fail")
    assert "firewall" in checks["api: connection"]["advice"]


def granting(gateway: str, *, tls: bool = False, late: timedelta = timedelta()) -> Starlette:
    """An API that grants something, at this gateway, with this clock."""

    async def bootstrap(_: Request) -> Response:
        body = {
            "worker_id": str(uuid.uuid4()), "name": "w", "capabilities": ["echo"], "max_concurrency": 1,
            "gateway_address": gateway, "gateway_tls": tls, "namespace": "clawdbot", "server_version": "9.9.9",
        }  # fmt: skip
        headers = {"date": format_datetime(datetime.now(UTC) - late, usegmt=True)} if late else None
        return JSONResponse(body, headers=headers)

    return Starlette(routes=[Route("/api/v1/worker/bootstrap", bootstrap)])


def test_another_web_site_is_no_api() -> None:
    async def page(_: Request) -> Response:
        return Response("<h1>Welcome</h1>", media_type="text/html")

    with serving(Starlette(routes=[Route("/{path:path}", page)])) as url:
        code, checks = examine(url, "cwb_live_x_y")
    assert (code, checks["api: answer"]["verdict"]) == (1, "fail")


@pytest.mark.parametrize(("late", "verdict"), [(60, "warn"), (3_600, "fail"), (-3_600, "fail")])
def test_a_clock_that_is_wrong(late: int, verdict: str) -> None:
    with serving(granting("127.0.0.1:1", late=timedelta(seconds=late)), date_header=False) as url:
        _, checks = examine(url, "cwb_live_x_y")
    assert checks["clock"]["verdict"] == verdict
    assert ("ahead of" if late > 0 else "behind") in checks["clock"]["found"]
    assert checks["version"]["verdict"] == "warn"


def test_a_gateway_that_speaks_no_grpc() -> None:
    async def page(_: Request) -> Response:
        return Response("hello")

    with serving(Starlette(routes=[Route("/{path:path}", page)])) as other:
        with serving(granting(other.removeprefix("http://"))) as url:
            code, checks = examine(url, "cwb_live_x_y")
    assert (code, checks["gateway: connection"]["verdict"]) == (1, "ok")
    assert checks["gateway: gRPC"]["verdict"] == "fail"
    assert "passes gRPC" in checks["gateway: gRPC"]["advice"]


def openssl(*arguments: str, directory: Path) -> None:
    subprocess.run(["/usr/bin/env", "openssl", *arguments], cwd=directory, check=True, capture_output=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority of our own and what it signed."""
    directory = tmp_path_factory.mktemp("authority")
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=Test authority",
            "-keyout", "ca-key.pem", "-out", "ca.pem", directory=directory)  # fmt: skip
    for name, subject, days in [
        ("good", "DNS:localhost", 90),
        ("soon", "DNS:localhost", 5),
        ("other", "DNS:x.test", 90),
    ]:
        (directory / "names").write_text(f"subjectAltName={subject}")
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", f"{name}-key.pem",
                "-out", "request", directory=directory)  # fmt: skip
        openssl("x509", "-req", "-in", "request", "-CA", "ca.pem", "-CAkey", "ca-key.pem", "-CAcreateserial",
                "-days", str(days), "-extfile", "names", "-out", f"{name}.pem", directory=directory)  # fmt: skip
    return directory


@contextlib.contextmanager
def tls_server(authority: Path, name: str, protocol: str | None = None) -> Iterator[int]:
    """The port of a server that says nothing inside TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / f"{name}.pem", authority / f"{name}-key.pem")
    if protocol:
        context.set_alpn_protocols([protocol])
    ready, ports, loops = threading.Event(), [], []

    async def serve() -> None:
        over = asyncio.Event()
        server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=context)
        ports.append(server.sockets[0].getsockname()[1])
        loops.append((asyncio.get_running_loop(), over))
        ready.set()
        await over.wait()
        server.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(10)
    yield ports[0]
    loop, over = loops[0]
    loop.call_soon_threadsafe(over.set)
    thread.join(10)


@pytest.mark.parametrize(
    ("name", "trusted", "verdict", "words"),
    [
        ("good", False, "fail", "SSL_CERT_FILE"),
        ("good", True, "ok", ""),
        ("soon", True, "warn", "Renew"),
        ("other", True, "fail", "whose name stands in"),
    ],
)
def test_certificates(authority: Path, name: str, trusted: bool, verdict: str, words: str) -> None:
    environment = {"SSL_CERT_FILE": str(authority / "ca.pem")} if trusted else {}
    with tls_server(authority, name) as port:
        _, checks = examine(f"https://localhost:{port}", "cwb_live_x_y", **environment)
    assert checks["api: certificate"]["verdict"] == verdict
    assert words in checks["api: certificate"]["advice"]


@pytest.mark.parametrize(("protocol", "verdict"), [(None, "fail"), ("h2", "ok")])
def test_a_gateway_whose_proxy_speaks_no_http2(authority: Path, protocol: str | None, verdict: str) -> None:
    with tls_server(authority, "good", protocol) as port:
        with serving(granting(f"localhost:{port}", tls=True)) as url:
            code, checks = examine(url, "cwb_live_x_y", SSL_CERT_FILE=str(authority / "ca.pem"))
    assert checks["gateway: HTTP/2"]["verdict"] == verdict
    assert code == 1


def test_what_it_finds_is_told_apart_from_what_it_could_not_look_at() -> None:
    """No certificate check on a plain connection, no gateway without a grant."""
    with serving(Starlette(routes=[])) as url:
        _, checks = examine(url, "cwb_live_x_y")
    assert set(checks) == {"memory", "api: name", "api: connection", "api: answer", "clock"}
