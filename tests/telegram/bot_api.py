"""A Bot API server of this machine: what Telegram's does, as far as our bot uses it, with faults to switch on.

It keeps undelivered updates until they are confirmed by the offset of the next getUpdates, as Telegram does, or
delivers them to the webhook until it answers 200.
"""

import asyncio
import itertools
import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.serving import serving

TOKEN = "123456789:AAtest-token_of-the-tests-0123456789abc"
USERNAME = "clawdbot_test_bot"
_BOT = {"id": 123456789, "is_bot": True, "first_name": "ClawdBot", "username": USERNAME}
_LIMIT_IN_TEST = 60.0


@dataclass(frozen=True)
class Called:
    """One call of the bot."""

    method: str
    data: dict[str, Any]
    at: float
    #: What was answered.
    status: int


@dataclass
class BotApi:
    """The server's state, and how tests use it. Methods may be called from any thread."""

    url: str = ""
    calls: list[Called] = field(default_factory=list)
    #: What the chats show now: (chat, message id) -> the data it was sent or edited with.
    messages: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)
    webhook: dict[str, Any] = field(default_factory=dict)
    #: Groups that have become supergroups: old id -> new id.
    moved: dict[int, int] = field(default_factory=dict)
    #: Statuses that the next calls of a method get: (method, status, retry_after).
    #: Method, status, seconds to wait, what is said.
    _faults: deque[tuple[str, int, int, str]] = field(default_factory=deque)
    _updates: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(int(time.time() * 1000) % 10**9))
    _message_ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _changed: threading.Condition = field(default_factory=threading.Condition)
    down: bool = False
    #: Chats about which it answers what no client understands, and those about which it answers once they are let go.
    strange: set[int] = field(default_factory=set)
    held: dict[int, threading.Event] = field(default_factory=dict)

    # -- what people do ------------------------------------------------------------------------------------------

    def write(
        self,
        text: str,
        user: int,
        chat: int | None = None,
        *,
        topic: int | None = None,
        update_id: int | None = None,
        times: int = 1,
    ) -> int:
        """A person writes to the bot, or in a group; returns the update's id. ``times``: delivered so often."""
        message: dict[str, Any] = {
            "message_id": next(self._message_ids),
            "date": int(time.time()),
            "chat": _chat(chat or user),
            "from": _person(user),
            "text": text,
        }
        if topic is not None:
            message |= {"message_thread_id": topic, "is_topic_message": True}
        if text.startswith("/"):
            length = len(text.split()[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return self.deliver({"message": message}, update_id=update_id, times=times)

    def press(self, data: str, user: int, message_id: int, chat: int | None = None, *, times: int = 1) -> int:
        """A person presses a button under a message of the bot."""
        message = {"message_id": message_id, "date": int(time.time()), "chat": _chat(chat or user), "from": _BOT}
        query = {
            "id": str(next(self._ids)),
            "from": _person(user),
            "chat_instance": "1",
            "message": {**message, "text": "…"},
            "data": data,
        }
        return self.deliver({"callback_query": query}, times=times)

    def migrate(self, old: int, new: int, user: int) -> int:
        """A group becomes a supergroup: Telegram says so in the old one."""
        message = {
            "message_id": next(self._message_ids), "date": int(time.time()), "chat": _chat(old), "from": _person(user),
            "migrate_to_chat_id": new,
        }  # fmt: skip
        self.moved[old] = new
        return self.deliver({"message": message})

    def deliver(self, update: dict[str, Any], *, update_id: int | None = None, times: int = 1) -> int:
        update_id = update_id or next(self._ids)
        with self._changed:
            self._updates[update_id] = [{"update_id": update_id, **update}] * times
            self._changed.notify_all()
        return update_id

    def next_update_id(self) -> int:
        return next(self._ids)

    def take(self, update_id: int) -> list[dict[str, Any]]:
        """Out of the queue, to be delivered to a webhook by the test itself."""
        with self._changed:
            return self._updates.pop(update_id)

    # -- what tests ask ------------------------------------------------------------------------------------------

    def fail(self, method: str, status: int, *, times: int = 1, retry_after: int = 0, says: str = "") -> None:
        """The next calls of this method are refused."""
        with self._changed:
            said = says or ("Too Many Requests" if status == 429 else "as the test wants it")
            self._faults.extend([(method, status, retry_after, said)] * times)

    def made(self, method: str, since: int = 0, chat: int | None = None) -> list[Called]:
        """Calls that were answered with 200."""
        with self._changed:
            return [
                each
                for each in self.calls[since:]
                if each.method == method and each.status == 200 and (chat is None or each.data.get("chat_id") == chat)
            ]

    def mark(self) -> int:
        """How many calls there are until now."""
        with self._changed:
            return len(self.calls)

    def wait(self, what: str, found: Any, seconds: float = _LIMIT_IN_TEST) -> Any:
        """What ``found()`` gives once it is truthy; looked at after every call of the bot."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while not (answer := found()):
                left = deadline - time.monotonic()
                assert left > 0, f"after {seconds:.0f} s still not: {what}; the bot said {self.said()[-10:]}"
                self._changed.wait(min(left, 0.25))
        return answer

    def said(self, since: int = 0) -> list[str]:
        """Texts of messages, edits and notices."""
        named = ("sendMessage", "editMessageText", "answerCallbackQuery")
        return [str(each.data.get("text", "")) for each in self.calls[since:] if each.method in named]

    def hear(self, part: str, since: int = 0, chat: int | None = None, seconds: float = _LIMIT_IN_TEST) -> Called:
        """The first thing the bot says (successfully) that contains ``part``."""

        def found() -> Called | None:
            named = ("sendMessage", "editMessageText", "answerCallbackQuery")
            for each in self.calls[since:]:
                elsewhere = chat is not None and each.data.get("chat_id") not in (chat, None)
                if each.method in named and each.status == 200 and not elsewhere and part in each.data.get("text", ""):
                    return each
            return None

        answer: Called = self.wait(f"the bot says '{part}'", found, seconds)
        return answer

    def waiting(self) -> int:
        """Updates that the bot has not confirmed."""
        with self._changed:
            return len(self._updates)

    # -- what the bot asks ---------------------------------------------------------------------------------------

    async def call(self, request: Request) -> JSONResponse:
        method = request.path_params["method"]
        data = _data(await request.body(), request.headers.get("content-type", ""))
        if self.down:
            return _refusal(502, "Bad Gateway")
        if request.path_params["token"] != TOKEN:
            return _refusal(401, "Unauthorized")
        if (held := self.held.get(data.get("chat_id", 0))) is not None:
            await asyncio.to_thread(held.wait, _LIMIT_IN_TEST)
        if data.get("chat_id") in self.strange:
            return JSONResponse({"ok": True, "result": True})
        fault = self._fault(method)
        if fault:
            status, retry_after, said = fault
            self._note(method, data, status)
            return _refusal(status, said, retry_after)
        result = await self._updates_after(data) if method == "getUpdates" else self._result(method, data)
        if isinstance(result, JSONResponse):
            self._note(method, data, result.status_code)
            return result
        self._note(method, data, 200)
        return JSONResponse({"ok": True, "result": result})

    def _fault(self, method: str) -> tuple[int, int, str] | None:
        with self._changed:
            for each in self._faults:
                if each[0] == method:
                    self._faults.remove(each)
                    return each[1:]
        return None

    def _note(self, method: str, data: dict[str, Any], status: int) -> None:
        with self._changed:
            self.calls.append(Called(method, data, time.monotonic(), status))
            self._changed.notify_all()

    def _result(self, method: str, data: dict[str, Any]) -> Any:
        match method:
            case "getMe":
                return _BOT
            case "setWebhook":
                self.webhook = data
            case "deleteWebhook":
                self.webhook = {}
            case "sendMessage" | "editMessageText" if (moved := self.moved.get(data["chat_id"])) is not None:
                return _refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", moved_to=moved)
            case "sendMessage":
                return self._message(next(self._message_ids), data)
            case "editMessageText":
                return self._edited(data)
            case "setMyCommands" | "answerCallbackQuery":
                return True
            case _:
                return _refusal(404, "Not Found: method not found")
        return True

    def _message(self, message_id: int, data: dict[str, Any]) -> dict[str, Any]:
        with self._changed:
            self.messages[data["chat_id"], message_id] = data
        return {
            "message_id": message_id,
            "date": int(time.time()),
            "chat": _chat(data["chat_id"]),
            "from": _BOT,
            "text": data["text"],
        }

    def _edited(self, data: dict[str, Any]) -> Any:
        before = self.messages.get((data["chat_id"], data["message_id"]))
        if before is None:
            return _refusal(400, "Bad Request: message to edit not found")
        if (before["text"], before.get("reply_markup")) == (data["text"], data.get("reply_markup")):
            return _refusal(400, "Bad Request: message is not modified: specified new message content is the same")
        return self._message(data["message_id"], data)

    async def _updates_after(self, data: dict[str, Any]) -> Any:
        if self.webhook:
            return _refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        offset, hold = int(data.get("offset", 0)), float(data.get("timeout", 0))
        return await asyncio.to_thread(self._wait_for_updates, offset, min(hold, 2))

    def _wait_for_updates(self, offset: int, seconds: float) -> list[dict[str, Any]]:
        with self._changed:
            for confirmed in [each for each in self._updates if each < offset]:
                del self._updates[confirmed]
            self._changed.wait_for(lambda: self._updates, seconds)
            found = [each for copies in self._updates.values() for each in copies]
        return sorted(found, key=lambda each: int(each["update_id"]))


@contextmanager
def running_bot_api() -> Iterator[BotApi]:
    """A server on a free port, until the block ends."""
    api = BotApi()
    app = Starlette(routes=[Route("/bot{token}/{method}", api.call, methods=["GET", "POST"])])
    with serving(app) as url:
        api.url = url
        yield api


def _data(body: bytes, content_type: str) -> dict[str, Any]:
    """Parameters as the client sent them, with what is JSON read."""
    if "json" in content_type:
        return dict(json.loads(body))
    return {name: _read(value) for name, value in parse_qsl(body.decode(), keep_blank_values=True)}


def _read(value: str) -> Any:
    if value[:1] in "[{" or value.removeprefix("-").isdigit():
        return json.loads(value)
    return value


def _refusal(status: int, sentence: str, retry_after: int = 0, moved_to: int = 0) -> JSONResponse:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": sentence}
    if retry_after:
        body["parameters"] = {"retry_after": retry_after}
    if moved_to:
        body["parameters"] = {"migrate_to_chat_id": moved_to}
    return JSONResponse(body, status)


def _chat(chat_id: int) -> dict[str, Any]:
    if chat_id < 0:
        return {"id": chat_id, "type": "group", "title": "the team"}
    return {"id": chat_id, "type": "private", "first_name": f"Person {chat_id}"}


def _person(user: int) -> dict[str, Any]:
    return {"id": user, "is_bot": False, "first_name": f"Person {user}"}
