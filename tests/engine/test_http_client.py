# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import base64
import gzip
import socket
import struct
import sys
import threading
import time
import traceback
import zlib
from decimal import Decimal
from pathlib import Path

import pytest

from engine import http_client, ssrf
from engine.errors import (
    AuthenticationError,
    BusinessRuleError,
    PermanentError,
    RateLimitedError,
    SchemaError,
    TransientError,
    UnknownOutcomeError,
)
from engine.http_client import GovernedClient, refuse_http

sys.path.insert(0, str(Path(__file__).parent))

import peers  # noqa: E402 - lies beside this file, which is no package

SECRET = "sk_hush_4242"


@pytest.fixture
def peer():
    with peers.running(peers.Peer()) as server:
        yield server


def client_of(address, **options):
    options.setdefault("timeout", (1, 2))
    scheme = options.pop("scheme", "http")
    path = options.pop("path", "")
    return GovernedClient(
        f"{scheme}://{address}{path}", private_allowed={address}, **options
    )


@pytest.fixture
def client(peer):
    return client_of(peer.address)


# --- what is sent and what comes back ---------------------------------------------


def test_an_exchange(peer):
    peer.reply = (
        201,
        {"Content-Type": "application/json", "Request-Id": "req_1"},
        b'{"price": 10.50}',
    )
    client = client_of(peer.address, path="/base/", headers={"X-Version": "5"})
    response = client.request(
        "POST",
        "/v1/things",
        params={"a": "1 2"},
        json={"n": Decimal("1.50"), "t": "ä"},
        headers={"Idempotency-Key": "k1"},
        read=False,
    )
    method, path, headers, body = peer.requests[0]
    assert (method, path) == ("POST", "/base/v1/things?a=1+2")
    assert body == '{"n":1.50,"t":"ä"}'.encode()
    assert headers["Content-Type"] == "application/json"
    assert headers["Idempotency-Key"] == "k1"
    assert headers["X-Version"] == "5"
    assert headers["Host"] == peer.address
    assert headers["Accept-Encoding"] == "identity"
    assert headers["User-Agent"] == http_client.USER_AGENT
    assert response.status == 201
    assert response.body == b'{"price": 10.50}'
    assert response.json() == {"price": Decimal("10.50")}
    assert str(response.json()["price"]) == "10.50"
    assert response.headers["CONTENT-type"] == "application/json"
    assert response.request_id == "req_1"
    assert response.url == f"http://{peer.address}/base/v1/things"
    assert 0 <= response.duration_ms < 2000


def test_forms_bytes_and_own_content_type(peer, client):
    client.request("POST", "/x", data={"a": "1", "b": "ä"})
    client.request("PUT", "x", data=b"raw", headers={"Content-Type": "text/xml"})
    client.request("POST", "x", json=[], headers={"Content-Type": "a/b"})
    assert peer.requests[0][3] == b"a=1&b=%C3%A4"
    assert peer.requests[0][2]["Content-Type"] == "application/x-www-form-urlencoded"
    assert peer.requests[1][1:2] + peer.requests[1][3:] == ("/x", b"raw")
    assert peer.requests[1][2]["Content-Type"] == "text/xml"
    assert peer.requests[2][2]["Content-Type"] == "a/b"
    assert peer.requests[2][3] == b"[]"


def test_basic_authentication_and_callables(peer):
    client_of(peer.address, auth=("user", "pw")).request("GET", "/")
    expected = "Basic " + base64.b64encode(b"user:pw").decode()
    assert peer.requests[0][2]["Authorization"] == expected

    def bearer(request):
        request.headers["Authorization"] = "Bearer t"
        return request

    client_of(peer.address, auth=bearer).request("GET", "/")
    assert peer.requests[1][2]["Authorization"] == "Bearer t"


def test_connections_are_pooled(peer, client):
    for _ in range(5):
        client.request("GET", "/x")
    assert len(peer.connections) == 1


def test_an_error_answer_does_not_cost_the_connection(peer, client):
    peer.reply = (404, {}, b'{"error": "none"}')
    for _ in range(3):
        with pytest.raises(PermanentError):
            client.request("GET", "/x")
    assert len(peer.connections) == 1


def test_cookies_are_not_kept(peer, client):
    peer.reply = (200, {"Set-Cookie": "session=1; Path=/"}, b"{}")
    client.request("GET", "/x")
    client.request("GET", "/x")
    assert peer.requests[1][2]["Cookie"] is None


def test_the_environment_is_ignored(peer, monkeypatch, tmp_path):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b")
    monkeypatch.setenv("NETRC", str(netrc))
    client_of(peer.address).request("GET", "/x")
    assert peer.requests[0][2]["Authorization"] is None


def test_an_answer_that_is_no_json_is_a_schema_error(peer, client):
    peer.reply = (200, {}, b"<html>")
    with pytest.raises(SchemaError):
        client.request("GET", "/x").json()


def test_threads_may_share_a_client(peer, client):
    failures = []

    def work():
        try:
            for _ in range(10):
                client.request("GET", "/x")
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(peer.requests) == 40


# --- statuses -----------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_success(peer, client, status):
    peer.reply = (status, {}, b"")
    assert client.request("GET", "/x").status == status


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (300, PermanentError),
        (301, PermanentError),
        (304, PermanentError),
        (307, PermanentError),
        (400, PermanentError),
        (401, AuthenticationError),
        (402, PermanentError),
        (403, PermanentError),
        (404, PermanentError),
        (408, TransientError),
        (409, TransientError),
        (410, PermanentError),
        (422, PermanentError),
        (425, TransientError),
        (429, RateLimitedError),
        (500, TransientError),
        (502, TransientError),
        (503, TransientError),
        (504, TransientError),
        (599, TransientError),
    ],
)
@pytest.mark.parametrize("read", [True, False])
def test_status_to_error(peer, client, status, kind, read):
    body = b"" if status == 304 else b'{"secret": "hush"}'
    peer.reply = (status, {"X-Request-Id": "r7"}, body)
    with pytest.raises(kind) as caught:
        client.request("POST", "/x", read=read)
    assert type(caught.value) is kind
    assert caught.value.details == {"status": status, "request_id": "r7"}
    assert str(status) in caught.value.message
    assert "hush" not in str(caught.value)


def test_a_missing_permission_has_a_hint(peer, client):
    peer.reply = (403, {}, b"")
    with pytest.raises(PermanentError) as caught:
        client.request("GET", "/x")
    assert "permission" in caught.value.hint


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_kept(peer, client, status):
    peer.reply = (status, {"Retry-After": "17"}, b"")
    with pytest.raises((RateLimitedError, TransientError)) as caught:
        client.request("GET", "/x")
    assert caught.value.retry_after == 17
    peer.reply = (status, {"Retry-After": "later"}, b"")
    with pytest.raises((RateLimitedError, TransientError)) as caught:
        client.request("GET", "/x")
    assert caught.value.retry_after is None


def test_redirects_are_not_followed(peer, client):
    with peers.running(peers.Peer()) as other:
        peer.reply = (302, {"Location": f"http://{other.address}/"}, b"")
        with pytest.raises(PermanentError):
            client.request("GET", "/x")
        assert other.requests == []


def test_the_adapter_classifies_first(peer):
    verdicts = {"/own": BusinessRuleError("no"), "/fine": False, "/default": None}
    seen = []

    def classify(response):
        seen.append((response.status, response.json()))
        return verdicts["/" + response.url.rpartition("/")[2]]

    client = client_of(peer.address, classify=classify)
    peer.reply = (404, {}, b'{"a": 1}')
    with pytest.raises(BusinessRuleError):
        client.request("GET", "/own")
    assert client.request("GET", "/fine").status == 404
    with pytest.raises(PermanentError):
        client.request("GET", "/default")
    peer.reply = (200, {}, b'{"fault": 1}')
    with pytest.raises(BusinessRuleError):
        client.request("GET", "/own")
    assert seen == [(404, {"a": 1})] * 3 + [(200, {"fault": 1})]


# --- observation --------------------------------------------------------------------


def test_every_exchange_is_observed(peer):
    seen = []
    client = client_of(peer.address, observe=seen.append)
    peer.reply = (200, {"Request-Id": "r1"}, b"{}")
    client.request("GET", "/x", params={"email": "a@b.co"})
    peer.reply = (429, {}, b"")
    with pytest.raises(RateLimitedError):
        client.request("POST", "/y?email=a")
    assert [set(entry) for entry in seen] == [
        {
            "method",
            "url_without_query",
            "status",
            "duration_ms",
            "request_id",
            "error_class",
        }
    ] * 2
    first, second = seen
    assert first["method"] == "GET"
    assert first["url_without_query"] == f"http://{peer.address}/x"
    assert (first["status"], first["request_id"], first["error_class"]) == (
        200,
        "r1",
        "",
    )
    assert second["url_without_query"] == f"http://{peer.address}/y"
    assert (second["status"], second["error_class"]) == (429, "rate_limited")
    assert first["duration_ms"] >= 0


def test_exchanges_without_an_answer_are_observed():
    seen = []
    with peers.raw_peer(lambda connection: None) as (address, _accepted):
        with pytest.raises(TransientError):
            client_of(address, observe=seen.append).request("GET", "/x")
    assert seen[0]["status"] is None
    assert seen[0]["error_class"] == "transient"


def test_an_observer_cannot_break_an_exchange(peer):
    def observe(_entry):
        raise ValueError("broken")

    response = client_of(peer.address, observe=observe).request("POST", "/x")
    assert response.status == 200


# --- lost answers -------------------------------------------------------------------


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("read", [True, False])
def test_nothing_was_sent_where_nobody_listens(read):
    with pytest.raises(TransientError):
        client_of(closed_port()).request("POST", "/x", read=read)


def hang(connection):
    peers.read_request(connection)
    time.sleep(5)


def hang_up(connection):
    peers.read_request(connection)


def reset(connection):
    peers.read_request(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def cut_short(connection):
    peers.read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")


def cut_chunk(connection):
    peers.read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{")


def cut_headers(connection):
    peers.read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Le")


def babble(connection):
    peers.read_request(connection)
    connection.sendall(b"hello\r\n\r\n")


def stall_in_body(connection):
    cut_short(connection)
    time.sleep(5)


@pytest.mark.parametrize(
    "behave",
    [hang, hang_up, reset, cut_headers, cut_short, cut_chunk, babble, stall_in_body],
)
def test_a_lost_answer(behave):
    with peers.raw_peer(behave) as (address, _accepted):
        client = client_of(address, timeout=(1, 0.3))
        with pytest.raises(TransientError):
            client.request("GET", "/x", read=True)
        with pytest.raises(UnknownOutcomeError) as caught:
            client.request("POST", "/x", json={}, read=False)
        assert "sent" in caught.value.message
        assert caught.value.hint


def test_a_change_is_sent_once_only():
    with peers.raw_peer(hang_up) as (address, accepted):
        with pytest.raises(UnknownOutcomeError):
            client_of(address).request("POST", "/x", json={}, read=False)
        time.sleep(0.1)
        assert len(accepted) == 1


def drip_headers(connection):
    peers.read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Drip: ")
    for _ in range(100):
        connection.sendall(b"x")
        time.sleep(0.1)


def drip_body(connection):
    peers.read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
    for _ in range(100):
        connection.sendall(b" ")
        time.sleep(0.1)


@pytest.mark.parametrize("behave", [drip_headers, drip_body])
def test_a_peer_that_drips_is_cut_off_at_the_deadline(behave):
    with peers.raw_peer(behave) as (address, _accepted):
        started = time.monotonic()
        with pytest.raises(TransientError) as caught:
            client_of(address, timeout=(0.3, 0.5)).request("GET", "/x")
        assert 0.7 < time.monotonic() - started < 2
        assert "longer than 0.8 seconds" in caught.value.message


def test_the_deadline_of_one_exchange_does_not_hurt_the_next(peer):
    client = client_of(peer.address, timeout=(0.2, 0.2))
    client.request("GET", "/x")
    time.sleep(0.6)
    client.request("GET", "/x")
    assert len(peer.connections) == 1


# --- size ---------------------------------------------------------------------------


def big(headers, body):
    def behave(connection):
        peers.read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n\r\n")
        connection.sendall(body)

    return behave


CHUNKED = b"%x\r\n%b\r\n0\r\n\r\n" % (1001, b"x" * 1001)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (b"Content-Length: 1001", b"x" * 1001),
        (b"Content-Length: 99999999999999999999", b"x"),
        (b"Transfer-Encoding: chunked", CHUNKED),
        (b"Connection: close", b"x" * 1001),
        (b"Content-Encoding: gzip\r\nConnection: close", gzip.compress(b"x" * 1001)),
    ],
)
def test_more_than_the_cap_is_refused(headers, body):
    with peers.raw_peer(big(headers, body)) as (address, _accepted):
        client = client_of(address, max_bytes=1000)
        with pytest.raises(PermanentError) as caught:
            client.request("GET", "/x")
        assert "1000 bytes" in caught.value.message
        with pytest.raises(UnknownOutcomeError):
            client.request("POST", "/x", read=False)


def test_exactly_the_cap_is_accepted(peer):
    peer.reply = (200, {}, b"x" * 1000)
    client = client_of(peer.address, max_bytes=1000)
    assert len(client.request("GET", "/x").body) == 1000
    peer.reply = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"x" * 1000))
    assert client.request("GET", "/x").body == b"x" * 1000


def test_a_bomb_is_refused_before_it_unfolds(peer):
    bomb = gzip.compress(b"\0" * 60_000_000)
    assert len(bomb) < 100_000
    peer.reply = (200, {"Content-Encoding": "gzip"}, bomb)
    client = client_of(peer.address, max_bytes=100_000_000)
    with pytest.raises(PermanentError) as caught:
        client.request("GET", "/x")
    assert "too tightly" in caught.value.message


def test_an_answer_may_end_with_the_connection():
    body = big(b"Connection: close", b'{"a": 1}')
    with peers.raw_peer(body) as (address, _accepted):
        assert client_of(address).request("GET", "/x").json() == {"a": 1}
    with peers.raw_peer(big(b"Content-Length: 0", b"")) as (address, _accepted):
        assert client_of(address).request("GET", "/x").body == b""
    with peers.raw_peer(big(b"Transfer-Encoding: chunked", b"0\r\n\r\n")) as (
        address,
        _accepted,
    ):
        assert client_of(address).request("GET", "/x").body == b""


@pytest.mark.parametrize(
    ("encoding", "body", "word"),
    [
        ("br", b"x", "not understood"),
        ("gzip, gzip", gzip.compress(gzip.compress(b"{}")), "not understood"),
        ("deflate", zlib.compress(b"{}"), "not understood"),
        ("gzip", b"not packed", "damaged"),
        ("gzip", gzip.compress(b"x" * 100)[:-9], "not complete"),
        ("gzip", b"", "not complete"),
    ],
)
def test_other_packing_is_refused(peer, client, encoding, body, word):
    peer.reply = (200, {"Content-Encoding": encoding}, body)
    with pytest.raises(PermanentError) as caught:
        client.request("GET", "/x")
    assert word in caught.value.message


# --- destination --------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "http://evil.example/x",
        "https://evil.example/x",
        "HTTPS:/x",
        "//evil.example/x",
        "\\\\evil.example/x",
        "/x\\y",
        "/x y",
        "/x\r\nHost: evil",
        "/x\x00",
        "/x#fragment",
        "/v1/../admin",
        "..",
        "/v1/%2e%2E/admin",
        "/v1/.%2e",
        "/v1/./x",
    ],
)
def test_paths_stay_below_the_base_address(peer, client, path):
    with pytest.raises(PermanentError):
        client.request("GET", path)
    assert peer.requests == []


@pytest.mark.parametrize("path", ["", "/", "x", "/a/b.c", "/a..b/...", "/x?u=a/../b"])
def test_ordinary_paths(peer, client, path):
    client.request("GET", path)
    assert len(peer.requests) == 1


def test_queries_of_paths_are_kept(peer, client):
    client.request("GET", "/x?a=1", params={"b": "2"})
    assert peer.requests[0][1] == "/x?a=1&b=2"


@pytest.mark.parametrize("method", ["get", "GE T", "GET\r\nX: y", ""])
def test_methods(client, method):
    with pytest.raises(PermanentError):
        client.request(method, "/x")


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com",
        "https://127.0.0.1",
        "https://user:pw@api.example.com",
        "https://api.example.com/?key=1",
        "https://api.example.com/#x",
    ],
)
def test_the_base_address_is_checked(url):
    with pytest.raises(PermanentError):
        GovernedClient(url)


def test_allowed_hosts_are_asked():
    GovernedClient("https://a.example.com", allowed_hosts=("*.example.com",))
    with pytest.raises(PermanentError):
        GovernedClient("https://a.example.org", allowed_hosts=("*.example.com",))


def answering(monkeypatch, *ips):
    calls = []

    def getaddrinfo(host, port, *_args, **_kwargs):
        calls.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ips]

    monkeypatch.setattr(ssrf.socket, "getaddrinfo", getaddrinfo)
    return calls


def test_a_name_that_points_inside_is_refused_when_connecting(monkeypatch):
    connected = []
    monkeypatch.setattr(
        socket, "create_connection", lambda *a, **k: connected.append(a)
    )
    answering(monkeypatch, "1.1.1.1", "127.0.0.1")
    for read in (True, False):
        with pytest.raises(PermanentError) as caught:
            GovernedClient("https://api.example.com").request("GET", "/x", read=read)
        assert "127.0.0.1" in caught.value.message
    assert connected == []


def test_the_checked_address_is_the_one_connected_to(monkeypatch):
    connected = []

    def create_connection(address, **_options):
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", create_connection)
    calls = answering(monkeypatch, "1.1.1.1", "8.8.8.8")
    with pytest.raises(TransientError):
        GovernedClient("https://api.example.com").request("POST", "/x", read=False)
    # Every answer is tried, the name is resolved once and never connected to.
    assert connected == [("1.1.1.1", 443), ("8.8.8.8", 443)]
    assert calls == ["api.example.com"]


def test_names_that_cannot_be_resolved_are_transient(monkeypatch):
    answering(monkeypatch)
    with pytest.raises(TransientError):
        GovernedClient("https://api.example.com").request("POST", "/x", read=False)


# --- TLS ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return peers.make_certificate(tmp_path_factory.mktemp("tls"), ["localhost"])


@pytest.fixture
def secure_peer(certificate):
    with peers.running(peers.secure(peers.Peer(), *certificate)) as server:
        yield server


def test_tls_keeps_name_and_host(secure_peer, certificate):
    address = f"localhost:{secure_peer.server_port}"
    client = client_of(address, scheme="https", ca_bundle=str(certificate[0]))
    for _ in range(3):
        assert client.request("GET", "/x").status == 200
    assert secure_peer.asked_for == ["localhost"]
    assert secure_peer.requests[0][2]["Host"] == address
    assert len(secure_peer.connections) == 1


@pytest.mark.parametrize("read", [True, False])
def test_unknown_certificates_are_refused_before_anything_is_sent(secure_peer, read):
    address = f"localhost:{secure_peer.server_port}"
    client = client_of(address, scheme="https", auth=("user", SECRET))
    with pytest.raises(TransientError) as caught:
        client.request("POST", "/x", read=read)
    assert "certificate" in caught.value.message
    assert secure_peer.requests == []


def test_a_certificate_for_another_name_is_refused(secure_peer, certificate):
    client = client_of(
        secure_peer.address, scheme="https", ca_bundle=str(certificate[0])
    )
    with pytest.raises(TransientError) as caught:
        client.request("GET", "/x")
    assert "certificate" in caught.value.message
    assert secure_peer.requests == []


def test_the_deadline_holds_under_tls(certificate):
    secure_peer = peers.secure(peers.Peer(), *certificate)

    def drip(handler):
        for _ in range(100):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Drip: 1\r\n"[_ : _ + 1] or b"x")
            handler.wfile.flush()
            time.sleep(0.1)
        return 200, {}, b""

    secure_peer.reply = drip
    with peers.running(secure_peer):
        address = f"localhost:{secure_peer.server_port}"
        client = client_of(
            address,
            scheme="https",
            ca_bundle=str(certificate[0]),
            timeout=(0.5, 0.5),
        )
        started = time.monotonic()
        with pytest.raises(TransientError):
            client.request("GET", "/x")
        assert time.monotonic() - started < 2.5


# --- dry run ------------------------------------------------------------------------


def test_a_dry_run_calls_nobody(peer, client):
    with refuse_http():
        with refuse_http(), pytest.raises(PermanentError):
            client.request("GET", "/x")
        with pytest.raises(PermanentError) as caught:
            client.request("GET", "/x")
    assert "dry run" in caught.value.message
    assert peer.requests == []
    client.request("GET", "/x")
    assert len(peer.requests) == 1


def test_a_dry_run_ends_even_when_it_fails(client):
    with pytest.raises(ValueError), refuse_http():
        raise ValueError
    assert client.request("GET", "/x").status == 200


def test_a_dry_run_concerns_its_own_thread_only(client):
    results = []
    with refuse_http():
        thread = threading.Thread(
            target=lambda: results.append(client.request("GET", "/x").status)
        )
        thread.start()
        thread.join()
    assert results == [200]


# --- secrets ------------------------------------------------------------------------


def shown_by(error):
    """Everything a log or a debugger would print of an error."""
    chain = []
    while error is not None:
        chain += traceback.format_exception(error, chain=False)
        chain += [repr(error), str(vars(error))]
        assert not getattr(error, "request", None)
        error = error.__context__ or error.__cause__
    return "\n".join(chain)


def test_no_error_shows_a_secret(peer):
    peer.reply = (400, {}, SECRET.encode())
    options = {"auth": ("u", SECRET), "headers": {"X-Api-Key": SECRET}}
    errors = []
    for address in (peer.address, closed_port()):
        client = client_of(address, **options)
        assert SECRET not in repr(client)
        for more in (
            {"headers": {"X-Bad": f"{SECRET}\r\n"}},
            {"params": {"k": SECRET}},
        ):
            with pytest.raises((PermanentError, TransientError)) as caught:
                client.request("POST", "/x", **more)
            errors.append(shown_by(caught.value))
    assert len(errors) == 4
    for text in errors:
        assert SECRET not in text


def test_a_response_does_not_print_its_body(peer, client):
    peer.reply = (200, {"X-Token": SECRET}, SECRET.encode())
    response = client.request("GET", "/x", params={"key": SECRET})
    assert SECRET not in repr(response)
    assert SECRET not in response.url


def test_credentials_never_reach_another_host(peer):
    with peers.running(peers.Peer()) as other:
        peer.reply = (307, {"Location": f"http://{other.address}/"}, b"")
        client = client_of(peer.address, auth=("u", SECRET))
        with pytest.raises(PermanentError):
            client.request("POST", "/x", json={})
        with pytest.raises(PermanentError):
            client.request("GET", f"http://{other.address}/")
        assert other.requests == []


def test_a_closed_client_may_be_used_as_a_context(peer):
    with client_of(peer.address) as client:
        client.request("GET", "/x")
    assert len(peer.requests) == 1
