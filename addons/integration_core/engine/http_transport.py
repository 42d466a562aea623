# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Connections of the governed HTTP client: checked address, deadline, what was sent.

The connection resolves its host itself, checks every answer and connects to one of
them. The name stays in the URL, so Host header, SNI and certificate check are those of
the name, and a second, different DNS answer never gets a chance.
"""

import socket
import threading

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from .ssrf import resolve_public

_current = threading.local()


class Exchange:
    """One request in flight: whether it left, and a watchdog over its total time.

    A read timeout counts from byte to byte, so a peer that drips could hold a worker
    for ever. The watchdog shuts the socket down at the deadline, which wakes the read.

    :param seconds: total time allowed
    """

    def __init__(self, seconds):
        self.sent = False
        self.expired = False
        self._connection = None
        self._lock = threading.Lock()
        self._done = False
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True

    def __enter__(self):
        _current.exchange = self
        self._timer.start()
        return self

    def __exit__(self, *_exception):
        with self._lock:
            self._done = True
        self._timer.cancel()
        _current.exchange = None

    def use(self, connection):
        """Note the connection that works for this exchange."""
        self._connection = connection

    def _expire(self):
        with self._lock:
            if self._done:
                return
            self.expired = True
            sock = getattr(self._connection, "sock", None)
            if sock is None:
                return
            try:
                # Not the TLS socket's own method: it waits for the thread that reads.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
            except OSError:
                pass  # closed in the meantime


class _Governed:
    """Mixin of both connection classes."""

    private_allowed = frozenset()

    def _new_conn(self):
        self._note()
        error = None
        for address in resolve_public(self._dns_host, self.port, self.private_allowed):
            try:
                return self._connect_to(address)
            except OSError as failure:
                error = failure
        if isinstance(error, TimeoutError):
            raise ConnectTimeoutError(self, "no connection in time") from error
        raise NewConnectionError(self, "no connection") from error

    def _connect_to(self, address):
        sock = socket.create_connection((address, self.port), timeout=self.timeout)
        for option in self.socket_options or ():
            sock.setsockopt(*option)
        return sock

    def _note(self):
        exchange = getattr(_current, "exchange", None)
        if exchange is not None:
            exchange.use(self)
        return exchange

    def send(self, data):
        """Send, after noting that from here on the peer may have heard of it."""
        exchange = self._note()
        if self.sock is None and self.auto_open:
            self.connect()
        if exchange is not None:
            exchange.sent = True
        return super().send(data)


class GovernedAdapter(HTTPAdapter):
    """requests adapter whose connections are governed; it never retries.

    :param private_allowed: ``host:port`` entries that may have private addresses
    """

    def __init__(self, private_allowed=()):
        self._private_allowed = frozenset(private_allowed)
        super().__init__(max_retries=0, pool_connections=1)

    def init_poolmanager(self, *args, **kwargs):  # pylint: disable=missing-return
        super().init_poolmanager(*args, **kwargs)
        body = {"private_allowed": self._private_allowed}
        plain = type("_HTTP", (_Governed, HTTPConnection), body)
        secure = type("_HTTPS", (_Governed, HTTPSConnection), body)
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("_Pool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("_Pool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }
