"""Secrets of hooks: which of them are good, and what is kept of a delivery while none can be read."""

from typing import Any

from tests.http.triggers.made import Sender, deliveries, hook
from tests.support.facade import Api, Facade


def with_secret(sender: Sender, **trigger: Any) -> Sender:
    return Sender(sender.facade, {**sender.trigger, **trigger})


def test_a_secret_that_cannot_be_read_keeps_nothing_of_strangers_and_is_replaced(stack: Facade, api: Api) -> None:
    sender = hook(stack, "standard")
    name = sender.trigger["name"]
    # As when the secret of the server has changed.
    stack.execute("UPDATE triggers SET secret = 'unreadable' WHERE name = %s", name)
    assert sender.send({"text": "a"}, X_Anything="of a stranger").status_code == 503
    [delivery] = deliveries(api, name)
    shown = api.http.get(f"/triggers/{name}/deliveries/{delivery['id']}").json()
    assert (shown["outcome"], shown["headers"], shown["payload"]) == ("refused", {}, None)
    rotated = api.http.post(f"/triggers/{name}/rotate", json={"keep_old": "1h"}).json()
    assert with_secret(sender, secret=rotated["secret"]).send({"text": "a"}).status_code == 200


def test_what_was_no_hook_meanwhile_knows_no_old_secret(stack: Facade, api: Api) -> None:
    old = hook(stack)
    name, definition = old.trigger["name"], old.trigger["definition"]
    api.http.post(f"/triggers/{name}/rotate", json={"keep_old": "1d"}).raise_for_status()
    for source in ({"kind": "plan"}, definition["source"]):
        changed = api.http.put(f"/triggers/{name}", json={**definition, "source": source}).json()
    assert old.trigger["path"] != changed["path"]
    assert with_secret(old, path=changed["path"]).send({"text": "a"}).status_code == 401
    assert with_secret(old, path=changed["path"], secret=changed["secret"]).send({"text": "a"}).status_code == 200


def test_for_strangers_nothing_but_the_source_of_a_trigger_is_read(stack: Facade, api: Api) -> None:
    """A plan of 500 steps takes milliseconds to read. Here it could not be read at all."""
    sender = hook(stack)
    stack.execute(
        "UPDATE triggers SET definition = jsonb_set(definition, '{action}', %s) WHERE name = %s",
        '{"kind": "nonesuch"}',
        sender.trigger["name"],
    )
    assert with_secret(sender, secret="x" * 40).send({"text": "a"}).status_code == 401
    stack.execute("DELETE FROM triggers WHERE name = %s", sender.trigger["name"])


def test_an_address_that_there_cannot_be(stack: Facade, api: Api) -> None:
    sender = hook(stack)
    for path in ("%00", "a%00b", "%ff", "x" * 101, "%F0%9F%98%80"):
        answer = with_secret(sender, path=f"/api/v1/hooks/{path}").send({"text": "a"})
        assert answer.status_code in (404, 422), (path, answer.text)
