# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .invoice_common import InvoiceCase


@tagged("post_install", "-at_install")
class TestInvoiceMatch(InvoiceCase):
    """What Odoo has already is linked, never booked a second time."""

    def _by_hand(self, amount=100.0, **values):
        """An invoice that somebody entered in Odoo; posted unless told otherwise."""
        post = values.pop("post", True)
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "journal_id": self.sales.id,
                "partner_id": self.partner.id,
                "invoice_date": "2026-02-10",
                "ref": "R-1",
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "By hand",
                            "price_unit": amount,
                            "tax_ids": [(6, 0, self.tax.ids)],
                        },
                    )
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def _other_journal(self):
        return self.sales.copy({"code": "OTH", "default_account_id": self.income.id})

    def _record(self, **values):
        return self._invoice(self._line("100.00", "19.00"), **values)

    def test_equal_number_and_total_is_linked(self):
        move = self._by_hand()
        event = self._bring(self._record())
        self.assertEqual(event.state, "done", event.error)
        self.assertEqual(self._move(), move)
        self.assertEqual(self._logs(event).operation, "link")
        self.assertEqual(len(move.invoice_line_ids), 1)

    def test_the_name_counts_as_number(self):
        move = self._by_hand(ref=False, name="R-1")
        self._bring(self._record())
        self.assertEqual(self._move(), move)

    def test_an_invoice_of_another_customer_is_for_a_person(self):
        other = self._customer("cus_2", "Otto Klee")
        move = self._by_hand(partner_id=other.id)
        event = self._bring(self._record())
        self.assertEqual(
            (event.state, event.error_class), ("review", "duplicate_candidate")
        )
        self.assertIn("Otto Klee", event.error)
        self.assertFalse(self._move())
        move.button_draft()
        move.partner_id = self.env["res.partner"].create(
            {"name": "A place of Rosa's", "parent_id": self.partner.id}
        )
        move.action_post()
        self._bring(self._record(note="x"), at=200)
        self.assertEqual(self._move(), move)

    def _second_connector(self, account: str):
        """Another connector that brings invoices into the same journal."""
        second = self._connector("Second", self.company)
        second.sudo().account_ref = account
        second.sale_journal_id = self.sales
        self._flow("invoice", self.flows["invoice"].mapping_id, connector=second)
        second._set_state("active", "")
        second.drain_count = 1
        links = self.env["integration.external.id"].search(
            [
                ("connector_id", "=", self.connector.id),
                ("entity", "in", ["customer", "tax_rate"]),
            ]
        )
        self.env["integration.external.id"]._bind(
            second, links.read(["entity", "external_id", "model", "res_id"])
        )
        return second

    def test_an_invoice_of_another_account_is_another_one(self):
        self.connector.sudo().account_ref = "acct_1"
        first = self._booked(self._record())
        second = self._second_connector("acct_2")
        event = self._bring(self._record(), "in_9", connector=second)
        self.assertEqual(event.state, "done", event.error)
        self.assertTrue(event.res_id)
        self.assertNotEqual(event.res_id, first.id)

    def test_what_another_connector_to_the_account_linked_is_the_same(self):
        self.connector.sudo().account_ref = "acct_1"
        move = self._by_hand()
        self._bring(self._record())
        second = self._second_connector("acct_1")
        event = self._bring(self._record(), connector=second)
        self.assertEqual(event.state, "done", event.error)
        self.assertEqual(event.res_id, move.id)

    def test_several_are_for_a_person(self):
        self._by_hand()
        self._by_hand()
        event = self._bring(self._record())
        self.assertEqual(
            (event.state, event.error_class), ("review", "duplicate_candidate")
        )
        self.assertIn("2 invoices in Odoo have its number", event.error)
        self.assertFalse(self._move())

    def test_another_total_is_for_a_person(self):
        self._by_hand(amount=50.0)
        event = self._bring(self._record())
        self.assertEqual(
            (event.state, event.error_class), ("review", "duplicate_candidate")
        )
        self.assertIn("over 59.50 EUR; the system says 119.00 EUR", event.error)

    def test_what_is_cancelled_linked_or_elsewhere_does_not_count(self):
        self._by_hand(post=False).button_cancel()
        journal = self._other_journal()
        self._by_hand(journal_id=journal.id)
        first = self._booked(self._record())
        second = self._booked(self._record(), "in_2")
        self.assertNotEqual(first, second)

    def test_a_link_given_up_is_found_again(self):
        move = self._booked(self._record())
        self._link("in_1", "invoice").with_user(self.manager)._unlink_with_reason(
            "test"
        )
        move.ref = False
        event = self._bring(self._record(), at=200)
        self.assertEqual(event.state, "done", event.error)
        self.assertEqual(self._move(), move)

    def test_what_somebody_deleted_is_not_booked_again(self):
        move = self._booked(self._record())
        self._link("in_1", "invoice").with_user(self.manager)._unlink_with_reason(
            "test"
        )
        move.button_draft()
        move.with_context(force_delete=True).unlink()
        event = self._bring(self._record(), at=200)
        self.assertEqual((event.state, event.error_class), ("review", "business_rule"))
        self.assertIn("somebody deleted it in Odoo", event.error)
        other = self._by_hand()
        event.action_retry()
        self._drain()
        self.assertEqual(self._move(), other)

    def test_a_linked_document_that_is_gone(self):
        self.connector.posting_policy = "draft"
        self._bring(self._record())
        self.env.cr.execute(
            "DELETE FROM account_move WHERE id = %s", (self._move().id,)
        )
        self.env.invalidate_all()
        event = self._bring(self._record(status="paid"), at=200)
        self.assertEqual((event.state, event.error_class), ("review", "business_rule"))
        self.assertIn("was deleted in Odoo", event.error)

    def test_two_connectors_to_one_account(self):
        self.connector.account_ref = "acct_1"
        move = self._booked(self._record(number=None))
        other = self._connector("Second", self.company)
        other.write({"account_ref": "acct_1", "sale_journal_id": self.sales.id})
        self._flow("invoice", self.flows["invoice"].mapping_id, other)
        self._flow("customer", self.mapping, other)
        other._set_state("active", "")
        self.env["integration.external.id"]._bind(
            other,
            [
                {
                    "entity": "customer",
                    "external_id": "cus_1",
                    "model": "res.partner",
                    "res_id": self.partner.id,
                }
            ],
        )
        record = self._invoice(self._line("100.00"), number=None) | {
            name: value
            for name, value in self._record(number=None).items()
            if name in ("untaxed", "tax", "total")
        }
        event = self._bring(record, connector=other)
        self.assertEqual(event.state, "done", event.error)
        self.assertEqual((event.model, event.res_id), ("account.move", move.id))

    # === BEFORE THE START DATE === #

    def test_older_documents_are_linked_never_posted(self):
        self.connector.start_date = "2026-03-01"
        journal = self._other_journal()
        move = self._by_hand(journal_id=journal.id)
        event = self._bring(self._record())
        self.assertEqual(event.state, "done", event.error)
        self.assertEqual(self._move(), move)
        self._bring(self._record(number="R-2"), "in_2")
        self.assertFalse(self._move("in_2"))

    def test_older_documents_that_odoo_has_not_are_skipped(self):
        self.connector.start_date = "2026-03-01"
        other = self._customer("cus_2", "Somebody else")
        self._by_hand(partner_id=other.id)
        self._by_hand(amount=50.0)
        event = self._bring(self._record())
        self.assertEqual(
            (event.state, event.skip_reason), ("skipped", "before_start_date")
        )
        self._by_hand()
        self._by_hand()
        event = self._bring(self._record(), "in_2")
        self.assertEqual(event.skip_reason, "before_start_date")
        self.assertIn("2 invoices in Odoo could be meant", self._logs(event).message)
        self.assertFalse(self._move("in_2"))

    def test_the_start_date_itself_is_booked(self):
        self.connector.start_date = "2026-02-10"
        self._booked(self._record())
