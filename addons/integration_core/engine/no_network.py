# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Cut a thread off from the network for as long as a block runs.

Whatever library is used, its connection goes through :mod:`socket`, and a connection
that is kept open goes through :mod:`http.client`. Both are wrapped once a process and
ask a flag of the running thread (or greenlet), so other threads notice nothing.

Not covered: libraries that open sockets in C (libpq, which Odoo needs; LDAP), sockets
that are open already and speak no HTTP, and work handed to another thread.
"""

import http.client
import socket
import threading
from contextlib import contextmanager

__all__ = ["NetworkRefusedError", "install", "is_cut_off", "no_network"]

_state = threading.local()
_installed = False


class NetworkRefusedError(ConnectionRefusedError):
    """The code tried to reach another system while that was forbidden.

    An :class:`OSError`, so that code which can live without an answer does.
    """


def is_cut_off() -> bool:
    """Whether the running thread may not use the network now."""
    return getattr(_state, "depth", 0) > 0


@contextmanager
def no_network():
    """Within the block every attempt to reach another system is refused.

    :raises NetworkRefusedError: out of the code that tries it
    """
    install()
    _state.depth = getattr(_state, "depth", 0) + 1
    try:
        yield
    finally:
        _state.depth -= 1


def install() -> None:
    """Put the wrappers in place, once a process."""
    global _installed
    if _installed:
        return
    _installed = True
    _wrap(socket.socket, "connect", _to_network)
    _wrap(socket.socket, "connect_ex", _to_network)
    _wrap(socket, "getaddrinfo", _always)
    _wrap(http.client.HTTPConnection, "putrequest", _always)


def _wrap(holder, name: str, concerns) -> None:
    original = getattr(holder, name)

    def guarded(*args, **kwargs):
        if is_cut_off() and concerns(*args):
            raise NetworkRefusedError("no other system may be asked during a dry run")
        return original(*args, **kwargs)

    guarded.__name__, guarded.__doc__ = name, getattr(original, "__doc__", None)
    setattr(holder, name, guarded)


def _to_network(sock, *_args) -> bool:
    """A socket of this machine's own (a log daemon, PostgreSQL) is no network."""
    return sock.family in (socket.AF_INET, socket.AF_INET6)


def _always(*_args) -> bool:
    return True
