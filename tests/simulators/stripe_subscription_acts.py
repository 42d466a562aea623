# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What tests let happen with subscriptions, in Python."""

from typing import TYPE_CHECKING

from .stripe_render import NEWEST, render

if TYPE_CHECKING:
    from .stripe import StripeSimulator


class SubscriptionActs:
    """Part of ``StripeSimulator``."""

    @property
    def subscriptions(self: "StripeSimulator") -> dict[str, dict]:
        """id -> object as stored, newest shape (live: do not write)."""
        return self.resources["subscriptions"].objects

    def create_subscription(
        self: "StripeSimulator",
        customer: str,
        items: list[dict],
        at: int | None = None,
        **values,
    ) -> dict:
        """Subscribe a customer; the first invoice is made and paid.

        :param items: each with ``price`` (id), as wanted ``quantity``, ``tax_rates``
        :param values: what else ``POST /v1/subscriptions`` takes; among it
            ``default_payment_method="pm_card_declined"``: nothing can be collected
        """
        path = "/v1/subscriptions"
        return self.act("POST", path, at=at, customer=customer, items=items, **values)

    def update_subscription(
        self: "StripeSimulator", subscription: str, at: int | None = None, **values
    ) -> dict:
        """Upgrade, downgrade (``items``), pause (``pause_collection``), and so on."""
        path = f"/v1/subscriptions/{subscription}"
        return self.act("POST", path, at=at, **values)

    def cancel_subscription(
        self: "StripeSimulator",
        subscription: str,
        at_period_end: bool = False,
        at: int | None = None,
        **values,
    ) -> dict:
        """End it now, or with the period that is paid for."""
        path = f"/v1/subscriptions/{subscription}"
        if at_period_end:
            return self.act("POST", path, at=at, cancel_at_period_end=True, **values)
        return self.act("DELETE", path, at=at, **values)

    def resume_subscription(
        self: "StripeSimulator", subscription: str, at: int | None = None
    ) -> dict:
        """Let one that stands still go on."""
        return self.act("POST", f"/v1/subscriptions/{subscription}/resume", at=at)

    def run_subscriptions(self: "StripeSimulator", until: int | None = None) -> int:
        """Everything that time has brought: renewals, ends of trials, ends.

        :param until: unix seconds; None: the virtual clock's now
        :returns: how many things happened
        """
        with self.lock:
            now = until or self.clock.timestamp()
            return self.resources["subscriptions"].run_until(now, self._call)

    def exhaust_retries(
        self: "StripeSimulator",
        subscription: str,
        status: str = "unpaid",
        at: int | None = None,
    ) -> dict:
        """The last attempt to collect failed: ``unpaid`` or ``canceled``."""
        with self.lock:
            subscriptions = self.resources["subscriptions"]
            obj = subscriptions.get(subscription)
            if status == "canceled":
                obj["cancellation_details"]["reason"] = "payment_failed"
            subscriptions.become(obj, status, self._call(at))
            return render(obj, NEWEST)
