# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A Stripe of our own: customers, events, webhooks, and every kind of bad weather.

In a test::

    sim = StripeSimulator(seed=1).start()
    sim.create_customer(name="Deco Addict", email="info@deco.example")
    sim.faults.add(kind="status", status=503, path="/v1/customers/*", count=2)
    sim.wait_idle()
    ...
    sim.stop()

Its state (``customers``, ``tax_ids``, ``events``, ``deliveries``) is the oracle. Other
processes reach the same through ``/_control`` (``stripe_control``). By hand::

    python tests/simulators/stripe.py serve --port 8090 --state DIR --business
"""

# ruff: noqa: E402
import sys
from pathlib import Path

if __name__ == "__main__":
    # As a script, this directory heads sys.path and this file hides the SDK's name:
    # start over as part of the package.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    from simulators.stripe_cli import main

    sys.exit(main())

import secrets
import threading

from . import (  # noqa: F401 - the resources register
    stripe_balance,
    stripe_charges,
    stripe_coupons,
    stripe_credit_notes,
    stripe_customer_balance,
    stripe_customers,
    stripe_disputes,
    stripe_entitlements,
    stripe_intents,
    stripe_invoice_payments,
    stripe_invoices,
    stripe_items,
    stripe_lines,
    stripe_payouts,
    stripe_prices,
    stripe_products,
    stripe_refunds,
    stripe_subscription_items,
    stripe_subscriptions,
    stripe_tax_rates,
    stripe_thin,
    stripe_topups,
)
from .kernel import (
    Delivery,
    FaultPlan,
    HttpServer,
    IdFactory,
    Request,
    Response,
    VirtualClock,
)
from .stripe_acts import Acts
from .stripe_api import StripeApi
from .stripe_control import Control
from .stripe_entitlements import EntitlementActs
from .stripe_outbox import Outbox
from .stripe_render import NEWEST, render
from .stripe_resources import REGISTRY, Call
from .stripe_state import StateKeeper
from .stripe_subscription_acts import SubscriptionActs

HOUR = 3600.0


class StripeSimulator(SubscriptionActs, EntitlementActs, Acts):
    """One Stripe account in one mode (live or test), on one port.

    :param port: 0 takes any free one
    :param key: the secret key that may do everything
    :param restricted_keys: key -> {scope: "read" | "write"}, e.g. ``{"rk_test_r":
        {"customer": "read", "event": "read"}}``
    :param api_version: the account's default version
    :param seed: makes ids, faults, duplicates and disorder repeat
    :param state: directory that keeps the state over restarts
    :param rate_limit: requests per real second, above which 429 is answered
    """

    def __init__(
        self,
        port: int = 0,
        key: str = "sk_test_demo",
        account: str = "acct_1SimulatorDemo00",
        livemode: bool = False,
        seed: int | str | None = None,
        *,
        restricted_keys: dict[str, dict] | None = None,
        api_version: str = NEWEST,
        state: str | Path | None = None,
        host: str = "127.0.0.1",
        rate_limit: int | None = None,
        clock: VirtualClock | None = None,
    ):
        self.account = account
        self.livemode = livemode
        self.api_version = api_version
        self.rate_limit = rate_limit
        # Virtual seconds until a new object is found by search (real: about a minute).
        self.search_lag = 60.0
        # The currency of invoices that name none.
        self.currency = "eur"
        # What the account holds balances in; the first takes what has none.
        self.balances = ["eur"]
        # Other settlement: currency -> (balance, rate), e.g. {"gbp": ("eur", "1.17")}.
        self.settle: dict[str, tuple[str, str]] = {}
        # Per cent of the amount, fixed part, per cent for an exchange.
        self.fees = ("1.5", "0.25", "2")
        # Per cent of tax on these fees; "": none.
        self.fee_tax = ""
        # What a dispute costs, in whole units of the balance; an instant payout: %.
        self.dispute_fee = "20"
        self.instant_fee = "1"
        # Whether a charge gets its balance transaction only after it succeeded.
        self.async_capture = True
        # Whether a line that was agreed without a price gets an inactive price and
        # product of its own, of which no event tells; else it has none.
        self.ad_hoc_prices = False
        self.keys: dict = {key: "*", **(restricted_keys or {})}
        self.expired_keys: set[str] = set()
        self.seed = secrets.token_hex(8) if seed is None else seed
        self.clock = clock or VirtualClock()
        self.ids = IdFactory(self.seed)
        self.faults = FaultPlan(self.seed)
        self.lock = threading.RLock()
        self.endpoint_made = threading.Event()
        self.outbox = Outbox(self)
        self.sender = self.outbox.sender
        self.resources = {name: make(self) for name, make in REGISTRY.items()}
        self.api = StripeApi(self)
        self.control = Control(self)
        self.business = None
        self.keeper = StateKeeper(self, Path(state) if state else None)
        if not self.keeper.load():
            self.resources["accounts"].seed()
        self._server = HttpServer(self._handle, self.clock, host, port)

    # -- life ----------------------------------------------------------------------

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def port(self) -> int:
        return self._server.port

    def start(self) -> "StripeSimulator":
        self.sender.start()
        self._server.start()
        self.keeper.start()
        return self

    def stop(self) -> None:
        if self.business:
            self.business.stop()
        self._server.stop()
        self.sender.stop()
        self.keeper.stop()

    def __enter__(self):
        return self.start()

    def __exit__(self, *exc_info):
        self.stop()

    def _handle(self, request: Request) -> Response:
        if request.path.startswith("/_control/"):
            return self.control.handle(request)
        return self.api.handle(request)

    # -- the oracle ----------------------------------------------------------------

    @property
    def customers(self) -> dict[str, dict]:
        """id -> customer, newest shape, without deleted ones (live: do not write)."""
        return self.resources["customers"].objects

    @property
    def tax_ids(self) -> dict[str, dict]:
        return self.resources["tax_ids"].objects

    @property
    def events(self) -> dict[str, dict]:
        """id -> event as stored, oldest first."""
        return self.resources["events"].objects

    @property
    def webhook_endpoints(self) -> dict[str, dict]:
        return self.resources["webhook_endpoints"].objects

    @property
    def deliveries(self) -> list[Delivery]:
        """Every attempt so far, in the order in which they ended."""
        return list(self.sender.log)

    @property
    def requests(self) -> list[dict]:
        """Every API request so far: method, path, parameters, status, key, fault."""
        return list(self.api.requests)

    @property
    def writes(self) -> list[dict]:
        """Of these the ones that changed something: carried out, whatever became of
        the answer, and no repetition of an answer that was kept."""
        return [
            request
            for request in self.requests
            if request["method"] != "GET"
            and request["executed"]
            and not request["replayed"]
        ]

    def customer(self, customer_id: str) -> dict:
        """A customer with its tax ids expanded, as the API would show it."""
        path = f"/v1/customers/{customer_id}"
        return self.act("GET", path, expand=["tax_ids"])

    # -- things that happen without the API ----------------------------------------

    def act(self, method: str, path: str, /, at: int | None = None, **params) -> dict:
        """Do what a call of the API does, as somebody in the dashboard would.

        Takes the parameters of the real call as Python values; None clears.

        :param at: backdate what is made, in seconds since the epoch
        :raises stripe_errors.ApiError: like the API
        """
        found = self.api.router.find(method, path)
        if not found:
            raise LookupError(f"{method} {path}")
        _resource, action, parts = found
        call = Call(params, at or self.clock.timestamp(), NEWEST)
        with self.lock:
            result = render(action(call, **parts), NEWEST)
            return self.api.expander.expand(result, params.get("expand") or [], call)

    def create_customer(self, at: int | None = None, **params) -> dict:
        return self.act("POST", "/v1/customers", at=at, **params)

    def update_customer(self, customer_id: str, **params) -> dict:
        return self.act("POST", f"/v1/customers/{customer_id}", **params)

    def delete_customer(self, customer_id: str) -> dict:
        return self.act("DELETE", f"/v1/customers/{customer_id}")

    def add_tax_id(self, customer_id: str, type: str, value: str) -> dict:  # noqa: A002
        path = f"/v1/customers/{customer_id}/tax_ids"
        return self.act("POST", path, type=type, value=value)

    def remove_tax_id(self, customer_id: str, tax_id: str) -> dict:
        return self.act("DELETE", f"/v1/customers/{customer_id}/tax_ids/{tax_id}")

    def verify_tax_id(self, tax_id: str, status="verified", name=None, address=None):
        """Let the check of a tax id end (verified or unverified)."""
        call = Call({}, self.clock.timestamp(), self.api_version)
        with self.lock:
            verify = self.resources["tax_ids"].verify
            return verify(tax_id, status, call, name, address)

    def add_endpoint(self, url: str, enabled_events=("*",), **params) -> dict:
        """Register a webhook endpoint; the answer holds its ``secret``."""
        return self.act(
            "POST",
            "/v1/webhook_endpoints",
            url=url,
            enabled_events=list(enabled_events),
            **params,
        )

    def add_thin_destination(self, url: str, enabled_events=("*",)) -> dict:
        """Register for thin events; the answer holds the ``signing_secret``."""
        return self.act(
            "POST",
            "/v2/core/event_destinations",
            name="Thin",
            type="webhook_endpoint",
            event_payload="thin",
            enabled_events=list(enabled_events),
            webhook_endpoint={"url": url},
            include=["webhook_endpoint.signing_secret", "webhook_endpoint.url"],
        )

    def roll_secret(self, endpoint: str, overlap: float = 24 * HOUR) -> str:
        """Roll an endpoint's secret; both sign for ``overlap`` virtual seconds."""
        with self.lock:
            secret = self.resources["webhook_endpoints"].roll(endpoint, overlap)
        self.touched()
        return secret

    # -- time and deliveries -------------------------------------------------------

    def wait_idle(self, timeout: float = 30.0) -> bool:
        """Wait until nothing that is due is left to deliver; False: timed out."""
        return self.sender.wait_idle(timeout)

    def advance(self, seconds: float, timeout: float = 30.0) -> bool:
        """Let virtual time pass, stopping at each delivery that falls due meanwhile.

        :param timeout: real seconds for each stop
        :returns: False when deliveries hung
        """
        end = self.clock.now() + seconds
        idle = self.wait_idle(timeout)
        while not self.sender.paused:
            due = self.sender.next_due()
            if due is None or due > end:
                break
            self.clock.advance(max(due - self.clock.now(), 0))
            idle = self.wait_idle(timeout) and idle
        self.clock.advance(max(end - self.clock.now(), 0))
        return self.wait_idle(timeout) and idle

    def redeliver(self, event_id: str, endpoint: str | None = None) -> None:
        """Send an event once more, as the dashboard's button does."""
        self.outbox.redeliver(event_id, endpoint)

    def emit(
        self,
        kind: str,
        obj: dict,
        call: Call,
        previous: dict | None = None,
        before: dict | None = None,
    ):
        """Make an event and schedule it for all endpoints that want it.

        :param previous: ``previous_attributes``; or give
        :param before: the whole object as it was, where shapes differ by generation
        """
        event = self.resources["events"].make(kind, obj, call, previous, before)
        self.outbox.dispatch(event)
        self.touched()
        return event

    def touched(self) -> None:
        """Something changed that must survive a restart."""
        self.keeper.touched()
