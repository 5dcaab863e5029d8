"""
A closed-loop HTTP/1.1 load generator: a few keep-alive connections, one process, raw sockets.

Each connection sends the next request when the answer to the last is in, so what is measured is
the server and not a queue. It stops by itself.
"""

import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

PATIENCE = 20.0  # seconds an answer may take


@dataclass(frozen=True)
class Request:
    """One request; ``body`` is sent as JSON when there is one."""

    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def wire(self, host: str) -> bytes:
        """Return the bytes that go over the socket."""
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {host}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(self.body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclass
class Result:
    """What came of it: seconds per answer, answers by status, and how long it all took."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    broken: int = 0

    @property
    def done(self) -> int:
        return len(self.times)

    @property
    def errors(self) -> int:
        """Answers of 400 and more, and connections that broke."""
        return self.broken + sum(n for status, n in self.statuses.items() if status >= 400)

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.done / self.seconds if self.seconds else 0.0

    def quantile(self, share: float) -> float:
        """Return the time, in milliseconds, within which ``share`` of the answers came."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else 0.0


class Connection:
    """One keep-alive connection and the answer that is coming in on it."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.host = f"{address[0]}:{address[1]}"
        self.began = 0.0
        self.heard = b""

    def send(self, request: Request) -> None:
        self.heard = b""
        self.began = time.perf_counter()
        self.socket.sendall(request.wire(self.host))

    def hear(self) -> int | None:
        """Take in what has come; return the status once the whole answer is here."""
        piece = self.socket.recv(262_144)
        if not piece:
            raise ConnectionError
        self.heard += piece
        head, split, body = self.heard.partition(b"\r\n\r\n")
        if not split or not _whole(head.lower(), body):
            return None
        return int(head[9:12])


def _whole(head: bytes, body: bytes) -> bool:
    if b"content-length:" in head:
        length = head.split(b"content-length:")[1].split(b"\r\n")[0]
        return len(body) >= int(length)
    if b"transfer-encoding: chunked" in head:
        return body.endswith(b"0\r\n\r\n")
    return True


def run(
    address: tuple[str, int],
    make: Callable[[int], Request],
    *,
    seconds: float,
    connections: int = 8,
) -> Result:
    """Ask for ``seconds`` on ``connections`` connections; ``make`` gives the n-th request."""
    result, number = Result(), 0
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            connection = Connection(address)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(make(number))
            number += 1
        began = time.perf_counter()
        end, open_now = began + seconds, connections
        while open_now and time.perf_counter() < end + PATIENCE:
            for key, _ in selector.select(timeout=0.5):
                connection = key.data
                finished = _advance(connection, result)
                if finished is None:
                    continue
                if finished and time.perf_counter() < end:
                    connection.send(make(number))
                    number += 1
                    continue
                selector.unregister(connection.socket)
                connection.socket.close()
                open_now -= 1
        result.seconds = time.perf_counter() - began
    return result


def _advance(connection: Connection, result: Result) -> bool | None:
    """Return whether an answer is whole (True), still coming (None), or will never come (False)."""
    try:
        status = connection.hear()
    except OSError:
        result.broken += 1
        return False
    if status is None:
        return None
    result.times.append(time.perf_counter() - connection.began)
    result.statuses[status] += 1
    return True
