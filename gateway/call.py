"""One call of a worker, and the token that it knows a task by."""

from dataclasses import dataclass
from typing import Any, Protocol

from gateway.keyring import Visitor


@dataclass(frozen=True)
class Call:
    """One call under way."""

    method: str
    visitor: Visitor
    #: Seconds until the worker gives up waiting.
    timeout: float | None


class TokenRequest(Protocol):
    """A request that names a task by its token."""

    task_token: bytes
    identity: str
    namespace: str

    def ClearField(self, field_name: Any) -> None: ...
    def SerializeToString(self) -> bytes: ...
