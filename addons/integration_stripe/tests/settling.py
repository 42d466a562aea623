# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A company that books all that becomes of the stand-in's money."""

from unittest.mock import patch

from odoo.fields import Command

from .money import MoneyCase

MOVING = ("refund", "dispute", "payout", "balance_transaction")
# Field of a gateway journal → (code, type of account, whether it is reconciled).
ACCOUNTS = {
    "fee_account_id": ("601911", "expense", False),
    "fee_tax_account_id": ("131911", "asset_current", False),
    "dispute_account_id": ("101912", "asset_current", True),
    "chargeback_account_id": ("601912", "expense", False),
    "transit_account_id": ("101913", "asset_current", True),
    "reserve_account_id": ("101914", "asset_current", False),
}


class SettlingCase(MoneyCase):
    """All accounts of the clearing account's other sides, all flows of money."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flows |= cls.env["integration.flow"].create(
            [
                {"connector_id": cls.connector.id, "entity": entity, "mode": "live"}
                for entity in MOVING
            ]
        )
        cls.movements = cls.flows.filtered(
            lambda flow: flow.entity == "balance_transaction"
        )

    @classmethod
    def prepare_books(cls):
        result = super().prepare_books()
        accounts = {
            name: cls.env["account.account"].create(
                {
                    "code": code,
                    "name": name,
                    "account_type": kind,
                    "reconcile": reconcile,
                }
            )
            for name, (code, kind, reconcile) in ACCOUNTS.items()
        }
        row = cls.connector.gateway_journal_ids
        cls.connector.write(
            {
                "gateway_journal_ids": [
                    Command.update(
                        row.id, {name: one.id for name, one in accounts.items()}
                    )
                ]
            }
        )
        cls.accounts = accounts
        return result

    def hear(self):
        """What the stand-in told since the last time, worked on."""
        self.deliver_new()
        self.work()

    def read_movements(self, **values):
        """What the schedule's job does."""
        with patch.object(self.env.cr, "commit"):
            self.movements._start_load(**values)
            self.movements._job_load()
        self.env.invalidate_all()
        self.assertEqual(self.movements.load_state, "done", self.movements.load_message)
        self.work()

    def sold(self, amount=10000, **values):
        """A paid invoice at the stand-in; its charge."""
        customer = self.sim.create_customer(name="Deco", email="d@deco.example")["id"]
        lines = [{"amount": amount, "description": "Chair"}]
        made = self.sim.create_invoice(customer, lines)["id"]
        self.sim.pay_invoice(made, **values)
        return list(self.sim.charges.values())[-1]["id"]

    def balance(self, name):
        """Balance of one of :data:`ACCOUNTS`, in cents."""
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.accounts[name].id),
                ("parent_state", "=", "posted"),
            ]
        )
        return round(sum(lines.mapped("balance")) * 100)

    def lines(self, **values):
        """Rows of the ledger here, by external id."""
        domain = [("connector_id", "=", self.connector.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        rows = self.env["integration.settlement.line"].search(domain)
        return {row.external_id: row for row in rows}
