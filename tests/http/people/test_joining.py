"""Join codes: one code, one worker, one key, whatever happens on the way."""

import contextlib
import stat
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.stack.commands import clawdbot
from tests.stack.people import new_address
from tests.support import plain_http
from tests.support.facade import Api, Facade, eventually

USED = "This join code has been used already, and works once only. Ask an admin for a new one."


def invite(api: Api, **fields: Any) -> dict[str, Any]:
    made = api.http.post("/workers/invitations", json={"capabilities": ["echo"], **fields})
    assert made.status_code == 201, made.text
    return dict(made.json())


def join(
    stack: Facade, code: str, name: str | None = None, again: str | None = None, address: str | None = None
) -> httpx.Response:
    headers = {"X-Forwarded-For": address or new_address()} | ({"Idempotency-Key": again} if again else {})
    body = {"code": code, "name": name or f"joined-{uuid.uuid4().hex[:8]}"}
    return plain_http.post(f"{stack.api_url}/api/v1/workers/join", json=body, headers=headers, timeout=30)


def bootstrap(stack: Facade, key: str) -> httpx.Response:
    url = f"{stack.api_url}/api/v1/worker/bootstrap"
    return plain_http.get(url, headers={"X-Worker-Key": key}, timeout=30)


def test_a_code_gives_one_key_with_what_the_admin_said(api: Api, stack: Facade) -> None:
    name = f"named-{uuid.uuid4().hex[:8]}"
    made = invite(api, capabilities=["echo", "delay"], max_concurrency=7, name=name, key_expires_in=86_400)
    assert made["status"] == "open"
    joined = join(stack, made["code"].lower().replace("-", " "), name="ignored")
    assert joined.status_code == 201
    answer = joined.json()
    assert (answer["name"], answer["capabilities"], answer["max_concurrency"]) == (name, ["echo", "delay"], 7)
    granted = bootstrap(stack, answer["api_key"]).json()
    assert (granted["name"], granted["capabilities"], granted["max_concurrency"]) == (name, ["echo", "delay"], 7)
    again = join(stack, made["code"])
    assert (again.status_code, again.json()["detail"]) == (410, USED)
    [listed] = [each for each in api.http.get("/workers/invitations").json()["invitations"] if each["id"] == made["id"]]
    assert (listed["status"], listed["worker_id"]) == ("used", answer["id"])
    keys = api.http.get("/keys", params={"owner": name}).json()["keys"]
    assert [each["expires_at"] for each in keys] == [answer["key_expires_at"]]
    assert made["code"] not in str(stack.rows("SELECT * FROM invitations"))
    assert answer["api_key"].split("_", 3)[3] not in str(stack.rows("SELECT * FROM invitations"))
    audited = stack.rows("SELECT action FROM audit_log WHERE object IN (%s, %s) ORDER BY id", made["id"], answer["id"])
    assert [each["action"] for each in audited] == ["worker.invite", "worker.join"]


def test_used_by_many_at_the_same_moment_it_gives_one_key(api: Api, stack: Facade) -> None:
    code = invite(api)["code"]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: join(stack, code), range(12)))
    assert sorted(each.status_code for each in answers) == [201] + [410] * 11
    winner = next(each.json() for each in answers if each.status_code == 201)
    assert bootstrap(stack, winner["api_key"]).status_code == 200
    assert stack.rows("SELECT count(*) AS n FROM api_keys WHERE worker_id = %s", winner["id"]) == [{"n": 1}]


def test_whoever_lost_the_answer_gets_it_again_and_nobody_else(api: Api, stack: Facade) -> None:
    code, mine = invite(api)["code"], uuid.uuid4().hex
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: join(stack, code, again=mine).json(), range(5)))
    assert len({each["api_key"] for each in answers}) == 1
    assert len({each["id"] for each in answers}) == 1
    for other in (None, uuid.uuid4().hex):
        assert join(stack, code, again=other).json()["detail"] == USED
    assert bootstrap(stack, answers[0]["api_key"]).status_code == 200

    def is_used() -> bool:
        return join(stack, code, again=mine).status_code == 410

    eventually(is_used, 20, "once the key was used, it is not given out again")


def test_it_is_not_given_again_for_long(api: Api, stack: Facade) -> None:
    made, mine = invite(api), uuid.uuid4().hex
    assert join(stack, made["code"], again=mine).status_code == 201
    stack.rows("UPDATE invitations SET used_at = now() - interval '11 min' WHERE id = %s RETURNING id", made["id"])
    assert join(stack, made["code"], again=mine).json()["detail"] == USED


def test_codes_that_are_none(api: Api, stack: Facade) -> None:
    withdrawn, expired = invite(api), invite(api)
    assert api.http.delete(f"/workers/invitations/{withdrawn['id']}").status_code == 204
    assert api.http.delete(f"/workers/invitations/{withdrawn['id']}").status_code == 404
    stack.rows("UPDATE invitations SET expires_at = now() WHERE id = %s RETURNING id", expired["id"])
    for code, status, words in [
        (withdrawn["code"], 410, "was withdrawn"),
        (expired["code"], 410, "limited time that is over"),
        ("0000-0000-0000", 403, "is not known"),
        ("", 403, "is not known"),
    ]:
        refused = join(stack, code)
        assert refused.status_code == status
        assert words in refused.json()["detail"]
        assert refused.json()["detail"].endswith("Ask an admin for a new one.") or status == 403


def test_a_name_that_is_taken_does_not_spend_the_code(api: Api, stack: Facade) -> None:
    name, _, _ = stack.register(["echo"])
    assert api.http.post("/workers/invitations", json={"capabilities": ["echo"], "name": name}).status_code == 409
    code = invite(api)["code"]
    taken = join(stack, code, name=name)
    assert (taken.status_code, "Choose another name" in taken.json()["detail"]) == (409, True)
    assert join(stack, code).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {"capabilities": []},
        {"capabilities": ["dig_holes"]},
        {"capabilities": ["echo"], "expires_in": 1},
        {"capabilities": ["echo"], "expires_in": 10**9},
        {"capabilities": ["echo"], "max_concurrency": 0},
        {"capabilities": ["echo"], "name": "a/b"},
    ],
)
def test_bad_input_makes_no_code(api: Api, stack: Facade, body: dict[str, Any]) -> None:
    before = stack.rows("SELECT count(*) FROM invitations")
    assert api.http.post("/workers/invitations", json=body).status_code == 422
    assert stack.rows("SELECT count(*) FROM invitations") == before


def test_guessing_codes_is_slowed_down(api: Api, stack: Facade) -> None:
    here, code = new_address(), invite(api)["code"]
    codes = [join(stack, f"0000-0000-{number:04}", address=here).status_code for number in range(16)]
    assert codes[:10] == [403] * 10
    assert 429 in codes[10:]
    refused = join(stack, code, address=here)
    while refused.status_code != 429:  # A slow machine earns an attempt now and then.
        refused = join(stack, "0000-0000-0000", address=here)
    assert 1 <= int(refused.headers["Retry-After"]) <= 10
    assert join(stack, invite(api)["code"]).status_code == 201


def test_joining_again_needs_force_and_keeps_other_settings(api: Api, stack: Facade, tmp_path: Path) -> None:
    config = tmp_path / "clawdbot.yaml"
    config.write_text("api_url: http://old\nenvironment:\n  SEC_USER_AGENT: me\n")
    code = invite(api, name=f"again-{uuid.uuid4().hex[:8]}")["code"]
    words = ("workers", "join", code, "--api-url", stack.api_url, "--config", str(config))
    refused = clawdbot(None, *words)
    assert refused.returncode == 2
    assert "is there already" in refused.stderr
    forced = clawdbot(None, *words, "--force")
    assert forced.returncode == 0, forced.stderr
    settings = yaml.safe_load(config.read_text())
    assert settings["api_url"] == stack.api_url
    assert settings["environment"] == {"SEC_USER_AGENT": "me"}
    assert stat.S_IMODE(config.stat().st_mode) == 0o600


def test_a_file_that_cannot_be_written_does_not_spend_the_code(api: Api, stack: Facade, tmp_path: Path) -> None:
    code = invite(api)["code"]
    (tmp_path / "file").write_text("")
    nowhere = tmp_path / "file" / "clawdbot.yaml"
    refused = clawdbot(None, "workers", "join", code, "--api-url", stack.api_url, "--config", str(nowhere))
    assert refused.returncode == 2
    assert "cannot be written" in refused.stderr
    assert join(stack, code).status_code == 201


def test_the_command_survives_a_lost_answer(api: Api, stack: Facade, tmp_path: Path) -> None:
    """The code is used up by a request whose answer never arrives; the command asks again and gets the same key."""
    code, config = invite(api)["code"], tmp_path / "clawdbot.yaml"
    with losing_the_first_answer(stack.api_url) as (url, answers):
        done = clawdbot(None, "workers", "join", code, "--api-url", url, "--config", str(config))
    assert done.returncode == 0, done.stderr
    assert [each.status_code for each in answers] == [201, 201]
    assert len({each.json()["api_key"] for each in answers}) == 1
    assert bootstrap(stack, yaml.safe_load(config.read_text())["api_key"]).status_code == 200


@contextlib.contextmanager
def losing_the_first_answer(api_url: str) -> Iterator[tuple[str, list[httpx.Response]]]:
    """A way to the API on which the first answer gets lost; its address, and what the API answered."""
    answers: list[httpx.Response] = []

    class Way(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept = {name: self.headers[name] for name in ("Content-Type", "Idempotency-Key")}
            answers.append(plain_http.post(api_url + self.path, content=body, headers=kept, timeout=30))
            if len(answers) > 1:
                self.send_response(answers[-1].status_code)
                self.end_headers()
                self.wfile.write(answers[-1].content)

        def log_message(self, *_: object) -> None:
            """Be silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Way) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", answers
        server.shutdown()
        thread.join()
