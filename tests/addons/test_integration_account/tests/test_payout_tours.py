# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import HttpCase, new_test_user, tagged

from .payout_common import PayoutCase


@tagged("post_install", "-at_install")
class TestPayoutTours(PayoutCase, HttpCase):
    """An accountant and two payouts, in a real browser."""

    def test_an_accountant_ties_out_a_payout(self):
        accountant = new_test_user(
            self.env,
            login="tour_accountant",
            groups="integration_core.group_auditor,account.group_account_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        payout = self._tied()
        self._charged("pi_2", "50.00", "1.00")
        other = self._payout("po_2", "47.00", ["txn_pi_2"])
        self._left("po_2", "-47.00")
        self._assert_tie(other, "open", "sum", 2.0)
        line = self._shown(115.25, text="Sammelgutschrift")
        self._look_after()
        self.start_tour(
            "/odoo/integration-payouts", "integration_payout", login=accountant.login
        )
        self.assertEqual(self._fresh(payout).bank_line_id, line)
        self.start_tour(
            "/odoo/accounting", "integration_gateway_card", login=accountant.login
        )
