# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Where the hub may connect to: never into our own network.

The standard library's ``is_global`` calls 13 of 40 known tricks public (6to4 and NAT64
of private addresses, multicast, newer documentation blocks), so this is a list of its
own, from the IANA special-purpose registries.
"""

import ipaddress
import re
import socket
from urllib.parse import urlsplit

from .errors import PermanentError, TransientError

BLOCKED_NETWORKS = [
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # IETF protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relay
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
        # Of IPv6 only 2000::/3 is public at all; these three are everything else:
        "::/3",  # unspecified, loopback, IPv4-compatible, NAT64, discard
        "4000::/2",  # unassigned, SRv6
        "8000::/1",  # unassigned, unique local, link-local, multicast
        "2001::/23",  # IETF protocol assignments, Teredo, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: carries any IPv4 address
        "3fff::/20",  # documentation
    )
]

_BLOCKED = {
    version: [network for network in BLOCKED_NETWORKS if network.version == version]
    for version in (4, 6)
}
_DEFAULT_PORTS = {"http": 80, "https": 443}
_NOT_IN_URL = re.compile(r"[\x00-\x20\x7f\\]")
_HOST = re.compile(r"[A-Za-z0-9._-]+\Z|[0-9A-Fa-f:.]+\Z")


def check_address(ip):
    """The address, in canonical text, if it is public.

    :param ip: text or ``ipaddress`` object
    :raises PermanentError: it is not public, or not an address
    """
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        raise PermanentError("this is not a network address") from None
    # ::ffff:127.0.0.1 is 127.0.0.1 for the system that connects.
    effective = getattr(address, "ipv4_mapped", None) or address
    if getattr(address, "scope_id", None) or any(
        effective in network for network in _BLOCKED[effective.version]
    ):
        raise PermanentError(
            f"the address {address} is inside a private or reserved network",
            hint="Only public addresses may be connected to.",
        )
    return str(address)


def host_port(host, port):
    """``host:port`` as ``private_allowed`` holds it; IPv6 addresses in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def resolve_public(host, port, private_allowed=frozenset()):
    """Addresses of a host, each of them checked.

    One private answer among public ones refuses the host: a name that points to both
    is an attack or a mistake. Connect to one of the answers, never to the name again.

    :param private_allowed: set of ``host:port`` that may be private (from odoo.conf)
    :returns: list of IP address texts in the resolver's order
    :raises PermanentError: an answer is not public, or the name is invalid
    :raises TransientError: the name cannot be resolved now
    """
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (UnicodeError, ValueError):
        raise PermanentError("this is not a valid host name") from None
    except OSError:
        answers = []
    if not answers:
        raise TransientError(f"the address of {host} cannot be found at the moment")
    addresses = list(dict.fromkeys(answer[4][0] for answer in answers))
    if host_port(host, port) not in private_allowed:
        for address in addresses:
            check_address(address)
    return addresses


def _host_matches(host, port, scheme, pattern):
    """``api.example.com``, ``*.example.com`` (sub-domains only), with or without port.

    A pattern without a port allows the scheme's own port only.
    """
    name, colon, allowed_port = pattern.lower().partition(":")
    if port != (int(allowed_port) if colon else _DEFAULT_PORTS[scheme]):
        return False
    if name.startswith("*."):
        return host.endswith(name[1:]) and len(host) > len(name) - 1
    return host == name


def _split(url):
    if not isinstance(url, str) or _NOT_IN_URL.search(url):
        raise PermanentError("the address holds characters that it must not hold")
    try:
        parts = urlsplit(url)
        _port = parts.port  # raises for a port that is none
    except ValueError:
        raise PermanentError("the address cannot be understood") from None
    host = (parts.hostname or "").rstrip(".")
    if not _HOST.match(host):
        raise PermanentError(
            "the address has no valid host name",
            hint="Write it as https://host/path, with ASCII letters only.",
        )
    if "@" in parts.netloc:
        raise PermanentError("the address must not contain a user name or password")
    return parts, host


def _check_literal(host):
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return
    check_address(host)


def check_url(url, *, schemes=("https",), allowed_hosts=(), private_allowed=()):
    """Check an address before it is stored or used; names are not resolved here.

    :param allowed_hosts: ``host``, ``*.suffix``, each with an optional ``:port``;
        empty allows any public host on its scheme's own port
    :param private_allowed: ``host:port`` entries that also permit http, any port and
        private addresses (from odoo.conf only)
    :returns: ``urllib.parse.SplitResult``
    :raises PermanentError: saying in plain words what is wrong
    """
    parts, host = _split(url)
    scheme = parts.scheme.lower()
    port = parts.port if parts.port is not None else _DEFAULT_PORTS.get(scheme)
    if scheme in _DEFAULT_PORTS and host_port(host, port) in private_allowed:
        return parts
    if scheme not in schemes or scheme not in _DEFAULT_PORTS:
        raise PermanentError(
            f"the address must start with {' or '.join(f'{s}://' for s in schemes)}"
        )
    if allowed_hosts:
        if not any(_host_matches(host, port, scheme, p) for p in allowed_hosts):
            raise PermanentError(f"the host {host_port(host, port)} is not allowed")
    elif port != _DEFAULT_PORTS[scheme]:
        raise PermanentError(f"the port {port} is not allowed")
    _check_literal(host)
    return parts
