# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import http.client
import socket
import threading

import pytest
import requests

from engine.no_network import NetworkRefusedError, is_cut_off, no_network


@pytest.fixture
def server():
    """Address of a server that answers every request, and what it heard."""
    heard = []
    listener = socket.create_server(("127.0.0.1", 0))

    def answer(client):
        with client:
            while data := client.recv(65536):
                heard.append(data)
                client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    def serve():
        while True:
            try:
                client, _address = listener.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=[client], daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname(), heard
    listener.close()


def _url(address):
    return f"http://{address[0]}:{address[1]}"


def test_every_road_is_closed(server):
    address, heard = server
    kept = http.client.HTTPConnection(*address)
    kept.request("GET", "/")
    assert kept.getresponse().read() == b"ok"
    session = requests.Session()
    assert session.get(_url(address)).text == "ok"
    count = len(heard)
    with no_network():
        with pytest.raises(NetworkRefusedError):
            kept.request("GET", "/")
        with pytest.raises(requests.ConnectionError):
            session.get(_url(address))
        with pytest.raises(NetworkRefusedError):
            socket.create_connection(address)
        with pytest.raises(NetworkRefusedError), socket.socket() as plain:
            plain.connect_ex(address)
        with pytest.raises(NetworkRefusedError):
            socket.getaddrinfo("localhost", 80)
    assert len(heard) == count
    assert session.get(_url(address)).text == "ok"
    kept.close()
    session.close()


def test_sockets_of_this_machine_stay(tmp_path):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "s"))
    listener.listen()
    with no_network(), socket.socket(socket.AF_UNIX) as client:
        client.connect(str(tmp_path / "s"))
    listener.close()


def test_only_this_thread(server):
    address, _heard = server
    results = []

    def other():
        results.append(is_cut_off())
        socket.create_connection(address).close()
        results.append("reached")

    with no_network():
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert results == [False, "reached"]


def test_open_again_only_at_the_outermost_end():
    with no_network():
        with no_network():
            assert is_cut_off()
        assert is_cut_off()
    assert not is_cut_off()
    with pytest.raises(ValueError), no_network():
        raise ValueError
    assert not is_cut_off()
