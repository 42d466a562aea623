# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Keeps business happening in a demo: customers, invoices, payments, a few troubles.

Before a webhook endpoint is registered there are only customers and invoices from
earlier, for the initial load. Afterwards one thing happens every few seconds. What a
newcomer should see (a retry, two records that need a person, a payment in parts) comes
early, then rarely.
"""

import logging
import random
import threading
from typing import TYPE_CHECKING

from .companies import COUNTRIES, address, company, vat
from .stripe_commerce import Commerce
from .stripe_subscribers import Subscribers
from .stripe_treasury import Treasury

if TYPE_CHECKING:
    from .stripe import StripeSimulator

_logger = logging.getLogger(__name__)
DAY = 86400
EXISTING = 25
DUPLICATE_EMAIL = "accounts@duplicate.example"

# The first steps are fixed, so that five minutes of demo show everything.
SCRIPT = (
    "new", "change", "invoice", "hiccup", "pay", "duplicate", "invoice", "change",
    "part", "new", "invalid", "verify", "charge", "void", "payout", "refund", "dispute",
    "credit",
    "replan",
)  # fmt: skip
WEIGHTS = {
    "new": 16,
    "change": 24,
    "tax_id": 5,
    "verify": 5,
    "hiccup": 3,
    "delete": 2,
    "duplicate": 1,
    "invalid": 1,
    "invoice": 18,
    "pay": 16,
    "part": 3,
    "void": 2,
    "charge": 3,
    "product": 1,
    "refund": 3,
    "credit": 3,
    "dispute": 1,
    "verdict": 2,
    "fee": 2,
    "payout": 3,
    "subscribe": 3,
    "replan": 2,
    "leave": 1,
    "rest": 1,
}


class Business(Commerce, Subscribers, Treasury):
    """One step every ``pace`` seconds (give or take 40 %), while ``running``."""

    def __init__(self, sim: "StripeSimulator", pace: float = 6.0):
        self.sim = sim
        self.pace = pace
        self.running = True
        self.steps = 0
        self._hiccup = 0
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        stored = sim.keeper.stored.get("business")
        if stored:
            self.steps = stored["steps"]

    def dump(self) -> dict:
        return {"steps": self.steps, "pace": self.pace, "running": self.running}

    def start(self) -> None:
        if not self.sim.customers:
            self.prepare()
        elif not self.sim.prices:
            # The stored state comes from a simulator that knew only customers.
            self.prepare_trade()
        if not self.sim.subscriptions:
            self.prepare_subscriptions()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self.sim.endpoint_made.set()
        if self._thread:
            self._thread.join(10)

    def prepare(self) -> None:
        """The last months, before anybody listened."""
        now = self.sim.clock.timestamp()
        for number in range(EXISTING):
            rng = self._rng(f"existing:{number}")
            age = (EXISTING - number) * 3 * DAY + rng.randrange(DAY)
            country = COUNTRIES[number % len(COUNTRIES)]
            self.sim.create_customer(at=now - age, **self._company(rng, country))
        self.prepare_trade()
        self.prepare_subscriptions()

    def _rng(self, what) -> random.Random:
        return random.Random(f"{self.sim.ids.seed}:business:{what}")

    def _run(self):
        self.sim.endpoint_made.wait()
        while True:
            rng = self._rng(f"pause:{self.steps}")
            if self._stopping.wait(self.pace * rng.uniform(0.6, 1.4)):
                return
            if self.running:
                try:
                    self.step()
                except Exception:
                    _logger.exception("A step of business failed")

    def step(self, name: str | None = None) -> str:
        """Let one thing happen; returns its name.

        :raises ValueError: for an unknown name
        """
        rng = self._rng(self.steps)
        if name is None and self.steps < len(SCRIPT):
            name = SCRIPT[self.steps]
        elif name is None:
            name = rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        if name not in WEIGHTS:
            raise ValueError(f"One of {', '.join(WEIGHTS)} is expected.")
        self.steps += 1
        # Renewals, ends of trials: what time has brought.
        self.sim.run_subscriptions()
        getattr(self, f"_do_{name}")(rng)
        return name

    def _company(self, rng, country=None) -> dict:
        taken = {obj["name"] for obj in self.sim.customers.values()}
        for _attempt in range(50):
            values = company(rng, country)
            if values["name"] not in taken:
                break
        return values

    def _some(self, rng, keep=lambda obj: True) -> dict | None:
        """A customer without troubles of its own."""
        with self.sim.lock:
            found = [
                obj
                for obj in self.sim.customers.values()
                if obj["address"]
                and obj["address"]["country"] != "XX"
                and obj["email"] != DUPLICATE_EMAIL
                and keep(obj)
            ]
        return rng.choice(found) if found else None

    def _country(self, obj: dict):
        code = obj["address"]["country"]
        return next(country for country in COUNTRIES if country.code == code)

    def _do_new(self, rng):
        self.sim.create_customer(**self._company(rng))

    def _do_change(self, rng):
        obj = self._some(rng)
        if not obj:
            return self._do_new(rng)
        country = self._country(obj)
        number = rng.randrange(100, 1000)
        domain = obj["email"].partition("@")[2]
        change = rng.choice(
            (
                {"address": address(rng, country)},
                {"phone": f"{country.phone}{rng.randrange(1000, 10000)}"},
                {"email": f"finance.{number}@{domain}"},
                {"preferred_locales": [rng.choice(("en", country.locale))]},
                {"metadata": {"segment": rng.choice(("retail", "online", "public"))}},
                {"description": f"Customer group {number}"},
            )
        )
        self.sim.update_customer(obj["id"], **change)

    def _without_tax_id(self, obj: dict) -> bool:
        tax_ids = self.sim.resources["tax_ids"]
        return bool(self._country(obj).vat) and not tax_ids.of(obj["id"])

    def _do_tax_id(self, rng):
        obj = self._some(rng, self._without_tax_id)
        if obj:
            self.sim.add_tax_id(obj["id"], **vat(rng, obj["address"]["country"]))

    def _do_verify(self, rng):
        with self.sim.lock:
            waiting = [
                obj
                for obj in self.sim.tax_ids.values()
                if obj["verification"]["status"] == "pending"
            ]
        if not waiting:
            return
        tax_id = rng.choice(waiting)
        owner = self.sim.customers.get(tax_id["customer"], {})
        self.sim.verify_tax_id(tax_id["id"], "verified", name=owner.get("name"))

    def _do_hiccup(self, rng):
        """A tax id arrives, and reading its customer fails twice."""
        obj = self._some(rng, self._without_tax_id)
        if not obj:
            values = self._company(rng, COUNTRIES[0])
            values.pop("tax_id_data", None)
            obj = self.sim.create_customer(**values)
        if self._hiccup:
            self.sim.faults.remove(self._hiccup)
        path = f"/v1/customers/{obj['id']}*"
        fault = self.sim.faults.add(method="GET", path=path, status=503, count=2)
        self._hiccup = fault.id
        self.sim.add_tax_id(obj["id"], **vat(rng, obj["address"]["country"]))

    def _do_delete(self, rng):
        obj = self._some(rng)
        if obj and len(self.sim.customers) > EXISTING:
            self.sim.delete_customer(obj["id"])

    def _do_duplicate(self, rng):
        """The address of two companies at once: somebody has to decide."""
        values = self._company(rng)
        values.pop("tax_id_data", None)
        self.sim.create_customer(**{**values, "email": DUPLICATE_EMAIL})

    def _do_invalid(self, rng):
        """A country that does not exist: the API takes it, a strict schema does not."""
        values = self._company(rng)
        values.pop("tax_id_data", None)
        values["address"] = {**values["address"], "country": "XX", "state": None}
        self.sim.create_customer(**values)
