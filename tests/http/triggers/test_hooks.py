"""Hooks: what is signed, new and within the rate makes one task; all else is refused, and the log says so."""

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from contracts.triggers.views import DeliveryOutcome
from services.triggers.setting_off import KEPT
from tests.http.triggers.made import ECHO, Sender, deliveries, hook, made_by
from tests.support import plain_http
from tests.support.facade import Api, Facade

SIGNATURES = ["github", "stripe", "standard", "bearer"]


def log(api: Api, sender: Sender) -> list[tuple[str, str | None]]:
    """Outcome and sentence of each delivery, the newest first."""
    return [(each["outcome"], each["why"]) for each in deliveries(api, sender.trigger["name"])]


@pytest.mark.parametrize("signature", SIGNATURES)
def test_what_is_signed_makes_one_task_however_often_it_comes(stack: Facade, api: Api, signature: str) -> None:
    sender = hook(stack, signature)
    # Stripe names an event in its body.
    payload = {"id": "evt_1", "text": "hello"}
    first, *others = [sender.send(payload, "delivery-1") for _ in range(5)]
    assert first.status_code == 200, first.text
    [task_id] = first.json()["tasks"]
    assert first.json()["outcome"] == "made"
    assert [each.json() for each in others] == [{**first.json(), "repeated": True}] * 4
    task = api.task(task_id)
    assert (task["params"]["message"], task["created_by"]) == ("hello", f"trigger:{sender.trigger['name']}")
    assert [each["id"] for each in made_by(api, sender.trigger["name"])] == [task_id]
    [delivery] = deliveries(api, sender.trigger["name"])
    assert (delivery["repeats"], delivery["task_ids"], delivery["has_payload"]) == (4, [task_id], True)


@pytest.mark.parametrize("signature", SIGNATURES)
def test_what_is_signed_with_another_secret_or_by_nobody_is_refused(stack: Facade, api: Api, signature: str) -> None:
    sender = hook(stack, signature)
    other = Sender(stack, {**sender.trigger, "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})
    said = other.send({"text": "forged"})
    assert said.status_code == 401
    assert "secret" not in said.json()["detail"].replace("not signed with the secret of this hook", "")
    names = ("X-Hub-Signature-256", "Stripe-Signature", "webhook-signature", "Authorization")
    unsigned = sender.send({"text": "forged"}, **dict.fromkeys(names, ""))
    assert unsigned.status_code == 401
    refused = ("refused", "This delivery is not signed with the secret of this hook.")
    assert log(api, sender) == [refused, refused]
    # Of what nobody has vouched for nothing is kept.
    [newest, _] = deliveries(api, sender.trigger["name"])
    assert newest["has_payload"] is False
    assert made_by(api, sender.trigger["name"]) == []


@pytest.mark.parametrize("signature", ["stripe", "standard"])
def test_what_was_signed_long_ago_or_ahead_of_time_is_refused(stack: Facade, api: Api, signature: str) -> None:
    sender = hook(stack, signature, window="1m")
    for clock, said in ((-70, "s old"), (70, "ahead of our clock")):
        sender.clock = clock
        answer = sender.send({"text": "late"})
        assert (answer.status_code, said in answer.json()["detail"]) == (401, True), answer.text
    sender.clock = -50
    assert sender.send({"text": "in time"}).status_code == 200
    assert [outcome for outcome, _ in log(api, sender)] == ["made", "refused", "refused"]


def test_a_signature_is_about_the_very_bytes(stack: Facade) -> None:
    sender = hook(stack)
    signed = sender.signed(b'{"text": "a"}', "k")
    assert sender.send_bytes(b'{"text":  "a"}', "k", **signed).status_code == 401


def test_two_mebibytes_are_refused_unread(stack: Facade, api: Api) -> None:
    sender = hook(stack)
    large = json.dumps({"text": "x" * (2 * 1024 * 1024)}).encode()

    def pieces() -> Any:
        yield from (large[at : at + 65_536] for at in range(0, len(large), 65_536))

    announced = sender.send_bytes(large)
    assert announced.status_code == 413
    address = f"{stack.api_url}{sender.trigger['path']}"
    chunked = httpx.post(
        address, content=pieces(), headers=sender.signed(large, "k"), verify=plain_http.NO_TLS, trust_env=False
    )
    assert chunked.status_code == 413
    assert log(api, sender) == [("refused", "A delivery may have 256 KiB at most.")] * 2
    nobodys = httpx.post(f"{address}x", content=large, verify=plain_http.NO_TLS, trust_env=False)
    assert nobodys.status_code == 404


def at_once(sender: Sender, keys: list[str]) -> list[httpx.Response]:
    with ThreadPoolExecutor(20) as pool:
        return list(pool.map(lambda key: sender.send({"text": key}, key), keys))


def test_a_hundred_at_once_each_of_them_twice_are_a_hundred_tasks(stack: Facade, api: Api) -> None:
    sender = hook(stack, "standard", per_minute=6_000)
    keys = [f"d{number // 2}" for number in range(200)]
    answers = at_once(sender, keys)
    assert {each.status_code for each in answers} == {200}
    assert sorted(each.json()["repeated"] for each in answers) == [False] * 100 + [True] * 100
    tasks = made_by(api, sender.trigger["name"])
    assert sorted(each["params"]["message"] for each in tasks) == sorted(set(keys))
    found = deliveries(api, sender.trigger["name"])
    assert {(each["key"], each["outcome"], each["repeats"]) for each in found} == {(key, "made", 1) for key in keys}
    assert len(found) == 100


def test_more_than_its_rate_are_refused_and_may_come_again(stack: Facade, api: Api) -> None:
    sender = hook(stack, "standard", per_minute=10)
    keys = [f"d{number}" for number in range(60)]
    answers = dict(zip(keys, at_once(sender, keys), strict=True))
    refused = {key: each for key, each in answers.items() if each.status_code == 429}
    assert all(int(each.headers["Retry-After"]) >= 1 for each in refused.values())
    found = deliveries(api, sender.trigger["name"])
    assert {(each["key"], each["outcome"]) for each in found} == {
        (key, "refused" if key in refused else "made") for key in keys
    }
    # Of each one line; and while they come, one more every six seconds is taken.
    assert len(found) == 60
    assert len(made_by(api, sender.trigger["name"])) == 60 - len(refused)
    assert 10 <= 60 - len(refused) < 20
    stack.execute("DELETE FROM attempt_limits")
    key = next(iter(refused))
    again = sender.send({"text": key}, key)
    assert (again.status_code, again.json().get("repeated")) == (200, False)


def test_what_the_filter_does_not_want_is_written_down_and_makes_nothing(stack: Facade, api: Api) -> None:
    sender = hook(stack, filter="payload.action == 'opened' && headers['x-github-event'] == 'push'")
    assert sender.send({"action": "closed", "text": "a"}).json()["outcome"] == "filtered"
    assert sender.send({"action": "opened", "text": "b"}).json()["outcome"] == "made"
    assert sender.send({"action": "opened", "text": "c"}, X_GitHub_Event="ping").json()["outcome"] == "filtered"
    wanted = ("filtered", "The filter does not want it.")
    assert log(api, sender) == [wanted, ("made", None), wanted]


def test_what_cannot_be_made_is_told_in_the_log_and_tried_again_when_it_comes_again(stack: Facade, api: Api) -> None:
    sender = hook(stack)
    name = sender.trigger["name"]
    refused = sender.send({"other": "a"}, "one")
    assert (refused.status_code, refused.json()["detail"]) == (
        422,
        "Nothing could be made of this delivery; its log in ClawdBot says why.",
    )
    [(outcome, why)] = log(api, sender)
    assert (outcome, why) == ("failed", "`payload.text`: there is no 'text'.")
    # A digest is of whole hours.
    then = "UPDATE trigger_deliveries SET created_at = date_trunc('hour', now()) - interval '1s' WHERE trigger_id = %s"
    stack.execute(then, sender.trigger["id"])
    # Named before those of other tests, which are in the digest, too, once the hour is over in which they ran.
    stack.execute(
        "INSERT INTO trigger_deliveries (trigger_id, key, outcome, created_at) SELECT %s, 'before' || n, 'failed', "
        "date_trunc('hour', now()) - interval '1s' FROM generate_series(1, 99) n",
        sender.trigger["id"],
    )
    digest = api.http.get("/digests/preview").json()
    assert {"name": name, "count": 100} in digest["data"]["failed_triggers"]
    stack.execute("DELETE FROM trigger_deliveries WHERE trigger_id = %s AND key LIKE 'before%%'", sender.trigger["id"])
    assert "Triggers that failed: " in digest["body"]
    better = {"kind": "task", "task": {"task_type": "echo", "params": {"message": "${{ payload.other }}"}}}
    definition = {**sender.trigger["definition"], "action": better}
    assert api.http.put(f"/triggers/{name}", json=definition).json()["secret"] is None
    assert sender.send({"other": "a"}, "one").json()["outcome"] == "made"
    [delivery] = deliveries(api, name)
    assert (delivery["outcome"], delivery["why"], len(delivery["task_ids"])) == ("made", None, 1)


@pytest.mark.parametrize(
    ("body", "type_", "said"),
    [
        (b"{", "application/json", "This is no JSON."),
        (b"[" * 5_000, "application/json", "This is no JSON."),
        (b"NaN", "application/json", "This is no JSON."),
        (b"\xff", "application/json", "This is no JSON."),
        (b"a=1", "application/x-www-form-urlencoded", "A form must have one field named payload"),
        (b"payload=%7B", "application/x-www-form-urlencoded", "This is no JSON."),
        (b"payload=%7B%7D" + b"&a=1" * 100, "application/x-www-form-urlencoded", "A form must have one field"),
    ],
)
def test_what_is_no_json_is_refused(stack: Facade, api: Api, body: bytes, type_: str, said: str) -> None:
    sender = hook(stack)
    answer = sender.send_bytes(body, Content_Type=type_)
    assert (answer.status_code, answer.json()["detail"][: len(said)]) == (400, said)
    assert log(api, sender)[0][0] == "refused"


def test_github_may_send_a_form(stack: Facade, api: Api) -> None:
    sender = hook(stack)
    form = urlencode({"payload": json.dumps({"text": "as a form & more"})}).encode()
    [task_id] = sender.send_bytes(form, Content_Type="application/x-www-form-urlencoded").json()["tasks"]
    assert api.task(task_id)["params"]["message"] == "as a form & more"


def test_no_secret_of_a_payload_is_stored_or_used(stack: Facade, api: Api) -> None:
    action = {**ECHO, "task": {"task_type": "echo", "params": {"message": "${{ payload.user.access_token }}"}}}
    sender = hook(stack, "bearer", action)
    sent = {"user": {"access_token": "very-secret", "name": "ada", "tokens_used": 3}, "apiKey": ["very-secret"]}
    [task_id] = sender.send(sent, X_Api_Key="very-secret", X_Kind="a", Cookie="very-secret").json()["tasks"]
    assert api.task(task_id)["params"]["message"] == "(left out)"
    [delivery] = deliveries(api, sender.trigger["name"])
    shown = api.http.get(f"/triggers/{sender.trigger['name']}/deliveries/{delivery['id']}")
    assert "very-secret" not in shown.text
    assert sender.trigger["secret"] not in shown.text
    assert shown.json()["payload"]["user"] == {"access_token": "(left out)", "name": "ada", "tokens_used": 3}
    assert shown.json()["headers"]["x-kind"] == "a"


def test_all_expressions_together_cost_no_more_than_one_may(stack: Facade, api: Api) -> None:
    sender = hook(
        stack, action={**ECHO, "task": {"task_type": "echo", "params": {"message": "${{ size(payload.l) }}" * 150}}}
    )
    assert sender.send({"l": ["x"]}).json()["outcome"] == "made"
    assert sender.send({"l": ["x"] * 50_000}).status_code == 422
    [(_, why), _] = log(api, sender)
    assert (why or "").startswith("Its 150 expressions would go through too much together")


def test_a_large_payload_is_used_and_not_kept(stack: Facade, api: Api) -> None:
    sender = hook(stack)
    assert sender.send({"text": "a", "more": "x" * 200_000}).json()["outcome"] == "made"
    [delivery] = deliveries(api, sender.trigger["name"])
    assert delivery["has_payload"] is False
    refused = api.http.post(f"/triggers/{sender.trigger['name']}/deliveries/{delivery['id']}/replay")
    assert refused.status_code == 409


def test_one_name_of_a_delivery_for_two_bodies_is_refused_where_the_sender_makes_it_up(stack: Facade, api: Api) -> None:
    sender = hook(stack, "bearer")
    assert sender.send({"text": "a"}, "one").status_code == 200
    assert sender.send({"text": "b"}, "one").status_code == 422
    assert len(made_by(api, sender.trigger["name"])) == 1
    # Also where nothing could be made of the first: the log has its payload, and a replay would take that.
    assert sender.send({"other": "a"}, "two").status_code == 422
    assert "used for another body" in sender.send({"text": "b"}, "two").json()["detail"]
    assert len(made_by(api, sender.trigger["name"])) == 1


def test_strangers_do_not_fill_the_log(stack: Facade, api: Api) -> None:
    sender = hook(stack)
    stranger = Sender(stack, {**sender.trigger, "secret": "x" * 40})
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(partial(stranger.send), [{}] * 130))
    assert {each.status_code for each in answers} == {401}
    assert 100 <= len(log(api, sender)) < 110
    # And they use up nothing of what the sender may send.
    assert sender.send({"text": "a"}).status_code == 200


def test_a_plan_and_a_task_from_a_template(stack: Facade, api: Api) -> None:
    steps = [
        {"id": "all", "task_type": "echo", "for_each": "${{ inputs.texts }}", "params": {"message": "${{ item }}"}}
    ]
    plan = {"name": "by hook", "inputs": {"texts": ["example"], "kept": 1}, "steps": steps}
    by_plan = hook(stack, action={"kind": "plan", "plan": plan, "inputs": {"texts": "${{ payload.texts }}"}})
    made = by_plan.send({"texts": ["a", "b"]}).json()
    [shown] = stack.rows("SELECT inputs, created_by FROM plans WHERE id = %s", made["plan"])
    assert shown == {"inputs": {"texts": ["a", "b"], "kept": 1}, "created_by": f"trigger:{by_plan.trigger['name']}"}
    api.http.put(
        "/templates/greeting",
        json={"task": {"task_type": "echo", "params": {"message": "x"}}, "fields": {"message": {"required": True}}},
    ).raise_for_status()
    by_template = hook(
        stack, action={"kind": "template", "template": "greeting", "fields": {"message": "Hello ${{ payload.who }}"}}
    )
    [task_id] = by_template.send({"who": "Ada"}).json()["tasks"]
    assert api.task(task_id)["params"]["message"] == "Hello Ada"
    api.http.delete("/templates/greeting").raise_for_status()
    assert by_template.send({"who": "Ada"}).status_code == 422
    assert log(api, by_template)[0] == ("failed", "There is no such template, or not that version of it.")


def test_what_a_sender_writes_is_never_an_expression_of_the_plan(stack: Facade, api: Api) -> None:
    params = {"message": "x"}
    plan = {"name": "p", "inputs": {"own": "not for strangers", "of": "x"}, "steps": [
        {"id": "say", "task_type": "echo", "params": params}, {"id": "also", "task_type": "echo"},
    ]}  # fmt: skip
    fields = {"said": {"param": "steps.say.params.message"}, "of": {}}
    api.http.put("/templates/said", json={"plan": plan, "fields": fields}).raise_for_status()
    given = {"said": "Hello ${{ payload.who }}", "of": "${{ payload.who }}"}
    sender = hook(stack, action={"kind": "template", "template": "said", "fields": given})
    assert sender.send({"who": "${{ inputs.own }}"}).status_code == 422
    [(outcome, why)] = log(api, sender)
    assert (outcome, (why or "")[:11]) == ("failed", "fields.said")
    assert sender.send({"who": "Ada"}).json()["outcome"] == "made"
    # What is an input stays what it is.
    only_input = hook(stack, action={"kind": "template", "template": "said", "fields": {"of": "${{ payload.who }}"}})
    made = only_input.send({"who": "${{ inputs.own }}"}).json()
    [row] = stack.rows("SELECT inputs FROM plans WHERE id = %s", made["plan"])
    assert row["inputs"]["of"] == "${{ inputs.own }}"
    api.http.delete("/templates/said").raise_for_status()


def test_a_plan_of_a_template_is_no_longer_than_one_of_its_own(stack: Facade, api: Api) -> None:
    plan = {"name": "long", "steps": [{"id": f"s{place}", "task_type": "echo"} for place in range(501)]}
    api.http.put("/templates/long", json={"plan": plan}).raise_for_status()
    sender = hook(stack, action={"kind": "template", "template": "long"})
    assert sender.send({}).status_code == 422
    said = "The plan of the template long has 501 steps; 500 are the most in a plan that a trigger begins."
    assert log(api, sender) == [("failed", said)]
    api.http.delete("/templates/long").raise_for_status()


def test_what_is_carried_out_when_it_comes_again_can_be_replayed(
    stack: Facade, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where newer ones had taken the place of its payload; and it is the body that came last."""
    monkeypatch.setitem(KEPT, DeliveryOutcome.FAILED, 1)
    sender = hook(stack)
    name = sender.trigger["name"]
    for key in ("one", "two"):
        assert sender.send({"other": "a"}, key).status_code == 422
    first = deliveries(api, name)[-1]
    refused = api.http.post(f"/triggers/{name}/deliveries/{first['id']}/replay")
    assert (refused.status_code, "newer ones have taken its place" in refused.json()["detail"]) == (409, True)
    assert sender.send({"text": "b"}, "one").json()["outcome"] == "made"
    assert api.http.post(f"/triggers/{name}/deliveries/{first['id']}/replay").json()["outcome"] == "made"
    assert [each["params"]["message"] for each in made_by(api, name)] == ["b", "b"]


@pytest.mark.parametrize("outcome", list(KEPT))
def test_the_log_keeps_the_payloads_of_the_newest(
    stack: Facade, api: Api, monkeypatch: pytest.MonkeyPatch, outcome: DeliveryOutcome
) -> None:
    """Whoever may call a hook must not fill the disk with what its filter does not want."""
    monkeypatch.setitem(KEPT, outcome, 3)
    sender = hook(stack, filter="payload.text != 'never mind'", per_minute=6_000)
    name = sender.trigger["name"]
    if outcome is DeliveryOutcome.REFUSED:
        api.http.post(f"/triggers/{name}/pause", json={})
    payloads = {
        DeliveryOutcome.FILTERED: {"text": "never mind"}, DeliveryOutcome.FAILED: {"other": "x"},
    }  # fmt: skip
    for _ in range(6):
        sender.send(payloads.get(outcome, {"text": "x"}))
    shown = deliveries(api, name)
    assert {each["outcome"] for each in shown} == {outcome}
    assert [each["has_payload"] for each in shown] == [True] * 3 + [False] * 3
    reply = api.http.post(f"/triggers/{name}/deliveries/{shown[-1]['id']}/replay")
    assert reply.status_code == 409
