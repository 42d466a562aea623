# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The demo's subscribers: who has a plan, changes it, does not pay, or leaves."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .stripe import StripeSimulator

DAY = 86400
# Subscriptions from before anybody listened, for the initial load.
EXISTING_SUBSCRIPTIONS = 6
# (name, description, price in cents a month)
PLANS = (
    ("Workplace Basic", "One workplace, looked after", 1900),
    ("Workplace Team", "Up to ten workplaces", 4900),
    ("Workplace Office", "The whole office", 12900),
)
# (key, name, how many of the plans have it, counted from the largest)
FEATURES = (
    ("remote_support", "Remote support", 3),
    ("monitoring", "Monitoring around the clock", 2),
    ("on_site_service", "On-site service within a day", 1),
)
FEEDBACK = ("too_expensive", "unused", "switched_service", "missing_features")


class Subscribers:
    """Part of ``Business``; every step takes a random generator of its own."""

    sim: "StripeSimulator"

    # -- before --------------------------------------------------------------------

    def prepare_subscriptions(self) -> None:
        """Plans, and those who subscribed in the last weeks; nothing renews yet."""
        now = self.sim.clock.timestamp()
        plans = [
            self._goods(name, description, cents, True, now - 90 * DAY)["id"]
            for name, description, cents in PLANS
        ]
        for key, name, largest in FEATURES:
            self.sim.create_feature(key, name, *plans[-largest:])
        for number in range(EXISTING_SUBSCRIPTIONS):
            rng = self._rng(f"existing subscription:{number}")
            at = now - (EXISTING_SUBSCRIPTIONS - number) * 4 * DAY - rng.randrange(DAY)
            values = {"trial_period_days": 30} if number == 3 else {}
            made = self._subscribe(rng, at, **values)
            if made and number == 1:
                self.sim.cancel_subscription(
                    made["id"],
                    at_period_end=True,
                    at=at + DAY,
                    cancellation_details={"feedback": "too_expensive"},
                )

    # -- steps ---------------------------------------------------------------------

    def _plans(self, currency: str) -> list[str]:
        """Ids of the prices of our plans, the smallest first."""
        names = {name for name, _text, _cents in PLANS}
        with self.sim.lock:
            found = [
                price
                for price in self.sim.prices.values()
                if price["nickname"] in names and price["currency"] == currency
            ]
        return [p["id"] for p in sorted(found, key=lambda p: p["unit_amount"])]

    def _subscribe(self, rng, at: int | None = None, **values) -> dict | None:
        moment = at or self.sim.clock.timestamp()
        customer = self._some(rng, lambda obj: obj["created"] <= moment)
        if not customer:
            return None
        country = customer["address"]["country"]
        plans = self._plans("usd" if country == "US" else "eur")
        if not plans:
            return None
        item = {"price": rng.choice(plans[:2]), "quantity": rng.choice((1, 1, 2))}
        return self.sim.create_subscription(
            customer["id"],
            [item],
            at=at,
            default_tax_rates=self._taxes(country, reduced=False),
            **values,
        )

    def _subscriber(self, rng) -> dict | None:
        with self.sim.lock:
            found = [
                obj
                for obj in self.sim.subscriptions.values()
                if obj["status"] in ("active", "trialing")
                and not obj["cancel_at"]
                and not obj["pause_collection"]
            ]
        return rng.choice(found) if found else None

    def _do_subscribe(self, rng):
        self._subscribe(rng)

    def _do_replan(self, rng):
        """Upgrade or downgrade; the difference comes at once or with the renewal."""
        obj = self._subscriber(rng)
        if not obj:
            return
        item = obj["items"]["data"][0]
        others = [p for p in self._plans(obj["currency"]) if p != item["price"]["id"]]
        if others:
            self.sim.update_subscription(
                obj["id"],
                items=[{"id": item["id"], "price": rng.choice(others)}],
                proration_behavior=rng.choice(("always_invoice", "create_prorations")),
            )

    def _do_leave(self, rng):
        """A cancellation: with the end of what is paid, mostly."""
        obj = self._subscriber(rng)
        if obj:
            self.sim.cancel_subscription(
                obj["id"],
                at_period_end=rng.random() < 0.8,
                cancellation_details={"feedback": rng.choice(FEEDBACK)},
            )

    def _do_rest(self, rng):
        """Collection is paused for a month."""
        obj = self._subscriber(rng)
        if obj:
            until = self.sim.clock.timestamp() + 30 * DAY
            self.sim.update_subscription(
                obj["id"],
                pause_collection={"behavior": "void", "resumes_at": until},
            )
