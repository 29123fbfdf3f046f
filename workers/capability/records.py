"""Delivers collected rows to the API and reads stored ones. Repeating is harmless: short outages are waited out."""

import base64
from collections.abc import Iterator, Sequence
from typing import Any

import httpx
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_exponential_jitter

from contracts.errors import LeaseLost, SourceUnavailable, TaskError
from contracts.names import LEASE_HEADER
from contracts.plans.sessions import OpenedSessionView
from contracts.records.exchange import Material, MaterialQuery, StoreReply, Turn
from contracts.records.rows import Record, RecordKind
from contracts.trust import trusted_at

#: An API that restarts is back within seconds; what takes longer is the next attempt's business.
_PATIENCE_SECONDS = 45
#: Of one request: rows, and bytes of JSON, unless a single row has more. The API takes four times as many bytes.
_BATCH = 200
_BYTES = 4 * 1024 * 1024


class ApiUnavailable(SourceUnavailable):
    """The ClawdBot API does not take the collected rows right now."""


class RecordsRefused(TaskError):
    """The ClawdBot API refused the collected rows."""

    retryable = False

    def __init__(self, detail: str) -> None:
        super().__init__(f"The ClawdBot API refused the rows: {detail}")
        self.detail = detail


class SessionRefused(TaskError):
    """The ClawdBot API does not let this worker open the session; another one may."""


class RecordSink:
    """One HTTP client for all tasks of this worker."""

    def __init__(self, api_url: str, key: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=api_url,
            headers={"X-Worker-Key": key},
            timeout=httpx.Timeout(15, connect=5),
            trust_env=False,
            verify=trusted_at(api_url),
        )

    async def store(self, task_id: str, token: bytes, kind: RecordKind, records: Sequence[Record]) -> StoreReply:
        """Deliver rows in batches; returns when all are durable.

        Raises:
            LeaseLost: the task is no longer this attempt's.
            ApiUnavailable: the API stayed away for 45 seconds.
            RecordsRefused: the rows do not fit their kind.
        """
        total = StoreReply(inserted=0, duplicates=0)
        for rows in batches([record.model_dump_json() for record in records]):
            reply = await self._store_batch(task_id, token, kind, rows)
            total.inserted += reply.inserted
            total.duplicates += reply.duplicates
        return total

    async def material(self, task_id: str, token: bytes, query: MaterialQuery) -> list[dict[str, Any]]:
        """One page of stored rows.

        Raises:
            LeaseLost, ApiUnavailable, RecordsRefused: as for `store`.
        """
        body = query.model_dump_json(exclude_none=True)
        answer = await self._patiently(f"/api/v1/tasks/{task_id}/material", body, token)
        return Material.model_validate_json(answer).records

    async def turn(self, task_id: str, token: bytes) -> Turn:
        """When the source of the task may be asked once more, by whichever worker.

        Raises:
            LeaseLost, ApiUnavailable, RecordsRefused: as for `store`.
        """
        answer = await self._patiently(f"/api/v1/tasks/{task_id}/turn", "{}", token)
        return Turn.model_validate_json(answer)

    async def open_session(self, task_id: str, token: bytes) -> OpenedSessionView:
        """Say that the session is open which this task holds.

        Raises:
            LeaseLost, ApiUnavailable: as for `store`.
            SessionRefused: it is none, or this worker may not do all that runs in it.
        """
        try:
            answer = await self._patiently(f"/api/v1/tasks/{task_id}/session", "{}", token)
        except RecordsRefused as refused:
            raise SessionRefused(refused.detail) from None
        return OpenedSessionView.model_validate_json(answer)

    async def close(self) -> None:
        await self._client.aclose()

    async def _store_batch(self, task_id: str, token: bytes, kind: RecordKind, rows: Sequence[str]) -> StoreReply:
        body = f'{{"kind": "{kind}", "records": [{", ".join(rows)}]}}'
        answer = await self._patiently(f"/api/v1/tasks/{task_id}/records", body, token)
        return StoreReply.model_validate_json(answer)

    async def _patiently(self, path: str, body: str, token: bytes) -> bytes:
        headers = {LEASE_HEADER: base64.b64encode(token).decode(), "Content-Type": "application/json"}
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(ApiUnavailable),
            stop=stop_after_delay(_PATIENCE_SECONDS),
            wait=wait_exponential_jitter(initial=0.2, max=5),
            reraise=True,
        ):
            with attempt:
                return await self._post(path, body, headers)
        raise ApiUnavailable  # AsyncRetrying has raised already; this tells type checkers

    async def _post(self, path: str, body: str, headers: dict[str, str]) -> bytes:
        try:
            answer = await self._client.post(path, content=body, headers=headers)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise ApiUnavailable(f"The ClawdBot API cannot be reached: {type(error).__name__}") from None
        if answer.status_code >= 500 or answer.status_code == 429:
            raise ApiUnavailable(f"The ClawdBot API answered {answer.status_code}")
        if answer.status_code in (409, 410):
            raise LeaseLost(_detail(answer))
        if answer.status_code >= 400:
            raise RecordsRefused(_detail(answer))
        return answer.content


def batches(rows: Sequence[str]) -> Iterator[list[str]]:
    """The rows, as JSON, in portions of a request."""
    batch: list[str] = []
    size = 0
    for row in rows:
        length = len(row.encode())
        if batch and (len(batch) == _BATCH or size + length > _BYTES):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += length
    if batch:
        yield batch


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP {answer.status_code}"
