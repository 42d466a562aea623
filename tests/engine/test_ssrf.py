# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import ssrf
from engine.errors import PermanentError, TransientError
from engine.ssrf import check_address, check_url, resolve_public

# Addresses that must be refused: the vectors of webhook senders' own test suites, plus
# tricks that the standard library calls public.
PRIVATE = """
0.0.0.0 0.1.2.3 10.254.0.0 10.0.0.1 100.64.0.1 100.100.0.0 100.127.255.255 127.0.0.1
127.255.255.255 169.254.169.254 169.254.45.1 172.16.10.65 172.31.255.255 192.0.0.0
192.0.0.255 192.0.2.255 192.88.99.3 192.168.10.65 198.18.0.0 198.19.255.255
198.51.100.65 203.0.113.6 224.1.2.3 233.252.0.16 239.255.255.255 240.0.0.1 250.10.20.30
255.255.255.255 :: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1
::ffff:0.0.0.1 ::ffff:169.254.169.254 64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1
100::1 100:0:0:1::1 2001::1 2001:0:7f00:1:: 2001:10::1 2001:20::1 2001:db8::1
2002:7f00:1:: 2002:a00:1::1 3fff::1 3fff:fff::1 5f00::1 fc00::1 fd12:3456::1 fe80::1
fe80::1%1 febf::1 fec0::1 ff02::1 ff0e::1 4000::1 8000::1 2606:4700::1111%1
""".split()
PUBLIC = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255
128.0.0.0 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0
192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255
2001:4860:4860::8888 2606:4700::1111 2a00:1450::1 2001:200::1 2003::1 ::ffff:8.8.8.8
""".split()


@pytest.mark.parametrize("ip", PRIVATE)
def test_private_addresses_are_refused(ip):
    with pytest.raises(PermanentError) as caught:
        check_address(ip)
    assert "private or reserved" in caught.value.message


@pytest.mark.parametrize("ip", PUBLIC)
def test_public_addresses_pass(ip):
    assert check_address(ip) == str(ipaddress.ip_address(ip))
    assert check_address(ipaddress.ip_address(ip)) == str(ipaddress.ip_address(ip))


@pytest.mark.parametrize("ip", ["", "localhost", "127.1", "1.2.3.4.5", "0x7f.1", None])
def test_what_is_no_address_is_refused(ip):
    with pytest.raises(PermanentError):
        check_address(ip)


addresses = st.ip_addresses(v=4) | st.ip_addresses(v=6)


@given(addresses)
def test_never_wider_than_the_standard_library(ip):
    try:
        check_address(ip)
    except PermanentError:
        return
    effective = getattr(ip, "ipv4_mapped", None) or ip
    assert not effective.is_private
    assert not effective.is_multicast
    assert not effective.is_reserved
    assert not effective.is_loopback
    assert not effective.is_link_local


@given(st.sampled_from(ssrf.BLOCKED_NETWORKS), st.data())
def test_every_address_of_every_blocked_network_is_refused(network, data):
    number = data.draw(st.integers(0, network.num_addresses - 1))
    ip = network[number]
    if getattr(ip, "ipv4_mapped", None):
        return
    with pytest.raises(PermanentError):
        check_address(ip)


@pytest.fixture
def dns(monkeypatch):
    """Resolver that answers what the test says."""

    def answer(*ips):
        def getaddrinfo(host, port, *args, **kwargs):
            return [
                (socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ips
            ]

        monkeypatch.setattr(ssrf.socket, "getaddrinfo", getaddrinfo)

    return answer


def test_all_answers_are_returned_once_in_order(dns):
    dns("1.1.1.1", "2606:4700::1111", "1.1.1.1")
    assert resolve_public("example.com", 443) == ["1.1.1.1", "2606:4700::1111"]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_private_answer_refuses_the_host(dns, place):
    answers = ["1.1.1.1", "8.8.8.8"]
    answers.insert(place, "10.0.0.1")
    dns(*answers)
    with pytest.raises(PermanentError):
        resolve_public("example.com", 443)


def test_private_answers_are_allowed_for_exactly_that_host_and_port(dns):
    dns("10.0.0.1")
    allowed = {"intern.example:8090"}
    assert resolve_public("intern.example", 8090, allowed) == ["10.0.0.1"]
    for host, port in (("intern.example", 443), ("other.example", 8090)):
        with pytest.raises(PermanentError):
            resolve_public(host, port, allowed)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "0",
        "①②⑦.0.0.1",
        "::1",
    ],
)
def test_spellings_of_this_machine_are_refused_by_the_real_resolver(host):
    with pytest.raises(PermanentError):
        resolve_public(host, 443)


def test_names_that_cannot_be_resolved(monkeypatch):
    def fail(*_args, **_kwargs):
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(ssrf.socket, "getaddrinfo", fail)
    with pytest.raises(TransientError):
        resolve_public("example.com", 443)
    monkeypatch.setattr(ssrf.socket, "getaddrinfo", lambda *a, **k: [])
    with pytest.raises(TransientError):
        resolve_public("example.com", 443)


def test_names_that_are_none():
    for host in ("a" * 64 + ".example", "a..b"):
        with pytest.raises(PermanentError):
            resolve_public(host, 443)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com",
        "https://api.example.com/v1?x=1",
        "https://API.Example.com:443/",
        "https://1.1.1.1/",
        "https://[2606:4700::1111]/",
    ],
)
def test_ordinary_addresses_pass(url):
    assert check_url(url).geturl().lower() == url.lower()


@pytest.mark.parametrize(
    "url",
    [
        "",
        None,
        5,
        "api.example.com",
        "//api.example.com",
        "http://api.example.com",
        "ftp://api.example.com",
        "file:///etc/passwd",
        "gopher://api.example.com",
        "https://",
        "https:///x",
        "https://user@api.example.com",
        "https://user:pw@api.example.com",
        "https://@api.example.com",
        "https://api.example.com@127.0.0.1",
        "https://api.example.com:8443",
        "https://api.example.com:0",
        "https://api.example.com:99999",
        "https://api.example.com:x",
        "https://api.example.com\\@evil.example",
        "https://api.example.com/\nx",
        "https://api.example.com/ x",
        " https://api.example.com",
        "https://api.exa\tmple.com",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest",
        "https://[fe80::1%251]/",
        "https://①②⑦.0.0.1/",
        "https://exämple.com/",
        "https://api.example.com%2f@evil.example/",
        "https://[api.example.com/",
    ],
)
def test_other_addresses_are_refused(url):
    with pytest.raises(PermanentError) as caught:
        check_url(url)
    assert "pw" not in caught.value.message


def test_other_schemes_only_where_allowed():
    assert check_url("http://example.com/", schemes=("http", "https"))
    with pytest.raises(PermanentError):
        check_url("https://example.com/", schemes=("http",))
    with pytest.raises(PermanentError):
        check_url("http://example.com:443/", schemes=("http", "https"))
    with pytest.raises(PermanentError):
        check_url("ftp://example.com/", schemes=("ftp",))


@pytest.mark.parametrize(
    ("host", "patterns", "allowed"),
    [
        ("api.example.com", ("api.example.com",), True),
        ("API.EXAMPLE.COM", ("api.example.com",), True),
        ("api.example.com", ("API.example.com",), True),
        ("api.example.com.", ("api.example.com",), True),
        ("api.example.com", ("other.example", "api.example.com"), True),
        ("api.example.com", ("*.example.com",), True),
        ("a.example.com", ("*.example.com",), True),
        ("a.b.example.com", ("*.example.com",), True),
        ("example.com", ("*.example.com",), False),
        ("evilexample.com", ("*.example.com",), False),
        ("evil-example.com", ("example.com",), False),
        ("example.com.evil.example", ("*.example.com",), False),
        ("xapi.example.com", ("api.example.com",), False),
        (".example.com", ("*.example.com",), False),
        ("api.example.com:8443", ("api.example.com",), False),
        ("api.example.com:8443", ("api.example.com:8443",), True),
        ("api.example.com:8443", ("*.example.com:8443",), True),
        ("api.example.com", ("api.example.com:8443",), False),
        ("10.0.0.1", ("10.0.0.1",), False),
    ],
)
def test_allowed_hosts(host, patterns, allowed):
    if allowed:
        assert check_url(f"https://{host}/x", allowed_hosts=patterns)
    else:
        with pytest.raises(PermanentError):
            check_url(f"https://{host}/x", allowed_hosts=patterns)


def test_private_allowed_permits_http_port_and_private_address():
    allowed = {"127.0.0.1:8090", "intern.example:80", "[::1]:8090"}
    for url in (
        "http://127.0.0.1:8090/v1",
        "https://127.0.0.1:8090/v1",
        "http://intern.example/x",
        "http://[::1]:8090/",
    ):
        assert check_url(url, private_allowed=allowed, allowed_hosts=("a.example",))
    for url in (
        "http://127.0.0.1:8091/",
        "http://127.0.0.2:8090/",
        "http://user@127.0.0.1:8090/",
        "ftp://127.0.0.1:8090/",
        "https://intern.example/",
    ):
        with pytest.raises(PermanentError):
            check_url(url, private_allowed=allowed, allowed_hosts=("a.example",))
