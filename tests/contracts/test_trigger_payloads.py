"""Payloads of triggers: what is called like a secret is left out, and nothing else."""

import pytest

from contracts.triggers.payloads import LEFT_OUT, is_secret, kept_headers, without_secrets

SECRET = (
    "token access_token clientSecret x-api-key apiKey password userPassword Authorization refresh-tokens private_key "
    "APIToken AWSSecret idToken secret_key SigningKey encryption_key pwd jwt Cookie set-cookie"
)
OPEN = "access_tokens_url tokenizer secret_name passage compass bypass key keyboard monkey authorized ticker"


@pytest.mark.parametrize("name", SECRET.split())
def test_a_name_of_a_secret(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize("name", OPEN.split())
def test_a_name_of_none(name: str) -> None:
    assert not is_secret(name)


def test_figures_and_answers_are_no_secrets() -> None:
    usage = {"input_tokens": 1_500, "has_password": True, "token": None, "list": [{"secret": "x"}]}
    assert without_secrets(usage) == {**usage, "list": [{"secret": LEFT_OUT}]}
    assert without_secrets({"credentials": {"user": "a"}}) == {"credentials": LEFT_OUT}


def test_headers_that_say_what_it_is_about() -> None:
    sent = {"X-GitHub-Event": "push", "X-Hub-Signature-256": "s", "Authorization": "s", "Cookie": "s", "X-Api-Key": "s"}
    sent |= {"X-Forwarded-For": "10.0.0.1", "webhook-id": "1", "Accept": "*/*", "X-Long": "x" * 900}
    sent |= dict.fromkeys(
        ("X-Amzn-Oidc-Data", "X-Goog-IAP-JWT-Assertion", "X-Session-Id", "X-Functions-Key", "X-Client-Cert"), "s"
    )
    assert kept_headers(sent) == {"webhook-id": "1", "x-github-event": "push", "x-long": "x" * 500}
