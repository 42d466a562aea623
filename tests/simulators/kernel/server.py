# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A threaded HTTP/1.1 server: one handler function, resets, the virtual date."""

import contextlib
import email.utils
import json
import logging
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from .clock import VirtualClock

_logger = logging.getLogger(__name__)


class ConnectionReset(Exception):
    """Raised by a handler to cut the connection (TCP RST) instead of answering."""


@dataclass
class Request:
    method: str
    path: str
    query: str
    headers: dict
    body: bytes

    def header(self, name: str) -> str | None:
        return self.headers.get(name.lower())

    def json(self) -> dict:
        """The body as a JSON object; empty body: empty object.

        :raises ValueError: when it is something else
        """
        data = json.loads(self.body or b"{}")
        if not isinstance(data, dict):
            raise ValueError("A JSON object is expected.")
        return data


@dataclass
class Response:
    status: int
    body: bytes
    headers: dict = field(default_factory=dict)

    @classmethod
    def of_json(cls, data, status=200, headers=None) -> "Response":
        body = json.dumps(data, indent=2, ensure_ascii=False).encode() + b"\n"
        return cls(status, body, dict(headers or {}))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "nginx"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1

    def date_time_string(self, timestamp=None):
        moment = self.server.clock.now() if timestamp is None else timestamp
        return email.utils.formatdate(moment, usegmt=True)

    def log_message(self, format, *args):  # noqa: A002 - signature of the base class
        _logger.debug(format, *args)

    def _read(self) -> Request:
        length = int(self.headers.get("Content-Length") or 0)
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(length) if length else b""
        return Request(self.command, parts.path, parts.query, headers, body)

    def _answer(self):
        try:
            response = self.server.handler(self._read())
        except ConnectionReset:
            return self._reset()
        except Exception:
            _logger.exception("The simulator failed on %s %s", self.command, self.path)
            response = Response.of_json({"error": {"type": "api_error"}}, 500)
        self.send_response(response.status)
        headers = {"Content-Type": "application/json", **response.headers}
        headers["Content-Length"] = str(len(response.body))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def _reset(self):
        # Linger of 0 s: close() throws pending data away and sends RST, not FIN.
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        self.server.shutdown_quietly(self.connection)

    do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = do_HEAD = _answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = True
    handler: Callable[[Request], Response]
    clock: VirtualClock

    def __init__(self, *args):
        super().__init__(*args)
        self._open: set[socket.socket] = set()

    def process_request(self, request, client_address):
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        self._open.discard(request)
        # A reset connection is closed already; the base class would send a FIN first.
        if request.fileno() != -1:
            super().shutdown_request(request)

    def hang_up(self):
        """End kept-alive connections: nobody may talk to a stopped simulator."""
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def shutdown_quietly(self, connection):
        # Only the last reference closes a socket; detach() leaves that to us.
        socket.close(connection.detach())

    def handle_error(self, request, client_address):
        _logger.debug("Connection of %s ended early", client_address, exc_info=True)


class HttpServer:
    """Serves ``handler(request) -> response`` on a port of this machine."""

    def __init__(self, handler, clock: VirtualClock, host="127.0.0.1", port=0):
        self._server = _Server((host, port), _Handler)
        self._server.handler = handler
        self._server.clock = clock
        self.host = host
        self.port = self._server.server_address[1]
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def start(self) -> None:
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},
            name=f"simulator:{self.port}",
            daemon=True,
        )
        self._thread.start()

    def stop(self) -> None:
        if self._thread:
            self._server.shutdown()
            self._thread.join(5)
            self._thread = None
        self._server.hang_up()
        self._server.server_close()
