"""What the client and the fork server say to each other over a Unix socket, one connection per process.

The client sends a request together with stdin, stdout and stderr. The server answers with the pid, later with how the
process ended, and reaps it only when the client has read that: until then the pid cannot be anybody else's.
"""

import json
import socket
import struct
from dataclasses import asdict, dataclass
from typing import Self

_NUMBER = struct.Struct("!i")


@dataclass(frozen=True)
class Request:
    """``python -m module *arguments`` with this environment and no other."""

    module: str
    arguments: list[str]
    environment: dict[str, str]
    directory: str
    new_session: bool

    def send(self, connection: socket.socket, streams: tuple[int, int, int]) -> None:
        """With the three descriptors that become its stdin, stdout and stderr."""
        told = json.dumps(asdict(self)).encode()
        socket.send_fds(connection, [_NUMBER.pack(len(told))], streams)
        connection.sendall(told)

    @classmethod
    def receive(cls, connection: socket.socket) -> tuple[Self, list[int]]:
        """The request and its descriptors."""
        size, streams, _, _ = socket.recv_fds(connection, _NUMBER.size, 3)
        return cls(**json.loads(_exactly(connection, _NUMBER.unpack(size)[0]))), streams


def send_number(connection: socket.socket, number: int) -> None:
    connection.sendall(_NUMBER.pack(number))


def receive_number(connection: socket.socket) -> int:
    """Raises EOFError when the other side is gone."""
    return int(_NUMBER.unpack(_exactly(connection, _NUMBER.size))[0])


def _exactly(connection: socket.socket, size: int) -> bytes:
    got = b""
    while len(got) < size:
        more = connection.recv(size - len(got))
        if not more:
            raise EOFError("The fork server of the tests has ended.")
        got += more
    return got
