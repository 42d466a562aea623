# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .reconciliation_common import DAY, ReconciliationCase


@tagged("post_install", "-at_install")
class TestReconciliationTours(ReconciliationCase, HttpCase):
    """An operator explains, an accountant signs, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.booker = cls._accountant("booker", "operator")
        cls.counter = cls._account("101990", "Gateway until now", "asset_current")

    def test_explain_and_sign(self):
        self._both_charged()
        self.ledger.add("balance_transaction", "txn_fee", "-5.00", status="fee")
        run = self._compare()
        self.start_tour(
            f"/odoo/integration-reconciliations/{run.id}",
            "integration_reconciliation_explain",
            login=self.booker.login,
        )
        self.env.invalidate_all()
        self.assertEqual((run.state, run.open_count), ("explained", 0))
        self.start_tour(
            "/odoo/integration-reconciliations",
            "integration_reconciliation_sign",
            login=self.accountant.login,
        )
        self.env.invalidate_all()
        self.assertEqual((run.state, run.signed_by), ("signed", self.accountant))

    def test_opening_balance(self):
        self.connector.sudo().start_date = DAY - timedelta(days=2)
        self.ledger.held["EUR"] += 250
        self._both_charged()
        self.start_tour(
            f"/odoo/integration-connectors/{self.connector.id}",
            "integration_opening_balance",
            login=self.booker.login,
        )
        self.env.invalidate_all()
        opening = self.connector.opening_ids
        self.assertEqual((opening.state, opening.amount), ("confirmed", 250))
        self.assertEqual(opening.confirmed_by, self.booker)
