"""The API over HTTP: sends the key, reads the answers, turns refusals into sentences. Knows no commands."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.cookies import SimpleCookie
from typing import Any, Self, TypeVar
from urllib.parse import urljoin, urlsplit
from uuid import UUID

import httpx
from pydantic import BaseModel, ValidationError

from cli import unreachable
from cli.connection import Connection
from cli.errors import CliError, NotFound, Refused, Unreachable
from cli.sse import ServerSentEvent, read_events
from cli.unreachable import LOOPBACK
from contracts.people.sessions import SignedInView
from contracts.tasks.views import EventView, TaskTypeView
from contracts.trust import trusted_at
from contracts.views import Problem, View
from runtime.version import installed_version

PREFIX = "/api/v1"

_TIMEOUT = httpx.Timeout(30, connect=5)
#: The server sends a sign of life every 15 s; a stream that is silent for longer is broken.
_STREAM_TIMEOUT = httpx.Timeout(20, connect=5)
#: As a server says it of an address that it does not have.
_NO_SUCH_ROUTE = "There is nothing at "

V = TypeVar("V", bound=BaseModel)


class TaskTypesAnswer(View):
    task_types: list[TaskTypeView]


class EventsAnswer(View):
    events: list[EventView]


class ApiClient:
    """One connection. Every method raises a `CliError` that says what is wrong."""

    def __init__(self, connection: Connection, *, seconds: float | None = None) -> None:
        """``seconds``: how long an answer may take, if that is less than usual."""
        self._connection = connection
        self._http = _client(connection, seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    @property
    def api_url(self) -> str:
        return self._connection.api_url

    def get(self, path: str, view: type[V], **query: Any) -> V:
        """Query values that are None are left out."""
        given = {name: value for name, value in query.items() if value is not None}
        return self._parsed(self._send("GET", path, params=given), view)

    @contextmanager
    def download(self, path: str, **query: Any) -> Iterator[Iterator[bytes]]:
        """A file, piece by piece. Query values that are None are left out."""
        given = {name: value for name, value in query.items() if value is not None}
        with self._failures(), self._http.stream("GET", path, params=given) as answer:
            if not answer.is_success:
                answer.read()
                raise self._refusal(answer)
            yield answer.iter_bytes()

    def post(self, path: str, view: type[V], body: Any = None, *, idempotency_key: str | None = None) -> V:
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        return self._parsed(self._send("POST", path, json=body, headers=headers), view)

    def put(self, path: str, view: type[V], body: Any) -> V:
        return self._parsed(self._send("PUT", path, json=body), view)

    def upload(self, path: str, view: type[V], content: bytes, media_type: str) -> V:
        """Send a file as it is."""
        return self._parsed(self._send("POST", path, content=content, headers={"Content-Type": media_type}), view)

    def patch(self, path: str, view: type[V], body: Any) -> V:
        return self._parsed(self._send("PATCH", path, json=body), view)

    def command(self, method: str, path: str, body: Any = None) -> None:
        """Something that is answered with nothing but that it was done."""
        self._send(method, path, json=body)

    def delete(self, path: str) -> None:
        self._send("DELETE", path)

    def check_it_is_one(self) -> None:
        """Raises NoClawdBot where something else answers, Moved where it leads elsewhere, Unreachable for nothing."""
        with self._failures():
            answer = self._http.get("/session")
        if answer.status_code == 401 and _is_problem(answer):
            return
        if answer.has_redirect_location or answer.status_code >= 500:
            raise self._refusal(answer)
        raise NoClawdBot(
            f"What answers at {self.api_url} is no ClawdBot. Give the address of its dashboard, "
            "like https://clawdbot.example.com."
        )

    def sign_in(self, body: Any, device: str) -> tuple[SignedInView, str]:
        """(who is signed in, the cookie of the session that began)."""
        answer = self._send("POST", "/session", json=body, headers={"User-Agent": device})
        given = SimpleCookie(answer.headers.get("Set-Cookie", ""))
        return self._parsed(answer, SignedInView), "; ".join(f"{name}={each.value}" for name, each in given.items())

    @contextmanager
    def stream(self, task_ids: Sequence[UUID], after: str | None) -> Iterator[Iterator[ServerSentEvent]]:
        """Live events of these tasks (or of all), those behind the event id ``after`` first."""
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": after} if after else {})
        query = {"task_id": [str(each) for each in task_ids]}
        with self._failures():
            with self._http.stream(
                "GET", "/tasks/stream", params=query, headers=headers, timeout=_STREAM_TIMEOUT
            ) as answer:
                if not answer.is_success:
                    answer.read()
                    raise self._refusal(answer)
                yield read_events(answer.iter_text())

    def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        with self._failures():
            answer = self._http.request(method, path, **request)
        if not answer.is_success:
            raise self._refusal(answer)
        return answer

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise Unreachable(unreachable.sentence(error, self.api_url)) from None

    def _parsed(self, answer: httpx.Response, view: type[V]) -> V:
        try:
            return view.model_validate_json(answer.content)
        except ValidationError:
            raise Unreachable(
                f"The answer of {self.api_url} cannot be read. Is it a ClawdBot of another version{_than_this()}?"
            ) from None

    def _refusal(self, answer: httpx.Response) -> CliError:
        if answer.has_redirect_location:
            to = urljoin(str(answer.url), answer.headers["Location"])
            return Moved(self.api_url, to.partition(PREFIX)[0].partition("?")[0])
        status, sentence = answer.status_code, _sentence(answer)
        if status == 401 and self._connection.cookie:
            return Refused(f"You are no longer signed in at {self.api_url}. `clawdbot login` signs in again.")
        if status == 401 and self._connection.api_key:
            source = self._connection.key_source
            return Refused(f"{self.api_url} does not accept the key from {source}. Check it, or ask an admin.")
        kind = _KINDS.get(status) or (Unreachable if status >= 500 or status < 400 else CliError)
        refusal = kind(sentence)
        refusal.fields = _fields(answer)
        return refusal


class NoClawdBot(Unreachable):
    """Something else answers at this address."""


class Moved(Unreachable):
    """The address leads to another one, where nothing is sent unasked."""

    def __init__(self, url: str, to: str) -> None:
        super().__init__(f"{url} leads to {to}. If that is where ClawdBot is, use that address.")
        self.to = to


def _client(connection: Connection, seconds: float | None) -> httpx.Client:
    url = connection.api_url
    try:
        return httpx.Client(
            base_url=url + PREFIX,
            headers=_credentials(connection),
            timeout=seconds or _TIMEOUT,
            verify=trusted_at(url),
            # A proxy has no business between this machine and itself.
            trust_env=urlsplit(url).hostname not in LOOPBACK,
        )
    except (httpx.InvalidURL, ValueError, ImportError, OSError) as error:
        raise Unreachable(unreachable.setting(error, url)) from None


def _than_this() -> str:
    version = installed_version()
    return f" than this one, {version}" if version else ""


def _credentials(connection: Connection) -> dict[str, str]:
    """What opens it. With a cookie a write says from which page it comes; and only what people do keeps it valid."""
    if connection.api_key:
        return {"Authorization": f"Bearer {connection.api_key}"}
    if connection.cookie:
        origin = urlsplit(connection.api_url)
        return {"Cookie": connection.cookie, "Origin": f"{origin.scheme}://{origin.netloc}", "X-Person-Acts": "1"}
    return {}


_KINDS: Mapping[int, type[CliError]] = {401: Refused, 403: Refused, 404: NotFound, 410: Refused, 429: Unreachable}


#: Which command shows what the API names for programs (`Problem.see`).
_SHOWN_BY: Mapping[str, str] = {
    "/tasks": "tasks list", "/workers": "workers", "/capabilities": "capabilities", "/tickers": "tickers list",
    "/agent/decisions": "agent decisions", "/alerts/rules": "alerts rules", "/channels": "alerts channels",
    "/notifications": "alerts list", "/workers/invitations": "workers invitations", "/users": "users list",
    "/keys": "keys list", "/plans": "plans list", "/schedules": "schedules list",
    "/failures": "failures list", "/templates": "templates list",
}  # fmt: skip


def _is_problem(answer: httpx.Response) -> bool:
    return str(answer.headers.get("Content-Type", "")).startswith("application/problem+json")


def _fields(answer: httpx.Response) -> list[tuple[str, str]]:
    try:
        problem = Problem.model_validate_json(answer.content)
    except ValidationError:
        return []
    return [(each.get("field", ""), each.get("message", "")) for each in problem.errors]


def _sentence(answer: httpx.Response) -> str:
    """What a problem says; several mistakes get a line each."""
    try:
        problem = Problem.model_validate_json(answer.content)
    except ValidationError:
        said = f"{answer.url.copy_with(query=None)} answered {answer.status_code} {answer.reason_phrase}."
        between = " Something in front of ClawdBot said so, and ClawdBot did not." if answer.status_code >= 500 else ""
        return said + between
    if answer.status_code == 404 and problem.detail.startswith(_NO_SUCH_ROUTE):
        return f"What runs at {answer.url.host} is a ClawdBot of another version{_than_this()}, and cannot do that."
    if command := _SHOWN_BY.get((problem.see or "").removeprefix(f"GET {PREFIX}")):
        return f"{problem.detail} `clawdbot {command}` shows what there is."
    mistakes = [f"{each.get('field', '')}: {each.get('message', '')}" for each in problem.errors]
    told = all(each in problem.detail or problem.detail in each for each in mistakes)
    if told and len(mistakes) < 2:
        return problem.detail
    return "\n".join(["This cannot be used:" if told else problem.detail, *(f"  {each}" for each in mistakes)])
