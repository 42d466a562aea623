# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from .settlement_common import SettlementCase


class PayoutCase(SettlementCase):
    """Payouts to feed, and a bank whose statement shows them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank = cls.env["account.journal"].create(
            {"name": "House bank", "code": "HB", "type": "bank"}
        )

    # === WHAT COMES === #

    def _paid_out(self, external_id="po_1", amount="115.25", names=None, **values):
        """A canonical payout; automatic and complete where it has a list.

        :param names: ids of its transactions, without its own
        """
        currency = values.pop("currency", "EUR")
        listed = {"automatic": True, "complete": True, "transactions": names}
        return {
            "amount": self._money(amount, currency),
            "status": "in_transit",
            "created_at": "2026-02-20T06:00:00Z",
            "arrival_date": "2026-02-23",
            "descriptor": "DEMO SYSTEM PAYOUT",
            **(listed if names is not None else {"automatic": False}),
            **values,
        }

    def _payout(self, external_id="po_1", *args, at=100, **values):
        """Feed a payout; the row, or the event where it was refused."""
        record = self._paid_out(external_id, *args, **values)
        event = self._feed(external_id, record, at, entity="payout")
        self._assert_state(event, "done")
        return self._row(external_id)

    def _left(self, external_id="po_1", amount="-115.25", **values):
        """Feed the payout's own balance transaction: the money leaves."""
        category = values.pop("category", "payout")
        name = values.pop("name", f"txn_{external_id}")
        values.setdefault("occurred_at", "2026-02-20T06:00:00Z")
        event = self._move(name, category, amount, payout=external_id, **values)
        self._assert_state(event, "done")
        return self._line(name)

    def _tied(self, external_id="po_1", **values):
        """A charge of 119.00 with a fee of 3.75, paid out and complete."""
        self._assert_state(self._charged(), "done")
        payout = self._payout(external_id, names=["txn_pi_1"], **values)
        self._left(external_id)
        return self._fresh(payout)

    def _shown(self, amount, text="DEMO SYSTEM PAYOUT", date="2026-02-23", **values):
        """A line of the bank's statement."""
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "date": date,
                "payment_ref": text,
                "amount": amount,
                **values,
            }
        )

    # === WHAT BECAME OF IT === #

    def _row(self, external_id):
        return self.env["integration.settlement"].search(
            [
                ("connector_id", "=", self.connector.id),
                ("external_id", "=", external_id),
            ]
        )

    def _fresh(self, payout):
        self.env.flush_all()
        payout.invalidate_recordset()
        return payout

    def _look_after(self):
        """What the hourly job does."""
        self.env.flush_all()
        self.connector._look_after_payouts()

    def _open_on(self, account) -> float:
        """What is not reconciled on an account, in its currency."""
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return round(sum(lines.mapped("amount_residual_currency")), 2)

    def _assert_tie(self, payout, state, problem=False, residual=0.0):
        self._fresh(payout)
        self.assertEqual(
            (payout.tie_state, payout.problem, payout.clearing_residual),
            (state, problem, residual),
        )
