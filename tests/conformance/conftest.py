# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A Stripe simulator and a receiver of webhooks, both over real HTTP."""

import threading

import pytest
from stripe import StripeClient

from simulators.kernel import ConnectionReset, HttpServer, Response, VirtualClock
from simulators.stripe import StripeSimulator


class Receiver:
    """Takes webhooks. ``answers``: statuses to give first (``"reset"`` cuts)."""

    def __init__(self):
        self.got = []
        self.answers = []
        self._lock = threading.Lock()
        self._server = HttpServer(self._handle, VirtualClock())
        self._server.start()
        self.url = f"{self._server.url}/hook"

    def _handle(self, request):
        with self._lock:
            self.got.append(request)
            answer = self.answers.pop(0) if self.answers else 200
        if answer == "reset":
            raise ConnectionReset
        headers = {"Location": self.url} if 300 <= answer < 400 else {}
        return Response.of_json({}, answer, headers)

    def stop(self):
        self._server.stop()


@pytest.fixture
def sim():
    """A simulator whose clock stands still at a whole second."""
    simulator = StripeSimulator(seed=7)
    simulator.clock.freeze(1_790_000_000)
    with simulator:
        yield simulator


@pytest.fixture
def client(sim):
    """The official SDK, pointed at the simulator."""
    return StripeClient(
        "sk_test_demo", base_addresses={"api": sim.url}, max_network_retries=0
    )


@pytest.fixture
def customer(sim):
    """Id of a customer."""
    return sim.create_customer(name="Deco", email="d@deco.example")["id"]


@pytest.fixture
def receiver():
    it = Receiver()
    yield it
    it.stop()
