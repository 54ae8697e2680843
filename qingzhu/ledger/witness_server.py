"""A witness over HTTP 见证服务: ``POST /add-checkpoint`` and ``GET /<origin hash>/checkpoint`` of c2sp.org/tlog-witness.

The standard library's server, a thread a connection, which stays open for more requests. Encryption, and who may connect, are left to
what stands before it; connections, the time of a request and its length have limits here, and nothing is written of requests.
"""

from __future__ import annotations

import http.server
import io
import socket
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from qingzhu.ledger.witness import LONGEST, TEXT, Answer, Witness

MOST = 64
"""So many connections are answered at a time; another is told 503."""

PATIENCE = 20.0
"""A connection has so long for a whole request, counted from its last answer, however little it sends at a time. [s]"""

LINGER, LINGERING_AT_MOST = 2.0, 500
"""How long a connection that was answered for the last time stays [s], and how many: one closed while its client still sends would be
reset, and the answer lost."""

HEAD = 64 << 10
"""So much may stand before the body of a request. [byte]"""

_WORDS = "this witness answers no more connections at a time: try again\n"
_HEAD = f"Content-Type: {TEXT}\r\nContent-Length: {len(_WORDS)}\r\nRetry-After: 1\r\nConnection: close"
BUSY = f"HTTP/1.1 503 Service Unavailable\r\n{_HEAD}\r\n\r\n{_WORDS}".encode()

Tell = Callable[[str, str], None]
"""Is told in words, Chinese and English, why the witness itself failed."""


class WitnessServer(http.server.ThreadingHTTPServer):
    """The server of one witness, bound and not yet serving."""

    request_queue_size = 128

    def __init__(self, witness: Witness, host: str, port: int, tell: Tell) -> None:
        self.witness, self.tell = witness, tell
        self._free = threading.Semaphore(MOST)
        self._lingering: deque[tuple[float, socket.socket]] = deque()
        super().__init__((host, port), Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """A thread for a connection, or 503."""
        if not self._free.acquire(blocking=False):
            with suppress(OSError):
                request.sendall(BUSY)
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except BaseException:  # no thread is to be had
            self._free.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """A connection, in its thread."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def shutdown_request(self, request: Any) -> None:
        """Say that no more comes; the connection is closed a little later."""
        with suppress(OSError):
            request.shutdown(socket.SHUT_WR)
        self._lingering.append((time.monotonic() + LINGER, request))

    def service_actions(self) -> None:
        """Between connections and every half second: close those whose time is over."""
        while self._lingering and (self._lingering[0][0] < time.monotonic() or len(self._lingering) > LINGERING_AT_MOST):
            self._lingering.popleft()[1].close()

    def server_close(self) -> None:
        """Stop listening, and close what is left."""
        super().server_close()
        while self._lingering:
            self._lingering.popleft()[1].close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away or sent no HTTP: nothing is said, and its connection is closed."""


class _Request(io.RawIOBase):
    """What a connection sends, a whole request within one time and one length."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.begin()

    def begin(self) -> None:
        """The next request begins."""
        self.until, self.left = time.monotonic() + PATIENCE, HEAD + LONGEST

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        rest = self.until - time.monotonic()
        if rest <= 0 or self.left <= 0:
            raise TimeoutError
        self.connection.settimeout(rest)
        count = self.connection.recv_into(buffer)
        self.left -= count
        return count


class Handler(http.server.BaseHTTPRequestHandler):
    """The requests of one connection."""

    server: WitnessServer
    protocol_version = default_request_version = "HTTP/1.1"
    server_version, sys_version = "qingzhu-witness", ""
    disable_nagle_algorithm = True  # an answer is two small writes: the second would wait 40 ms for a client's word
    error_content_type, error_message_format = TEXT, "%(message)s\n"

    def setup(self) -> None:
        """Read within limits."""
        super().setup()
        self.rfile.close()
        self.sent = _Request(self.connection)
        self.rfile = io.BufferedReader(self.sent)

    def handle_one_request(self) -> None:
        """One request, within its time; what takes longer is cut off."""
        self.sent.begin()
        super().handle_one_request()

    def do_POST(self) -> None:
        """A checkpoint to cosign."""
        lengths = self.headers.get_all("Content-Length", [])
        if "Transfer-Encoding" in self.headers or not lengths:
            return self._answer(Answer(411, b"say the length of the body\n"), last=True)
        if len(lengths) > 1 or not (lengths[0].isascii() and lengths[0].isdigit() and len(lengths[0]) < 20):
            return self._answer(Answer(400, b"the Content-Length is no number\n"), last=True)
        if int(lengths[0]) > LONGEST:
            return self._answer(Answer(413, b"the request is too long\n"), last=True)
        body = self.rfile.read(int(lengths[0]))
        if len(body) < int(lengths[0]):
            return self._answer(Answer(400, b"the body is shorter than its Content-Length\n"), last=True)
        if self.path != "/add-checkpoint":
            return self._answer(Answer(404, b"post to /add-checkpoint\n"))
        return self._answer(self._from(lambda: self.server.witness.add_checkpoint(body)))

    def do_GET(self) -> None:
        """What was cosigned last, for monitors."""
        unread = self.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in self.headers
        parts = self.path.strip("/").split("/")
        if len(parts) == 2 and parts[1] == "checkpoint":
            self._answer(self._from(lambda: self.server.witness.checkpoint(parts[0])), last=unread)
        else:
            self._answer(Answer(404, b"get /<SHA-256 of the origin>/checkpoint\n"), last=unread)

    def _from(self, asked: Callable[[], Answer]) -> Answer:
        try:
            return asked()
        except sqlite3.Error as error:  # locked, gone, damaged, no room: it may pass
            self.server.tell(f"状态文件不可用（{error}），未见证", f"the state cannot be used ({error}), nothing was cosigned")
            return Answer(503, b"the state of this witness cannot be used now, so no cosignature is given: try again\n")
        except Exception as error:
            self.server.tell(f"内部错误（{error!r}），未见证", f"internal error ({error!r}), nothing was cosigned")
            return Answer(500, b"this witness failed, so no cosignature is given\n")

    def _answer(self, answer: Answer, last: bool = False) -> None:
        self.connection.settimeout(PATIENCE)
        self.send_response(answer.status, HTTPStatus(answer.status).phrase)
        self.send_header("Content-Type", answer.media)
        self.send_header("Content-Length", str(len(answer.body)))
        if last:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is written of requests: who runs it puts a server with a log before it."""


def server(witness: Witness, host: str, port: int, tell: Tell = lambda zh, en: None) -> WitnessServer:
    """The server of a witness, bound and not yet serving; port 0 takes a free one. ``tell`` is told why it answered 500 or 503."""
    return WitnessServer(witness, host, port, tell)
