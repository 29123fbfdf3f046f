"""`clawdbot users`, `keys`, `workers` and `audit` against the real thing, as an admin types them."""

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from tests.stack.commands import clawdbot
from tests.stack.harness import Api, RunningStack
from tests.stack.people import PASSWORD, sign_in, signed_in


def words(stack: RunningStack, line: str, *more: str, stdin: str = "") -> str:
    """What a command that succeeds says."""
    done = clawdbot(stack, *line.split(), *more, stdin=stdin)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_users(api: Api, stack: RunningStack) -> None:
    name = f"typed-{uuid.uuid4().hex[:8]}"
    assert "may sign in as operator" in words(
        stack, f"users create {name} --role operator --password-stdin", stdin=f"{PASSWORD}\n"
    )
    assert sign_in(stack, name).json()["role"] == "operator"
    assert "is viewer, may sign in" in words(stack, f"users role {name} viewer")
    assert "disabled" in words(stack, f"users disable {name}")
    row = next(line for line in words(stack, "users list").splitlines() if line.startswith(name))
    assert "viewer" in row
    assert "disabled" in row
    words(stack, f"users enable {name}")
    words(stack, f"users password {name} --password-stdin", stdin="another password\n")
    assert sign_in(stack, name, "another password").status_code == 200
    assert "admin, admin, at" in words(stack, "users me")
    refused = clawdbot(stack, "users", "disable", "nobody-of-that-name")
    assert (refused.returncode, "users list" in refused.stderr) == (5, True)
    short = clawdbot(stack, "users", "create", "anna", "--password-stdin", stdin="short\n")
    assert short.returncode == 2
    assert "at least 8" in short.stderr


def test_keys(api: Api, stack: RunningStack) -> None:
    made = json.loads(words(stack, "keys create --agent --key-expires 90d --json", "nightly export"))
    assert made["expires_at"]
    with Api(stack.api_url, made["api_key"]) as agent:
        assert agent.http.get("/me").json()["label"] == "agent:nightly export"
    rotated = words(stack, f"keys rotate {made['id']} --grace 5m")
    assert "cwb_agent_" in rotated
    assert "The old key ends in" in rotated
    assert made["id"] in words(stack, "keys list --kind agent")
    assert "is revoked" in words(stack, f"keys revoke {made['id']}")
    assert made["id"] not in words(stack, "keys list --kind agent")
    assert made["id"] in words(stack, "keys list --kind agent --ended")
    assert clawdbot(stack, "keys", "revoke", made["id"]).returncode == 5
    assert clawdbot(stack, "keys", "create", "for nobody").returncode == 2
    assert clawdbot(stack, "keys", "rotate", made["id"], "--grace", "soon").returncode == 2


def test_workers(api: Api, stack: RunningStack) -> None:
    name = f"typed-{uuid.uuid4().hex[:8]}"
    made = json.loads(words(stack, f"workers register {name} --capabilities echo --key-expires 1h --json"))
    assert made["key_expires_at"]
    assert "may take echo, delay, 5 at once" in words(
        stack, f"workers set {name} --capabilities echo,delay --concurrency 5"
    )
    rotated = words(stack, f"workers rotate {name}")
    assert "cwb_live_" in rotated
    assert "The old key ends in" in rotated, "without --grace, too"
    assert "are revoked" in words(stack, f"workers revoke {made['id']}")
    assert "is retired" in words(stack, f"workers retire {name}")
    assert clawdbot(stack, "workers", "retire", name).returncode == 5
    assert clawdbot(stack, "workers", "set", name).returncode == 2
    invited = json.loads(words(stack, "workers invite --capabilities echo --json"))
    left = datetime.fromisoformat(invited["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=55) < left <= timedelta(hours=1), "without --expires"
    assert invited["id"][:8] in words(stack, "workers invitations")
    assert "Withdrawn" in words(stack, f"workers withdraw {invited['id']}")
    assert clawdbot(stack, "workers", "withdraw", invited["id"]).returncode == 5
    assert clawdbot(stack, "workers", "invite", "--capabilities", ",").returncode == 2


def test_join_codes_come_in_pages(api: Api, stack: RunningStack) -> None:
    made = [api.http.post("/workers/invitations", json={"capabilities": ["echo"]}).json()["id"] for _ in range(3)]
    first = api.http.get("/workers/invitations", params={"limit": 2}).json()
    assert [each["id"] for each in first["invitations"]] == made[:0:-1]
    assert first["next"] == made[1]
    behind = api.http.get("/workers/invitations", params={"limit": 2, "after": first["next"]}).json()
    assert behind["invitations"][0]["id"] == made[0]
    listed = words(stack, "workers invitations --all")
    assert listed.rstrip().endswith("(all)")
    places = [listed.index(id_[:8]) for id_ in made]
    assert places == sorted(places, reverse=True)


def test_audit(api: Api, stack: RunningStack) -> None:
    label = f"audited-{uuid.uuid4().hex[:8]}"
    made = json.loads(words(stack, f"keys create {label} --agent --json"))
    [line] = [line for line in words(stack, f"audit --object {made['id']}").splitlines() if "key.create" in line]
    assert "human:admin" in line
    assert label in line
    found = json.loads(words(stack, f"audit --actor human:admin --action key --object {made['id']} --json"))
    assert [each["object"] for each in found["entries"]] == [made["id"]]
    exported = words(stack, f"audit --object {made['id']} --export csv").splitlines()
    assert exported[0] == "id,at,actor,action,object,details"
    assert len(exported) == 2


def test_others_are_told_that_they_may_not(api: Api, stack: RunningStack) -> None:
    name = f"typed-{uuid.uuid4().hex[:8]}"
    api.http.post("/users", json={"name": name, "role": "operator", "password": PASSWORD})
    with signed_in(stack, name) as operator:
        for path in ("/users", "/keys", "/audit", "/workers/invitations"):
            refused = operator.http.get(path)
            assert refused.status_code == 403
            assert refused.json()["detail"] == "This needs the role admin; you are operator."


@pytest.mark.parametrize("url", ["", "ftp://example.com"])
def test_joining_needs_an_address(stack: RunningStack, url: str) -> None:
    refused = clawdbot(None, "workers", "join", "7KQ2-M0XR-91DV", *(["--api-url", url] if url else []))
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr
    assert "address" in refused.stderr or "where the API is" in refused.stderr
