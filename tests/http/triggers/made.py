"""Triggers of a test, and senders that sign as others do."""

import base64
import hmac
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.support import plain_http
from tests.support.facade import Api, Facade

ECHO: dict[str, Any] = {"kind": "task", "task": {"task_type": "echo", "params": {"message": "${{ payload.text }}"}}}


@dataclass
class Sender:
    """Somebody who knows the secret of a hook. ``clock``: seconds by which theirs differs."""

    facade: Facade
    trigger: dict[str, Any]
    clock: float = 0
    signature: str = field(init=False)

    def __post_init__(self) -> None:
        self.signature = self.trigger["definition"]["source"]["signature"]

    def send(self, payload: Any, key: str | None = None, **headers: str) -> httpx.Response:
        """``headers``: with _ for -; they go before those of the signature."""
        return self.send_bytes(json.dumps(payload).encode(), key, **headers)

    def send_bytes(self, body: bytes, key: str | None = None, **headers: str) -> httpx.Response:
        said = {"Content-Type": "application/json", **self.signed(body, key or uuid.uuid4().hex)}
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        address = f"{self.facade.api_url}{self.trigger['path']}"
        return httpx.post(address, content=body, headers=said, verify=plain_http.NO_TLS, timeout=30, trust_env=False)

    def signed(self, body: bytes, key: str) -> dict[str, str]:
        secret: str = self.trigger["secret"]
        at = str(int(time.time() + self.clock))
        match self.signature:
            case "github":
                mac = hmac.digest(secret.encode(), body, "sha256").hex()
                return {"X-Hub-Signature-256": f"sha256={mac}", "X-GitHub-Delivery": key, "X-GitHub-Event": "push"}
            case "stripe":
                mac = hmac.digest(secret.encode(), f"{at}.".encode() + body, "sha256").hex()
                return {"Stripe-Signature": f"t={at},v0=00,v1={mac}"}
            case "standard":
                whole = f"{key}.{at}.".encode() + body
                mac = base64.b64encode(
                    hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), whole, "sha256")
                ).decode()
                return {"webhook-id": key, "webhook-timestamp": at, "webhook-signature": f"v1a,zz v1,{mac}"}
        return {"Authorization": f"Bearer {secret}", "Idempotency-Key": key}


def trigger(api: Api, source: dict[str, Any], action: dict[str, Any] = ECHO, **fields: Any) -> dict[str, Any]:
    """A new one."""
    body = {"name": f"t{uuid.uuid4().hex[:12]}", "source": source, "action": action, **fields}
    answer = api.http.post("/triggers", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def hook(stack: Facade, signature: str = "github", action: dict[str, Any] = ECHO, **fields: Any) -> Sender:
    """A new hook, and somebody who calls it."""
    window = fields.pop("window", 300)
    source = {"kind": "hook", "signature": signature, "window": window}
    return Sender(stack, trigger(stack.api, source, action, **fields))


def deliveries(api: Api, name: str) -> list[dict[str, Any]]:
    """The newest first."""
    return list(api.http.get(f"/triggers/{name}/deliveries", params={"limit": 500}).json()["deliveries"])


def made_by(api: Api, name: str) -> list[dict[str, Any]]:
    """Tasks that it made."""
    found = api.http.get("/tasks", params={"created_by": f"trigger:{name}", "limit": 200}).json()
    return list(found["tasks"])
