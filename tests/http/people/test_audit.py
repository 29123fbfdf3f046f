"""The audit log as an admin reads it, and that nothing secret is in it."""

import csv
import io
import uuid
from typing import Any

import pytest

from tests.stack.people import PASSWORD, Crowd, make_crowd, new_address, sign_in
from tests.support.facade import Api, Facade


@pytest.fixture(scope="module")
def crowd(stack: Facade) -> Crowd:
    return make_crowd(stack)


@pytest.fixture
def admin(stack: Facade, crowd: Crowd) -> Any:
    """An admin whose name nobody else has, so that its lines are known."""
    with Api(stack.api_url, crowd.keys["admin"]) as caller:
        yield caller


def entries(api: Api, **filters: Any) -> list[dict[str, Any]]:
    found = api.http.get("/audit", params=filters)
    assert found.status_code == 200, found.text
    return list(found.json()["entries"])


def test_who_did_what_to_what(api: Api, admin: Api, crowd: Crowd) -> None:
    name = f"audited-{uuid.uuid4().hex[:8]}"
    admin.http.post("/users", json={"name": name, "role": "viewer", "password": PASSWORD})
    made = admin.http.post("/workers/register", json={"name": name, "capabilities": ["echo"]}).json()
    admin.http.post(f"/workers/{made['id']}/revoke")
    actor = f"human:{crowd.names['admin']}"
    lines = entries(api, actor=actor)
    assert [(each["action"], each["object"]) for each in lines] == [
        ("worker.revoke", made["id"]),
        ("worker.register", made["id"]),
        ("user.create", name),
    ]
    assert [each["action"] for each in entries(api, actor=actor, action="worker")] == [
        "worker.revoke",
        "worker.register",
    ]
    assert [each["action"] for each in entries(api, object=name)] == ["user.create"]
    assert [each["id"] for each in entries(api, actor=actor, since=lines[1]["at"], until=lines[0]["at"])] == [
        lines[1]["id"]
    ]
    assert entries(api, actor=actor, action="work") == []
    assert entries(api, actor="human:%") == []


def test_pages_and_files_have_every_line_once(api: Api, admin: Api, crowd: Crowd) -> None:
    for number in range(5):
        admin.http.post("/keys", json={"kind": "agent", "label": f"=cmd|' /C calc'!A{number}"})
    mine = {"actor": f"human:{crowd.names['admin']}", "action": "key.create"}
    pages, after = [], None
    while True:
        page = api.http.get("/audit", params={**mine, "limit": 2, **({"after": after} if after else {})}).json()
        pages += page["entries"]
        after = page["next"]
        if after is None:
            break
    assert len(pages) == len({each["id"] for each in pages}) == 5
    as_json = api.http.get("/audit/export", params={**mine, "format": "json"})
    assert as_json.json() == pages
    as_csv = api.http.get("/audit/export", params=mine)
    assert as_csv.headers["content-disposition"] == 'attachment; filename="audit.csv"'
    rows = list(csv.DictReader(io.StringIO(as_csv.text)))
    assert [int(each["id"]) for each in rows] == [each["id"] for each in pages]
    assert list(rows[0]) == ["id", "at", "actor", "action", "object", "details"]


@pytest.mark.parametrize(
    "bad", [{"since": "yesterday"}, {"limit": 0}, {"after": "x"}, {"who": "me"}, {"actor": "\x00"}]
)
def test_bad_filters_are_refused(api: Api, bad: dict[str, Any]) -> None:
    assert api.http.get("/audit", params=bad).status_code == 422


@pytest.mark.parametrize("role", ["viewer", "operator", "agent", "worker"])
def test_what_only_admins_may_do_is_audited_when_others_try(api: Api, stack: Facade, crowd: Crowd, role: str) -> None:
    header = "X-Worker-Key" if role == "worker" else "Authorization"
    with Api(stack.api_url, crowd.keys[role], header=header) as caller:
        target = uuid.uuid4()
        assert caller.http.post(f"/workers/{target}/revoke").status_code == 403
        assert caller.http.post(f"/workers/%00{'x' * 5_000}/revoke").status_code == 403
    [line] = entries(api, action="refused", object=f"POST /api/v1/workers/{target}/revoke")
    assert role in line["actor"] or (role, line["actor"]) == ("agent", "agent:tests")
    assert line["details"] == {"role": role, "address": "127.0.0.1"}


def test_sign_ins_are_audited(api: Api, stack: Facade, crowd: Crowd) -> None:
    here = new_address()
    assert sign_in(stack, crowd.names["operator"], address=here).status_code == 200
    [line] = entries(api, actor=f"human:{crowd.names['operator']}", action="user.sign_in")
    assert (line["object"], line["details"]) == (crowd.names["operator"], {"address": here})
