# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest.mock import patch

from odoo.tests.common import tagged

from odoo.addons.integration_core.tests.sending import SendingMixin

from .settling import SettlingCase


@tagged("post_install", "-at_install")
class TestSendingRefunds(SendingMixin, SettlingCase):
    """A refund asked for in Odoo: to the stand-in, back, and into the books, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.out = cls.env["integration.flow"].create(
            {
                "connector_id": cls.connector.id,
                "entity": "refund",
                "direction": "out",
                "mode": "live",
            }
        )
        # Who must agree above which amount is tried with the requests themselves.
        cls.connector.refund_approval_amount = 1_000_000
        cls.env.user.group_ids |= cls.env.ref("account.group_account_invoice")
        cls.env.user.group_ids |= cls.env.ref("integration_core.group_operator")

    def setUp(self):
        super().setUp()
        self.charge = self.sold(10000)
        self.hear()
        self.read_movements()
        self.payment = self.record("payment", self.charge)

    def ask(self, amount=25.0, **values):
        refund = self.env["integration.refund"]._ask(
            self.connector, self.payment, amount, **values
        )
        self.env.flush_all()
        return refund

    @property
    def rows(self):
        domain = [("connector_id", "=", self.connector.id)]
        return self.env["integration.refund"].search(domain)

    @property
    def posts(self):
        return [w for w in self.sim.writes if w["path"] == "/v1/refunds"]

    def assertOnce(self, refund, state="succeeded"):
        """One refund there, one here, its money booked once."""
        self.hear()
        self.read_movements()
        self.assertDone()
        (made,) = self.sim.refunds.values()
        self.assertEqual(self.rows, refund)
        self.assertEqual(refund.external_id, made["id"])
        self.assertEqual(refund.state, state)
        self.assertEqual(len(refund.line_ids), 1)
        self.assertEqual(refund.line_ids.state, "booked")
        self.assertEqual(refund.line_ids.amount, -25.0)
        fees = self.balance("fee_account_id") / 100
        self.assertEqual(self.cleared(), round(100.0 - 25.0 - fees, 2))

    def test_there_and_back(self):
        refund = self.ask(reason="duplicate")
        self.assertEqual(refund.state, "approved")
        self.send()
        self.assertEqual(len(self.posts), 1)
        (made,) = self.sim.refunds.values()
        self.assertEqual((made["amount"], made["reason"]), (2500, "duplicate"))
        self.assertOnce(refund)
        # What is told or changed afterwards sends nothing more.
        self.send()
        self.hear()
        self.assertEqual(len(self.posts), 1)

    def test_its_message_comes_before_the_answer(self):
        refund = self.ask()
        adapter = self.registry["integration.adapter.stripe"]
        original = adapter._send

        def send(model, connector, outgoing):
            written = original(model, connector, outgoing)
            self.hear()
            return written

        with patch.object(adapter, "_send", send):
            self.send()
        self.assertOnce(refund)

    def test_its_money_comes_before_everything(self):
        """The schedule reads the movement, and then the refund, before its message."""
        refund = self.ask()
        self.send()
        later = self.new_events()
        self.read_movements()
        self.assertEqual(refund.line_ids.state, "booked")
        self.deliver(*later)
        self.work()
        self.assertOnce(refund)

    def test_the_answer_is_lost(self):
        refund = self.ask()
        self.sim.faults.add(
            kind="reset", method="POST", path="/v1/refunds", count=1, when="after"
        )
        self.send()
        event = self.env["integration.event"].search(
            [("direction", "=", "out"), ("model", "=", "integration.refund")]
        )
        self.assertEqual(event.state, "sending")
        self.assertIsNone(self.run_job(event))
        self.assertEqual(event.state, "done")
        self.assertOnce(refund)

    def test_refused(self):
        """Somebody gave it back at Stripe meanwhile: nothing more leaves, and the
        payment is free for what is left."""
        refund = self.ask()
        self.sim.refund(self.charge, 9000)
        self.send()
        self.assertEqual(refund.state, "refused")
        self.assertTrue(refund.failure_reason)
        self.assertEqual(len(self.sim.refunds), 1)
        self.hear()
        self.read_movements()
        self.assertEqual(len(self.rows), 2)
        self.assertEqual(self.payment._integration_refundable(), 10.0)

    def test_it_fails_later(self):
        """The bank sends it back days later: booked back, and somebody is told."""
        refund = self.ask()
        self.send()
        self.assertOnce(refund)
        self.sim.clock.advance(3 * 86400)
        self.sim.fail_refund(refund.external_id)
        self.hear()
        self.read_movements()
        self.assertDone()
        self.assertEqual(refund.state, "failed")
        self.assertEqual(len(refund.line_ids), 2)
        fees = self.balance("fee_account_id") / 100
        self.assertEqual(self.cleared(), round(100.0 - fees, 2))
        self.assertTrue(refund.activity_ids)
