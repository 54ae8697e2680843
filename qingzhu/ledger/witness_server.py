"""A witness over HTTP 见证服务: ``POST /add-checkpoint`` and ``GET /<origin hash>/checkpoint`` of c2sp.org/tlog-witness.

The standard library's server, a thread a connection, which stays open for more requests. Encryption is left to what stands before it.
"""

from __future__ import annotations

import http.server
from http import HTTPStatus

from qingzhu.ledger.witness import LONGEST, Answer, Witness

IDLE = 30
"""A connection that says nothing for so long is closed. [s]"""


def server(witness: Witness, host: str, port: int) -> http.server.ThreadingHTTPServer:
    """The server of a witness, bound and not yet serving; port 0 takes a free one."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "qingzhu-witness"
        sys_version = ""
        timeout = IDLE

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if self.path != "/add-checkpoint":
                self._answer(Answer(404, b"post to /add-checkpoint\n"), last=True)  # its body was not read
            elif not (length.isascii() and length.isdigit() and len(length) < 20):
                self._answer(Answer(411, b"say the length of the body\n"), last=True)
            elif int(length) > LONGEST:
                self._answer(Answer(413, b"the request is too long\n"), last=True)
            else:
                self._answer(witness.add_checkpoint(self.rfile.read(int(length))))

        def do_GET(self) -> None:
            parts = self.path.strip("/").split("/")
            if len(parts) == 2 and parts[1] == "checkpoint":
                self._answer(witness.checkpoint(parts[0]))
            else:
                self._answer(Answer(404, b"get /<SHA-256 of the origin>/checkpoint\n"))

        def _answer(self, answer: Answer, last: bool = False) -> None:
            self.send_response(answer.status, HTTPStatus(answer.status).phrase)
            self.send_header("Content-Type", answer.media)
            self.send_header("Content-Length", str(len(answer.body)))
            if last:
                self.close_connection = True
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is written of requests: who runs it puts a server with a log before it."""

    return http.server.ThreadingHTTPServer((host, port), Handler)
