"""`api_update` against the sandbox's internal API."""

import uuid
from typing import Any

import pytest

from activities.api_update import api_update, idempotency_key
from activities.sources.internal import client as internal_client
from activities.sources.internal.client import RESPONSE_LIMIT
from contracts.errors import (
    BadSourceReply,
    CredentialsMissing,
    CredentialsRefused,
    InvalidParams,
    NotFound,
    RateLimited,
    SourceUnavailable,
    TaskError,
)
from contracts.params.analysis import ApiUpdateParams
from contracts.records.rows import ApiUpdate
from contracts.tasks.results import ApiUpdateResult
from sandbox.internal.routes import REFUSED
from tests.activities.recording_context import RecordingContext
from tests.sandbox_server import NOW, Sandbox


def attempt() -> RecordingContext:
    """An attempt at a task that no other test has."""
    context = RecordingContext(NOW)
    context.task_id = str(uuid.uuid4())
    return context


async def update(context: RecordingContext, endpoint: str = "/prices", **params: Any) -> ApiUpdateResult:
    return await api_update(context, ApiUpdateParams.model_validate({"endpoint": endpoint, **params}))


def kept(context: RecordingContext) -> list[ApiUpdate]:
    return [row for row in context.table.rows.values() if isinstance(row, ApiUpdate)]


def effects(sandbox: Sandbox, context: RecordingContext) -> list[dict[str, Any]]:
    """What this task changed at the API."""
    seen: list[dict[str, Any]] = sandbox.http.get("/internal/_seen").json()["effects"]
    return [effect for effect in seen if str(effect["key"]).startswith(context.task_id)]


def calls(sandbox: Sandbox) -> list[dict[str, Any]]:
    """What the API was asked, looks at its effects left out."""
    return [request for request in sandbox.requests("internal") if request["method"] != "GET"]


async def test_a_call_takes_effect_and_is_kept(sandbox: Sandbox) -> None:
    context = attempt()

    result = await update(context, "/prices/NVDA", method="PUT", payload={"price": 12})

    [row] = kept(context)
    key = row.request_id
    assert key.startswith(f"{context.task_id}:api_update:")
    assert effects(sandbox, context) == [
        {"key": key, "method": "PUT", "path": "/prices/NVDA", "payload": {"price": 12}}
    ]
    assert (row.request_id, row.endpoint, row.method) == (key, "/prices/NVDA", "PUT")
    assert (row.payload, row.status_code, row.response) == ({"price": 12}, 200, result.response)
    assert (result.status_code, result.request_id) == (200, key)
    assert result.duration_ms == row.duration_ms
    assert '"effect"' in result.response
    [request] = calls(sandbox)
    assert request["authorized"]
    assert context.steps == ["PUT /prices/NVDA"]


async def test_an_error_and_a_second_attempt_are_one_effect(sandbox: Sandbox) -> None:
    sandbox.fault("internal", "status", status=500, times=1)
    first = attempt()
    with pytest.raises(SourceUnavailable, match="500"):
        await update(first)
    [row] = kept(first)
    assert row.status_code == 500

    second = attempt()
    second.task_id = first.task_id
    result = await update(second)

    assert result.status_code == 201
    assert len(effects(sandbox, first)) == 1
    assert [row.request_id for row in kept(second)] == [row.request_id]


@pytest.mark.parametrize(
    "changed",
    [{"payload": {"price": 13}}, {"method": "PUT"}, {"endpoint": "/prices/AMD"}, {"payload": {"price": "12"}}],
)
async def test_a_call_that_was_put_right_before_a_retry_is_another_call(
    sandbox: Sandbox, changed: dict[str, Any]
) -> None:
    context = attempt()
    asked: dict[str, Any] = {"endpoint": "/prices", "payload": {"price": 12}}
    await update(context, **asked)

    await update(context, **{**asked, **changed})

    assert [effect["payload"] for effect in effects(sandbox, context)] == [
        {"price": 12},
        {**asked, **changed}["payload"],
    ]
    assert len({row.request_id for row in kept(context)}) == 2


def test_the_order_of_fields_makes_no_other_call() -> None:
    params = [
        ApiUpdateParams(endpoint="/prices", payload={"price": 12, "of": {"a": 1, "b": 2}}),
        ApiUpdateParams(endpoint="/prices", payload={"of": {"b": 2, "a": 1}, "price": 12}),
    ]
    assert len({idempotency_key("one", each) for each in params}) == 1


async def test_an_answer_that_was_lost_is_asked_for_again_without_a_second_effect(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_TIMEOUT_SECONDS", "0.3")
    context = attempt()
    with pytest.raises(SourceUnavailable, match=r"within 0\.3 s"):
        await update(context, "/slow", payload={"seconds": 1.5})
    assert len(effects(sandbox, context)) == 1
    monkeypatch.setenv("SOURCE_TIMEOUT_SECONDS", "5")

    assert (await update(context, "/slow", payload={"seconds": 1.5})).status_code == 201

    assert len(effects(sandbox, context)) == 1
    assert len(calls(sandbox)) == 2


async def test_a_retry_of_a_failed_task_is_the_same_call(sandbox: Sandbox) -> None:
    sandbox.fault("internal", "status", status=422, times=1)
    context = attempt()
    with pytest.raises(BadSourceReply):
        await update(context)

    first, again = await update(context), await update(context)

    assert first.request_id == kept(context)[0].request_id
    assert again.response == first.response
    assert len(effects(sandbox, context)) == 1


FAILURES: list[tuple[dict[str, Any], type[TaskError], bool, str]] = [
    ({"kind": "status", "status": 400}, BadSourceReply, False, "400"),
    ({"kind": "status", "status": 401}, CredentialsRefused, False, "INTERNAL_API_TOKEN"),
    ({"kind": "status", "status": 403}, CredentialsRefused, False, "INTERNAL_API_TOKEN"),
    ({"kind": "status", "status": 404}, NotFound, False, "endpoint"),
    ({"kind": "status", "status": 408}, SourceUnavailable, True, "408"),
    ({"kind": "status", "status": 409}, SourceUnavailable, True, "409"),
    ({"kind": "status", "status": 422}, BadSourceReply, False, "422"),
    ({"kind": "status", "status": 425}, SourceUnavailable, True, "425"),
    ({"kind": "status", "status": 429, "retry_after": 300}, RateLimited, True, "slow down"),
    ({"kind": "status", "status": 500}, SourceUnavailable, True, "500"),
    ({"kind": "status", "status": 503, "retry_after": 90}, SourceUnavailable, True, "503"),
]


@pytest.mark.parametrize(("fault", "error", "retryable", "says"), FAILURES)
async def test_refusals_are_told_apart_kept_and_sent_once(
    sandbox: Sandbox, fault: dict[str, Any], error: type[TaskError], retryable: bool, says: str
) -> None:
    sandbox.fault("internal", **fault)
    context = attempt()

    with pytest.raises(error, match=says) as caught:
        await update(context)

    assert caught.value.retryable is retryable
    assert caught.value.retry_after == fault.get("retry_after")
    assert [row.status_code for row in kept(context)] == [fault["status"]]
    assert len(calls(sandbox)) == 1


@pytest.mark.parametrize(("kind", "says"), [("hang", r"within 0\.2 s"), ("reset", "connection")])
async def test_no_answer_is_kept_too(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, kind: str, says: str) -> None:
    monkeypatch.setenv("SOURCE_TIMEOUT_SECONDS", "0.2")
    sandbox.fault("internal", kind)
    context = attempt()

    with pytest.raises(SourceUnavailable, match=says) as caught:
        await update(context)

    assert caught.value.retryable
    [row] = kept(context)
    assert (row.status_code, row.response) == (0, str(caught.value))


async def test_a_call_does_not_last_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(internal_client, "LONGEST_CALL", 0.2)
    with pytest.raises(SourceUnavailable, match=r"not done answering within 0\.2 s"):
        await update(attempt(), "/slow", payload={"seconds": 1})


async def test_garbage_is_kept_as_it_came(sandbox: Sandbox) -> None:
    sandbox.fault("internal", "garbage")
    context = attempt()
    assert (await update(context)).status_code == 200
    assert kept(context)[0].response == '{"kind": "Listing", "data": {"chil'


async def test_a_redirect_is_never_followed(sandbox: Sandbox) -> None:
    context = attempt()
    with pytest.raises(BadSourceReply, match="redirect") as caught:
        await update(context, "/moved")
    assert not caught.value.retryable
    assert [row.status_code for row in kept(context)] == [307]
    assert [request["path"] for request in calls(sandbox)] == ["/internal/moved"]


@pytest.mark.parametrize("token", ["s3cret-token", 'quo"ted/tok en', "t" * 300])
async def test_the_token_is_never_kept(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("INTERNAL_API_TOKEN", token)
    context = attempt()

    result = await update(context, "/echo")

    assert "[redacted]" in kept(context)[0].response
    for text in (kept(context)[0].response, result.response):
        assert '"authorization":"Bearer [redacted]"' in text
        assert token not in text
        assert token.replace('"', '\\"') not in text


async def test_a_long_answer_is_cut_and_a_token_at_the_edge_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    token = "the-token-of-this-worker"
    monkeypatch.setenv("INTERNAL_API_TOKEN", token)
    for offset in range(len(token) + 2):
        filler = "x" * (RESPONSE_LIMIT - len('{"payload":{"a":"') - offset)
        context = attempt()
        result = await update(context, "/echo", payload={"a": filler, "b": token, "c": "y" * 50_000})
        [row] = kept(context)
        assert len(row.response) == RESPONSE_LIMIT
        assert not any(token[:length] in row.response for length in range(4, len(token)))
        assert len(result.response) == 1_000


TRICKS = [
    "//elsewhere.example/a", "/a//b", "/..", "/../a", "/a/../b", "/a/..", "/.", "/a/./b", "/%2e%2e/a", "/.%2E/a",
    "/a%2f..%2fb", "/%252e%252e/a", "/%2525252e%2525252e/a", "/%25252525252525252e./a", "/..;x/a", "/%2e%2e;x=1/a",
    "/a\\b", "/a%5c..%5cb", "/a\r\nX-Other: 1", "/a%0d%0aX", "/a\nb", "/a%00", "/a%0", "/a%zz", "/a b", "/a?b=c",
    "/a#b", "/a%2f%2fb", "/http://elsewhere.example", "/\uff0e\uff0e/a", "/a\tb",
]  # fmt: skip


@pytest.mark.parametrize("endpoint", TRICKS)
async def test_no_path_leads_out_of_the_base(sandbox: Sandbox, endpoint: str) -> None:
    context = attempt()
    with pytest.raises(InvalidParams, match="is no path under"):
        await update(context, endpoint)
    assert calls(sandbox) == []
    assert context.table.rows == {}


@pytest.mark.parametrize("endpoint", ["/a", "/a/b.c/..d/e..", "/caf%C3%A9/a%20b", "/v1/items:batch", "/a/", "/"])
async def test_plain_paths_are_sent_as_they_are(sandbox: Sandbox, endpoint: str) -> None:
    assert (await update(attempt(), endpoint)).status_code == 201
    assert len(calls(sandbox)) == 1


async def test_only_allowed_methods_are_sent(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidParams, match=r"sends no DELETE.*PATCH, POST, PUT"):
        await update(attempt(), method="DELETE")
    monkeypatch.setenv("INTERNAL_API_METHODS", "delete, put")
    assert (await update(attempt(), method="DELETE")).status_code == 200
    with pytest.raises(InvalidParams, match="sends no POST"):
        await update(attempt())
    assert [request["method"] for request in calls(sandbox)] == ["DELETE"]


async def test_a_refused_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERNAL_API_TOKEN", REFUSED)
    context = attempt()
    with pytest.raises(CredentialsRefused, match="INTERNAL_API_TOKEN"):
        await update(context)
    assert kept(context)[0].status_code == 401


async def test_no_token_is_fine(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INTERNAL_API_TOKEN")
    context = attempt()
    await update(context, "/echo")
    assert "authorization" not in kept(context)[0].response


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("INTERNAL_API_URL", ""),
        ("INTERNAL_API_URL", "ftp://example.com"),
        ("INTERNAL_API_URL", "http://user:word@example.com"),
        ("INTERNAL_API_URL", "http://example.com/?a=b"),
        ("INTERNAL_API_URL", "http:///v1"),
        ("INTERNAL_API_TOKEN", "line\nbreak"),
    ],
)
async def test_settings_that_cannot_be_used_are_named(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(CredentialsMissing, match=variable) as caught:
        await update(attempt())
    assert "word" not in str(caught.value)
    assert "break" not in str(caught.value)
    assert calls(sandbox) == []
