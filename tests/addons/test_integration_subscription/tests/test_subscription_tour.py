# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from .common import SubscriptionCase


@tagged("post_install", "-at_install")
class TestSubscriptionTour(SubscriptionCase, HttpCase):
    """People and subscriptions, in a real browser."""

    def test_from_the_list_to_the_customer(self):
        accountant = new_test_user(
            self.env,
            login="tour_accountant",
            groups="account.group_account_manager,base.group_partner_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        # The calendar opens with the current month.
        soon = fields.Datetime.now() + timedelta(hours=1)
        running = {"period_end": f"{soon:%Y-%m-%dT%H:%M:%SZ}"}
        self._bring_subscription(self._subscription(**running))
        ending = self._subscription(
            self._item(quantity="3"),
            cancel_at_period_end=True,
            cancel_reason="Too expensive",
            **running,
        )
        self._bring_subscription(ending, "sub_2")
        line = self._line("100.00", "19.00")
        self._booked(self._invoice(line, subscription="sub_2"))
        self._tell(self._set(api="API access", sso="Single sign-on"))
        self._tell(self._set(api="API access"), 200)
        self.start_tour(
            "/odoo/integration-subscriptions",
            "integration_subscriptions",
            login=accountant.login,
        )
