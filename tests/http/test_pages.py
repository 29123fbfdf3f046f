"""What there is to know besides tasks: names of workers, health, and the API's own page."""

import re

import httpx

from tests.support import plain_http
from tests.support.facade import Api, Facade


def test_a_worker_s_name_is_taken_once(stack: Facade, api: Api) -> None:
    name, _, key = stack.register(["echo"])
    again = api.http.post("/workers/register", json={"name": name, "capabilities": ["echo"]})
    assert again.status_code == 409
    assert name in again.json()["detail"]
    unknown = api.http.post("/workers/register", json={"name": f"{name}-2", "capabilities": ["echo", "fly"]})
    assert unknown.status_code == 422
    assert unknown.json()["errors"][0]["field"] == "capabilities"
    for bad in ({"a": "\x00"}, {"a": ["\x00"]}):
        body = {"name": f"{name}-3", "capabilities": ["echo"], "metadata": bad}
        assert api.http.post("/workers/register", json=body).status_code == 422
    # The key itself is nowhere to be read again.
    assert key not in api.http.get("/workers").text
    assert stack.rows("SELECT 1 FROM api_keys k WHERE k::text LIKE %s", f"%{key.split('_')[3]}%") == []


def test_health(stack: Facade, api: Api) -> None:
    with httpx.Client(verify=plain_http.NO_TLS, base_url=stack.api_url, trust_env=False, timeout=30) as http:
        assert http.get("/healthz").json() == {"status": "ok"}
        assert http.get("/readyz").json() == {"ready": True, "checks": {"postgres": True, "disk": True, "schema": True}}
        lost = http.get("/no/such/page")
    assert lost.status_code == 404
    assert lost.headers["content-type"] == "application/problem+json"
    assert lost.json()["detail"] == "There is nothing at /no/such/page. The API is described at /docs."


def test_the_page_draws_itself_without_the_internet(stack: Facade, api: Api) -> None:
    with httpx.Client(verify=plain_http.NO_TLS, base_url=stack.api_url, trust_env=False, timeout=30) as http:
        for page in ("/docs", "/redoc"):
            html = http.get(page)
            assert html.status_code == 200
            loaded = re.findall(r"""(?:src|href)\s*=\s*["']([^"']+)["']""", html.text)
            assert len(loaded) >= 2
            assert not re.search(r"""["'(]\s*(?:https?:)?//""", html.text), "it names another server"
            for address in loaded:
                part = http.get(address)
                assert part.status_code == 200, address
                assert len(part.content) > 100
        schema = http.get("/openapi.json").json()
    assert "/api/v1/tasks/{task_id}" in schema["paths"]
