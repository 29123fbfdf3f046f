"""Where notifications arrive in tests: an HTTP server that keeps what it is sent, and a real SMTP server."""

import asyncio
import contextlib
import email
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from runtime.ports import free_ports
from tests.serving import serving


@dataclass
class Receiver:
    """A webhook, or what speaks like Slack, Discord or Mattermost. Paths keep the channels apart."""

    url: str = ""
    #: (path, body), the oldest first.
    got: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    #: Answers that come before the usual 200, by path: (status, body, headers).
    answers: dict[str, list[tuple[int, dict[str, Any], dict[str, str]]]] = field(default_factory=dict)
    #: What the next request waits for, by path.
    gates: dict[str, threading.Event] = field(default_factory=dict)
    #: Requests by path, refused ones included.
    asked: dict[str, int] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """host:port"""
        return self.url.removeprefix("http://")

    def at(self, path: str) -> list[dict[str, Any]]:
        return [body for where, body in self.got if where == path]

    async def take(self, request: Request) -> Response:
        path = request.url.path
        self.asked[path] = self.asked.get(path, 0) + 1
        if gate := self.gates.pop(path, None):
            await asyncio.to_thread(gate.wait, 120)
        if waiting := self.answers.get(path):
            status, answer, headers = waiting.pop(0)
            return JSONResponse(answer, status, headers)
        self.got.append((path, json.loads(await request.body())))
        if path.startswith("/services/"):
            return PlainTextResponse("ok")  # Slack's own word
        return JSONResponse({"ok": True})


@contextlib.contextmanager
def running_receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    app = Starlette(routes=[Route("/{path:path}", receiver.take, methods=["POST"])])
    with serving(app) as url:
        receiver.url = url
        yield receiver


@dataclass
class Mailbox:
    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:
        mail = email.message_from_bytes(bytes(envelope.original_content or b""), policy=policy.default)
        self.mails.append(mail)
        return "250 OK"


@contextlib.contextmanager
def running_mailbox() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    mailbox.port = free_ports(1)[0]
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
