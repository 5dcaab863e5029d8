"""
A closed-loop HTTP/1.1 load generator: a few keep-alive connections, one process, raw sockets.

Each connection sends the next request when the answer to the last is in, so what is measured is
the server and not a queue. What is asked may be one request or an errand of several, each made
from the answer to the one before. It stops by itself.
"""

import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field

PATIENCE = 20.0  # seconds an answer may take


@dataclass(frozen=True)
class Request:
    """One request; ``body`` is sent as ``kind`` when there is one."""

    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    kind: str = "application/json"

    def wire(self, host: str) -> bytes:
        """Return the bytes that go over the socket."""
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {host}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.body:
            lines += [f"Content-Type: {self.kind}", f"Content-Length: {len(self.body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the lines of the head, the body."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        """Return the first header of that name, empty if there is none."""
        for line in self.head.decode("latin-1").split("\r\n")[1:]:
            key, _, value = line.partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return ""


Errand = Generator[Request, Answer, None]
Make = Callable[[int], Request | Errand]


@dataclass
class Result:
    """What came of it: seconds per errand, answers by status, and how long it all took."""

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
        """Errands per second; most are one answer."""
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
        self.errand: Errand | None = None

    def begin(self, asked: Request | Errand) -> None:
        """Send a request, or the first one of an errand."""
        self.errand = None if isinstance(asked, Request) else asked
        self.began = time.perf_counter()
        self._send(asked if isinstance(asked, Request) else next(asked))

    def goes_on(self, answer: Answer) -> bool:
        """Send what the errand asks next; return whether there was anything."""
        if self.errand is None:
            return False
        try:
            self._send(self.errand.send(answer))
        except StopIteration:
            return False
        return True

    def _send(self, request: Request) -> None:
        self.heard = b""
        self.socket.sendall(request.wire(self.host))

    def hear(self) -> Answer | None:
        """Take in what has come; return the answer once the whole of it is here."""
        piece = self.socket.recv(262_144)
        if not piece:
            raise ConnectionError
        self.heard += piece
        head, split, body = self.heard.partition(b"\r\n\r\n")
        if not split or not _whole(head.lower(), body):
            return None
        return Answer(int(head[9:12]), head, body)


def _whole(head: bytes, body: bytes) -> bool:
    if b"content-length:" in head:
        length = head.split(b"content-length:")[1].split(b"\r\n")[0]
        return len(body) >= int(length)
    if b"transfer-encoding: chunked" in head:
        return body.endswith(b"0\r\n\r\n")
    return True


def run(
    address: tuple[str, int],
    make: Make,
    *,
    seconds: float,
    connections: int = 8,
) -> Result:
    """Ask for ``seconds`` on ``connections`` connections; ``make`` gives the n-th request or errand."""
    result, number = Result(), 0
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            connection = Connection(address)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.begin(make(number))
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
                    connection.begin(make(number))
                    number += 1
                    continue
                selector.unregister(connection.socket)
                connection.socket.close()
                open_now -= 1
        result.seconds = time.perf_counter() - began
    return result


def _advance(connection: Connection, result: Result) -> bool | None:
    """Return whether an errand is done (True), under way (None), or will never be (False)."""
    try:
        answer = connection.hear()
        if answer is None:
            return None
        result.statuses[answer.status] += 1
        if connection.goes_on(answer):
            return None
    except OSError:
        result.broken += 1
        return False
    result.times.append(time.perf_counter() - connection.began)
    return True
