# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A real Odoo of several processes, its own PostgreSQL and a local Stripe.

One stack serves the whole run; each test has a Stripe and a connector of its own.
"""

import fcntl
import hashlib
import os
import random
import secrets

import pytest
from e2e import peer
from e2e.accounting import Books
from e2e.database import LOCAL
from e2e.hub import Hub
from e2e.sending import Sender

# Hooks of pytest: it finds them by name.
from e2e.sharing import pytest_collection_modifyitems, pytest_runtest_protocol  # noqa: F401
from e2e.stack import Stack


@pytest.fixture(scope="session")
def stack():
    if not os.environ.get("PG_CLUSTER") or not os.environ.get("PGHOST"):
        pytest.exit(
            "These tests kill their PostgreSQL, so they need one of their own:\n"
            "  ./run test e2e     or: PG_CLUSTER=e2e ./run python -m pytest tests/e2e",
            returncode=2,
        )
    with (LOCAL / f"e2e-{os.environ['PG_CLUSTER']}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        it = Stack()
        try:
            yield it.start()
        finally:
            it.stop()


@pytest.fixture(scope="session")
def new_stripe():
    """Makes a Stripe on a port; not two of them ever use the same ids."""
    return peer.new_stripe


@pytest.fixture
def sim(stack):
    """A fresh Stripe on a port that the servers may reach."""
    with peer.new_stripe(stack.simulator_ports[0]) as simulator:
        yield simulator


@pytest.fixture
def make_hub(stack, sim, request):
    """Makes connectors to ``sim``; they are retired afterwards."""
    made = []

    def make(name="") -> Hub:
        made.append(Hub(stack, sim, f"{request.node.name} {name}".strip()))
        return made[-1]

    yield make
    for hub in made:
        hub.retire()


@pytest.fixture
def hub(make_hub) -> Hub:
    """An active connector with a live customer flow."""
    return make_hub().live()


@pytest.fixture
def make_books(stack, sim, request):
    """As ``make_hub``: connectors that book documents."""
    made = []

    def make(name="", **values) -> Books:
        made.append(Books(stack, sim, f"{request.node.name} {name}".strip(), **values))
        return made[-1]

    yield make
    for hub in made:
        hub.retire()


@pytest.fixture
def make_sender(stack, sim, request):
    """As ``make_books``: connectors that send as well."""
    made = []

    def make(name="", **values) -> Sender:
        name = f"{request.node.name} {name}".strip()
        made.append(Sender(stack, sim, name, **values))
        return made[-1].live()

    yield make
    for hub in made:
        hub.retire()


@pytest.fixture(scope="module")
def post_hub(stack, request):
    """One for a whole module whose tests only post: its Stripe sends nothing."""
    with peer.new_stripe(stack.simulator_ports[1]) as simulator:
        simulator.sender.configure(paused=True)
        hub = Hub(stack, simulator, request.module.__name__).live()
        yield hub
        hub.retire()


@pytest.fixture
def mail(request) -> str:
    """A mail domain of this test's own, so that nothing matches another test's."""
    digest = hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:8]
    return f"t{digest}.example"


@pytest.fixture
def rng(request) -> random.Random:
    """Chance that repeats: the test's own name is the seed."""
    return random.Random(request.node.nodeid)


@pytest.fixture
def seed(capsys) -> str:
    seed = os.environ.get("E2E_SEED") or secrets.token_hex(4)
    with capsys.disabled():
        print(f"\n  E2E_SEED={seed}")
    return seed


@pytest.fixture
def tell(capsys):
    """Prints a line whatever pytest does with output."""

    def tell(*words):
        with capsys.disabled():
            print(" ", *words)

    return tell
