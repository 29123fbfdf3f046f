"""A browser gets the page, and a program never does."""

import re
from functools import cache
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from contracts.settings import ServerSettings

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
SCRIPT = "console.log('hello')"


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the build leaves, in small."""
    tmp_path = tmp_path_factory.mktemp("dist")
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text('<base href="/" /><meta property="csp-nonce" nonce="" /><p>the page</p>')
    (tmp_path / "assets" / "index-1a2b.js").write_text(SCRIPT)
    (tmp_path / "assets" / "index-1a2b.js.br").write_bytes(b"br")
    (tmp_path / "assets" / "index-1a2b.js.gz").write_bytes(b"gz")
    (tmp_path / "secret.txt").write_text("no part of the page")
    return tmp_path


def asking(dist: Path, root_path: str = "") -> httpx.AsyncClient:
    """The API without its database; its proxy says that it lives below ``root_path``."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(_app(dist), root_path=root_path), base_url="http://api")


@cache
def _app(dist: Path) -> FastAPI:
    nowhere = {"database_url": "postgresql://nowhere/", "jwt_secret": "-" * 32, "lease_secret": "-" * 32}
    return create_app(ServerSettings.model_validate(nowhere), dist)


@pytest.fixture
def http(dist: Path) -> httpx.AsyncClient:
    return asking(dist)


@pytest.mark.parametrize("path", ["/", "/tasks", "/tasks/66b0f3ec", "/apiary", "/a/b/c"])
async def test_a_browser_gets_the_page(http: httpx.AsyncClient, path: str) -> None:
    answers = [await http.get(path, headers=BROWSER) for _ in range(2)]
    nonces = []
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.headers["cache-control"] == "no-store"
        [nonce] = re.findall(r'nonce="([^"]+)"', answer.text)
        policy = answer.headers["content-security-policy"]
        assert f"style-src 'self' 'nonce-{nonce}'" in policy
        assert "default-src 'none'; script-src 'self';" in policy
        assert "unsafe-eval" not in policy
        nonces.append(nonce)
    assert nonces[0] != nonces[1]


@pytest.mark.parametrize("path", ["/api", "/api/v1/taskz", "/api/v1/tasks/", "/docs/x", "/metrics/x", "/healthz/x"])
async def test_a_mistyped_address_of_the_api_is_a_problem(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(path, headers=BROWSER, follow_redirects=False)
    assert answer.status_code in (307, 404)
    assert "text/html" not in answer.headers.get("content-type", "")


async def test_a_program_never_gets_the_page(http: httpx.AsyncClient) -> None:
    for answer in (
        await http.get("/nothing"),
        await http.post("/nothing", headers=BROWSER),
        await http.post("/api/v1/taskz", headers=BROWSER),
    ):
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


async def test_files_are_kept_for_ever_and_come_compressed(http: httpx.AsyncClient) -> None:
    for accepted, encoding, content in (
        ("gzip, deflate, br", "br", b"br"),
        ("gzip", "gzip", b"gz"),
        ("identity", None, SCRIPT.encode()),
    ):
        async with http.stream("GET", "/assets/index-1a2b.js", headers={"Accept-Encoding": accepted}) as answer:
            raw = b"".join([part async for part in answer.aiter_raw()])
        assert answer.status_code == 200
        assert answer.headers.get("content-encoding") == encoding
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["vary"] == "Accept-Encoding"
        assert raw == content


@pytest.mark.parametrize("name", ["index-gone.js", "", "..%2fsecret.txt", "../secret.txt", "%00"])
async def test_no_other_file_is_given_away(http: httpx.AsyncClient, name: str) -> None:
    answer = await http.get(f"/assets/{name}", headers=BROWSER)
    assert "no part of the page" not in answer.text
    assert answer.status_code == 404 or answer.text.endswith("the page</p>")
    assert (await http.get("/assets/index-gone.js", headers=BROWSER)).status_code == 404


@pytest.mark.parametrize("path", ["/claw/tasks", "/tasks"])
async def test_it_lives_below_a_prefix(dist: Path, path: str) -> None:
    """Whether the proxy takes the prefix away or leaves it."""
    async with asking(dist, root_path="/claw") as http:
        page = await http.get(path, headers=BROWSER)
        assert '<base href="/claw/" />' in page.text
        asset = await http.get(path.replace("tasks", "assets/index-1a2b.js"), headers={"Accept-Encoding": ""})
        assert asset.status_code == 200
        lost = await http.get(path.replace("tasks", "api/v1/taskz"), headers=BROWSER)
        assert lost.headers["content-type"] == "application/problem+json"


async def test_without_a_build_it_says_how_to_get_one(tmp_path: Path) -> None:
    async with asking(tmp_path) as http:
        answer = await http.get("/", headers=BROWSER)
    assert answer.status_code == 503
    assert "make install" in answer.json()["detail"]
