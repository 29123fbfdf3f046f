"""The public API, called as the person who writes: one set of rights, one audit log, and errors that are sentences."""

from typing import Any

import httpx

from contracts.trust import trusted_at
from contracts.views import Problem
from db.people.users import KnownUser
from services.people.tokens import issue

#: Longer than an approval or a cancel waits for its effect.
_TIMEOUT = 15
_MOST_MISTAKES = 3
_BROKEN = (429, 502, 503, 504)


class Refused(Exception):
    """The API says no, with a sentence for people."""

    def __init__(self, sentence: str, status: int = 0) -> None:
        self.sentence = sentence
        self.status = status
        super().__init__(sentence)


class Away(Exception):
    """The API does not answer, or says that it cannot work right now. The same may be asked again."""


class PersonsApi:
    """The API with the rights of one person."""

    def __init__(self, http: httpx.AsyncClient, user: KnownUser, secret: str) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {issue(secret, user)}"}

    async def get(self, path: str, **query: Any) -> Any:
        given = {name: value for name, value in query.items() if value is not None}
        return await self._send("GET", path, params=given)

    async def post(self, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """``key``: the Idempotency-Key."""
        headers = {"Idempotency-Key": key} if key else {}
        return await self._send("POST", path, json=body, headers=headers)

    async def put(self, path: str, body: Any) -> Any:
        return await self._send("PUT", path, json=body)

    async def _send(self, method: str, path: str, headers: dict[str, str] | None = None, **request: Any) -> Any:
        if request.get("json", ...) is None:
            del request["json"]
        try:
            reply = await self._http.request(
                method, f"/api/v1{path}", headers={**self._headers, **(headers or {})}, **request
            )
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise Away(type(error).__name__) from error
        if reply.status_code in _BROKEN:
            raise Away(f"HTTP {reply.status_code}")
        if reply.is_success:
            return reply.json() if reply.content else None
        raise _refusal(reply)


def connect(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, timeout=_TIMEOUT, trust_env=False, verify=trusted_at(url))


def _sentence(problem: Problem) -> str:
    """The detail, and the first mistakes that it does not name itself."""
    mistakes = [each for each in problem.errors if each.get("message", "") not in problem.detail][:_MOST_MISTAKES]
    named = "; ".join(f"{each.get('field')}: {each.get('message')}" for each in mistakes)
    return f"{problem.detail.rstrip('.')}: {named}" if named else problem.detail


def _refusal(reply: httpx.Response) -> Refused:
    try:
        sentence = _sentence(Problem.model_validate(reply.json()))
    except ValueError:
        sentence = f"ClawdBot answered with HTTP {reply.status_code}; its log has the details."
    return Refused(sentence, reply.status_code)
