# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from odoo.addons.integration_core.messages import Item
from odoo.addons.integration_subscription.hooks import post_init_hook

from .common import SubscriptionCase


@tagged("post_install", "-at_install")
class TestInvoicesOfSubscriptions(SubscriptionCase):
    """An invoice and its subscription find each other in any order."""

    def _invoice_of(self, subscription="sub_1", **values) -> dict:
        line = self._line("100.00", "19.00")
        return self._invoice(line, subscription=subscription, **values)

    def test_the_subscription_first(self):
        record = self._bring_subscription(self._subscription())
        move = self._booked(self._invoice_of())
        self.assertEqual(move.integration_subscription_id, record)
        self.assertEqual(record.invoice_count, 1)
        action = record.action_open_invoices()
        found = self.env["account.move"].search(action["domain"])
        self.assertEqual(found, move)
        back = move.action_open_integration_subscription()
        self.assertEqual(back["res_id"], record.id)

    def test_the_invoice_first(self):
        move = self._booked(self._invoice_of())
        other = self._booked(self._invoice_of("sub_2", number="R-2"), "in_2")
        self.assertFalse(move.integration_subscription_id)
        record = self._bring_subscription(self._subscription())
        self.assertEqual(move.integration_subscription_id, record)
        self.assertFalse(other.integration_subscription_id)
        self.assertEqual(move.state, "posted")

    def test_both_in_one_batch(self):
        invoice = self._store("in_1", self._invoice_of(), 90, entity="invoice")
        self._store("sub_1", self._subscription(), 100, entity="subscription")
        self._drain()
        self.assertEqual(invoice.state, "done", invoice.error)
        self.assertEqual(
            self._move().integration_subscription_id, self._mirrored("sub_1")
        )

    def test_an_invoice_that_was_here_before_this_addon(self):
        move = self._booked(self._invoice_of(None))
        record = self._bring_subscription(self._subscription(latest_invoice="in_1"))
        self.assertEqual(move.integration_subscription_id, record)
        self.assertEqual(move.integration_subscription_ref, "sub_1")

    def test_an_invoice_that_somebody_entered(self):
        """It is linked by its number, and knows its subscription then."""
        record = self._bring_subscription(self._subscription())
        move = self._booked(self._invoice_of(None))
        self._link("in_1", "invoice").unlink()
        self._bring(self._invoice_of(), at=200)
        self.assertEqual(self._move(), move)
        self.assertEqual(move.integration_subscription_id, record)

    def test_the_same_id_at_another_system_is_another_one(self):
        """Ids are a system's own: a second connector must not take our invoices."""
        move = self._booked(self._invoice_of())
        second = self._connector("Second", self.company)
        ours = self.env["integration.subscription"].create(
            {
                "connector_id": second.id,
                "company_id": self.company.id,
                "external_id": "sub_1",
                "partner_id": self.partner.id,
                "currency_id": self._currency("EUR").id,
            }
        )
        entity = self.env["integration.entity"]._for("subscription")
        entity._link_invoices(second, [self._stand_in(ours)], {ours.id: ours})
        self.assertFalse(move.integration_subscription_id)
        move = self._booked(self._invoice_of(number="R-2"), "in_2")
        self.assertFalse(move.integration_subscription_id)

    def _stand_in(self, record):
        return Item(0, "", "subscription", "sub_1", res_id=record.id)

    def test_a_customer_sees_all_of_its_house(self):
        person = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.partner.id}
        )
        self._bind("customer", "cus_person", person)
        self._bring_subscription(self._subscription())
        self._bring_subscription(
            self._subscription(
                customer={"entity": "customer", "external_id": "cus_person"}
            ),
            "sub_2",
        )
        self._bring_subscription(
            self._subscription(status="canceled", ended_at="2026-11-02T00:00:00Z"),
            "sub_3",
        )
        house = self.partner | person
        house.invalidate_recordset()
        self.assertEqual(house.mapped("integration_subscription_count"), [2, 1])
        self.assertEqual(len(self.partner.integration_subscription_ids), 2)
        action = self.partner.action_open_integration_subscriptions()
        found = self.env["integration.subscription"].search(action["domain"])
        self.assertEqual(len(found), 3)

    def test_a_customer_without_any(self):
        lonely = self.env["res.partner"].create({"name": "Lonely"})
        self.assertEqual(lonely.integration_subscription_count, 0)

    def test_technical_users_may_write_them(self):
        user = self.connector.service_user_id
        mirror = self.env.ref("integration_subscription.group_mirror")
        self.assertIn(mirror, user.group_ids)
        user.group_ids -= mirror
        post_init_hook(self.env)
        self.assertIn(mirror, user.group_ids)
