# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from .payment_common import PaymentCase

MOVED_AT = "2026-02-12T12:00:00Z"
# Field of the gateway journal → code, name, type, whether it is reconciled.
ACCOUNTS = {
    "fee_tax_account_id": ("152910", "Tax on fees", "asset_current", False),
    "dispute_account_id": ("101930", "Disputes", "asset_current", True),
    "chargeback_account_id": ("629110", "Chargebacks", "expense", False),
    "transit_account_id": ("101940", "Payouts in transit", "asset_current", True),
    "reserve_account_id": ("101950", "Reserves", "asset_current", False),
}


class SettlementCase(PaymentCase):
    """Every account of a gateway journal, and balance transactions to feed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connector._set_state("draft", "")
        cls.accounts = {
            name: cls._account(*values) for name, values in ACCOUNTS.items()
        }
        cls.gateway_row = cls.connector.gateway_journal_ids
        cls.gateway_row.write(
            {name: account.id for name, account in cls.accounts.items()}
        )
        cls.connector._set_state("active", "")

    @classmethod
    def _gateway_in(cls, currency: str):
        """A gateway journal for a further settlement currency, with every account."""
        record = cls._currency(currency)
        journal = cls.env["account.journal"].create(
            {
                "name": f"Gateway {currency}",
                "code": f"GW{currency[:2]}",
                "type": "bank",
                "currency_id": record.id,
            }
        )
        clearing = cls._account(
            f"10196{record.id}", f"Clearing {currency}", "asset_current", True
        )
        return cls.env["integration.gateway.journal"].create(
            {
                "connector_id": cls.connector.id,
                "currency_id": record.id,
                "journal_id": journal.id,
                "clearing_account_id": clearing.id,
                "fee_account_id": cls.fees.id,
                **{name: account.id for name, account in cls.accounts.items()},
            }
        )

    def _twin(self, *entities):
        """Another connector to the same account, with flows for these entities."""
        twin = self._connector("Twin", self.company)
        twin.write({"account_ref": self.connector.account_ref, "drain_count": 1})
        for entity in entities:
            self._flow(entity, self.flows[entity].mapping_id, twin)
        twin._set_state("active", "")
        return twin

    # === WHAT COMES === #

    def _moved(self, category, amount, fee="0.00", currency="EUR", **values):
        """A canonical balance transaction.

        :param values: further keys; ``payment`` and the other references as ids
        """
        net = Decimal(amount) - Decimal(fee)
        for name in ("payment", "refund", "dispute", "payout"):
            if values.get(name):
                values[name] = {"entity": name, "external_id": values[name]}
        return {
            "category": category,
            "amount": self._money(amount, currency),
            "fee": self._money(fee, currency),
            "net": self._money(net, currency),
            "occurred_at": MOVED_AT,
            "available_on": "2026-02-19",
            **values,
        }

    def _move(self, external_id: str, *args, at: int = 100, **values):
        """Feed one balance transaction and return its event."""
        record = self._moved(*args, **values)
        return self._feed(external_id, record, at, entity="balance_transaction")

    def _queue_move(self, external_id: str, *args, at: int = 100, **values):
        """Put one into the inbox; ``_drain`` works on all of them."""
        record = self._moved(*args, **values)
        return self._store(external_id, record, at, entity="balance_transaction")

    def _charged(self, key="pi_1", amount="119.00", fee="3.75", currency="EUR", **kw):
        """A payment and its balance transaction ``txn_<key>``; returns its event."""
        settled = {"settlement": self._money(amount, currency)}
        paid = self._pay(key, key, amount, currency=currency, **settled)
        self._assert_state(paid, "done")
        return self._move(
            f"txn_{key}", "charge", amount, fee, currency, payment=key, **kw
        )

    # === WHAT BECAME OF IT === #

    def _line(self, external_id: str):
        """The row of a balance transaction."""
        return self.env["integration.settlement.line"].search(
            [
                ("connector_id", "=", self.connector.id),
                ("external_id", "=", external_id),
            ]
        )

    def _legs(self, move) -> list[tuple]:
        """(account name, balance, amount in its currency, currency) of an entry."""
        return sorted(
            (
                line.account_id.name,
                round(line.balance, 2),
                round(line.amount_currency, 2),
                line.currency_id.name,
            )
            for line in move.line_ids
        )

    def _booked(self, external_id: str) -> list[tuple]:
        """Legs of the entry of a balance transaction, company currency only."""
        return [leg[:2] for leg in self._legs(self._line(external_id).move_id)]

    def _on(self, account) -> float:
        """Balance of an account, posted entries of this company."""
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return round(sum(lines.mapped("balance")), 2)
