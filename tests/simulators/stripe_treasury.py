# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The demo's money: payouts, now and then a refund or a dispute."""

from typing import TYPE_CHECKING

from .stripe_errors import ApiError

if TYPE_CHECKING:
    from .stripe import StripeSimulator

HOUR, DAY = 3600, 86400
REASONS = ("fraudulent", "product_not_received", "duplicate", "general")


class Treasury:
    """Part of ``Business``; every step takes a random generator of its own."""

    sim: "StripeSimulator"

    # -- before --------------------------------------------------------------------

    def pay_out_until(self, at: int) -> None:
        """What came in so far goes to the bank, as on a day in the past."""
        made = self._pay_out(at)
        if made:
            self.sim.complete_payout(made["id"], at=at + 6 * HOUR)
            self.sim.pay_payout(made["id"], at=at + 2 * DAY)

    def _pay_out(self, at: int | None = None) -> dict | None:
        try:
            return self.sim.payout(descriptor="EXAMPLE TRADING", at=at)
        except ApiError:
            return None  # nothing has come in since the last one

    # -- steps ---------------------------------------------------------------------

    def _charge(self, rng) -> dict | None:
        """Money that came and that nobody has asked back yet."""
        with self.sim.lock:
            found = [
                obj
                for obj in self.sim.charges.values()
                if obj["status"] == "succeeded"
                and obj["balance_transaction"]
                and not obj["amount_refunded"]
                and not obj["disputed"]
            ]
        return rng.choice(found) if found else None

    def _do_refund(self, rng):
        """Some of it, or all; one in eight comes back, because the card is gone."""
        charge = self._charge(rng)
        if not charge:
            return
        part = None if rng.random() < 0.4 else charge["amount"] // 4 + 1
        made = self.sim.refund(charge["id"], part, "requested_by_customer")
        if rng.random() < 0.12:
            self.sim.fail_refund(made["id"])

    def _do_dispute(self, rng):
        charge = self._charge(rng)
        if charge:
            reason, inquiry = rng.choice(REASONS), rng.random() < 0.2
            self.sim.dispute(charge["id"], reason=reason, inquiry=inquiry)

    def _do_verdict(self, rng):
        """A bank decides about the oldest dispute, or an inquiry ends."""
        with self.sim.lock:
            waiting = [
                obj
                for obj in self.sim.disputes.values()
                if obj["status"].endswith(("needs_response", "under_review"))
            ]
        if not waiting:
            return
        if waiting[0]["status"].startswith("warning_"):
            self.sim.close_dispute(waiting[0]["id"], "warning_closed")
        else:
            won = rng.random() < 0.5
            self.sim.close_dispute(waiting[0]["id"], "won" if won else "lost")

    def _do_fee(self, rng):
        self.sim.account_fee(rng.randrange(100, 1500))

    def _do_payout(self, rng):
        """The last one has arrived; what has come in since goes off."""
        with self.sim.lock:
            moving = [
                obj["id"]
                for obj in self.sim.payouts.values()
                if obj["status"] in ("pending", "in_transit")
            ]
        for payout in moving:
            self.sim.complete_payout(payout)
            self.sim.pay_payout(payout)
        made = self._pay_out()
        if made:
            self.sim.complete_payout(made["id"])
