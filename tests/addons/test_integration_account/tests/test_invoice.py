# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.test_integration_core.tests.common import SYSTEM

from .invoice_common import InvoiceCase


@tagged("post_install", "-at_install")
class TestInvoice(InvoiceCase):
    """A new invoice is posted as the other system states it."""

    def test_an_invoice_is_posted_to_the_cent(self):
        record = self._invoice(
            self._line("100.00", "19.00"), due_at="2026-03-10T12:00:00Z", note="Danke"
        )
        move = self._booked(record)
        self.assertEqual(move.move_type, "out_invoice")
        self.assertEqual(move.journal_id, self.sales)
        self.assertEqual(move.partner_id, self.partner)
        self.assertEqual(str(move.invoice_date), "2026-02-10")
        self.assertEqual(str(move.date), "2026-02-10")
        self.assertEqual(str(move.invoice_date_due), "2026-03-10")
        self.assertEqual(move.ref, "R-1")
        self.assertEqual(move.payment_reference, "R-1")
        self.assertEqual(move.invoice_origin, "in_1")
        self.assertIn("Danke", move.narration)
        self.assertFalse(move.invoice_user_id)
        line = move.invoice_line_ids
        self.assertEqual(line.tax_ids, self.tax)
        self.assertEqual(line.account_id, self.income)
        self.assertEqual((line.price_unit, line.quantity), (100.0, 1.0))
        self.assertEqual((line.price_subtotal, line.price_total), (100.0, 119.0))

    def test_the_log_shows_fields_and_journal_items(self):
        event = self._bring(self._invoice(self._line("100.00", "19.00")))
        log = self._logs(event)
        self.assertEqual((log.operation, log.status), ("post", "success"))
        self.assertEqual(log.document_name, self._move().name)
        self.assertEqual(log.amount, 119)
        self.assertEqual(log.currency_id.name, "EUR")
        self.assertEqual(log.diff["amount_total"], [None, "119.00 EUR"])
        self.assertEqual(log.diff["partner_id"], [None, "Rosa Klee"])
        ledger = log.diff["ledger"]
        self.assertEqual(ledger["total"], "0.00")
        self.assertEqual(
            sorted((row["debit"], row["credit"]) for row in ledger["rows"]),
            [("", "100.00"), ("", "19.00"), ("119.00", "")],
        )
        sale = next(row for row in ledger["rows"] if row["credit"] == "100.00")
        self.assertEqual(sale["account"], "400900 Sales of the demo system")
        self.assertEqual((sale["label"], sale["currency"]), ("Plan Pro", "EUR"))
        self.assertEqual(sale["partner"], "Rosa Klee")

    def test_posting_is_an_effect(self):
        event = self._bring(self._invoice(self._line("100.00", "19.00")))
        key = self.env["integration.effect"]._key(self.connector, "in_1", "post")
        effect = self.env["integration.effect"]._happened([key])[key]
        self.assertEqual(
            (effect.model, effect.res_id), ("account.move", self._move().id)
        )
        self.assertEqual(effect.event_id, event)

    def test_the_same_content_again_changes_nothing(self):
        record = self._invoice(self._line("100.00", "19.00"))
        move = self._booked(record)
        before = self.env["account.move"].search_count([])
        self.assertEqual(self._bring(record, at=200).skip_reason, "no_change")
        paid = self._bring(record | {"status": "paid"}, at=300)
        self.assertEqual(paid.state, "done", paid.error)
        self.assertFalse(self._logs(paid))
        self.assertEqual(self.env["account.move"].search_count([]), before)
        self.assertEqual(self._move(), move)

    def test_nobody_is_mailed_or_subscribed(self):
        person = self._person("auditor", "seller")
        self.partner.user_id = person
        mails = self.env["mail.mail"].search_count([])
        move = self._booked(self._invoice(self._line("100.00", "19.00")))
        self.assertEqual(move.invoice_user_id, person)
        self.assertFalse(move.message_follower_ids)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        notified = self.env["mail.notification"].search(
            [("mail_message_id", "in", move.message_ids.ids)]
        )
        self.assertFalse(notified)

    def test_the_chatter_links_to_the_other_system(self):
        adapter = self.registry[f"integration.adapter.{SYSTEM}"]
        with patch.object(
            adapter, "_remote_url", lambda *a: f"https://demo.example/{a[-2]}/{a[-1]}"
        ):
            move = self._booked(self._invoice(self._line("100.00", "19.00")))
        notes = "".join(move.message_ids.mapped("body"))
        self.assertIn('href="https://demo.example/invoice/in_1"', notes)
        self.assertIn("Booked from Demo", notes)

    def test_the_chatter_falls_back_to_the_page_of_the_document(self):
        record = self._invoice(
            self._line("100.00", "19.00"), url="https://pay.example/i/1?<x>"
        )
        record["balance_applied"] = self._money("5.00")
        record["paid_elsewhere"] = self._money("7.00")
        notes = "".join(self._booked(record).message_ids.mapped("body"))
        self.assertIn("https://pay.example/i/1?&lt;x&gt;", notes)
        self.assertIn("5.00 EUR were settled with the customer's credit", notes)
        self.assertIn("7.00 EUR were paid outside", notes)

    # === SETTINGS === #

    def test_their_number_may_be_the_number_in_odoo(self):
        self.connector.move_name_policy = "name"
        first = self._booked(self._invoice(self._line("1.00"), number="ABC-0007"))
        second = self._booked(
            self._invoice(self._line("1.00"), number="ABC-0003"), "in_2"
        )
        self.assertEqual((first.name, second.name), ("ABC-0007", "ABC-0003"))
        self.assertEqual((first.ref, second.ref), ("ABC-0007", "ABC-0003"))

    def test_drafts_are_left_to_the_accountant(self):
        self.connector.posting_policy = "draft"
        event = self._bring(self._invoice(self._line("100.00", "19.00")))
        move = self._move()
        self.assertEqual((event.state, move.state), ("done", "draft"))
        self.assertEqual(self._logs(event).operation, "create")
        self.assertExact(move, self._invoice(self._line("100.00", "19.00")))
        key = self.env["integration.effect"]._key(self.connector, "in_1", "post")
        self.assertFalse(self.env["integration.effect"]._happened([key]))
        move.action_post()
        self.assertEqual(move.amount_total, 119)

    def test_the_fiscal_position_maps_accounts_and_no_taxes(self):
        other = self._account("400950", "Sales abroad", "income")
        zero = self._tax("txr_0", "0 %", 0)
        position = self.env["account.fiscal.position"].create(
            {
                "name": "Abroad",
                "account_ids": [
                    (
                        0,
                        0,
                        {"account_src_id": self.income.id, "account_dest_id": other.id},
                    )
                ],
                "tax_ids": [(4, zero.id)],
            }
        )
        zero.original_tax_ids = self.tax
        self.connector.write(
            {"fiscal_position_policy": "fixed", "fiscal_position_id": position.id}
        )
        move = self._booked(self._invoice(self._line("100.00", "19.00")))
        self.assertEqual(move.fiscal_position_id, position)
        self.assertEqual(move.invoice_line_ids.account_id, other)
        self.assertEqual(move.invoice_line_ids.tax_ids, self.tax)

    def test_the_fiscal_position_of_the_customer(self):
        position = self.env["account.fiscal.position"].create({"name": "Special"})
        self.partner.property_account_position_id = position
        move = self._booked(self._invoice(self._line("1.00")))
        self.assertFalse(move.fiscal_position_id)
        self.connector.fiscal_position_policy = "partner"
        move = self._booked(self._invoice(self._line("1.00"), number="R-2"), "in_2")
        self.assertEqual(move.fiscal_position_id, position)

    def test_payment_terms_of_the_customer_do_not_count(self):
        self.partner.property_payment_term_id = self.env.ref(
            "account.account_payment_term_30days"
        )
        move = self._booked(self._invoice(self._line("100.00", "19.00")))
        self.assertFalse(move.invoice_payment_term_id)
        self.assertEqual(move.invoice_date_due, move.invoice_date)

    def test_the_day_is_that_of_the_company(self):
        self.company.partner_id.tz = "Pacific/Auckland"
        move = self._booked(
            self._invoice(self._line("1.00"), issued_at="2026-01-31T20:00:00Z")
        )
        self.assertEqual(str(move.invoice_date), "2026-02-01")

    # === WHAT THE PEER HAS NOT FINISHED === #

    def test_a_draft_of_the_peer_is_not_booked(self):
        event = self._bring(self._invoice(self._line("1.00"), status="draft"))
        self.assertEqual((event.state, event.skip_reason), ("skipped", "not_final"))
        self.assertFalse(self._move())
        self._booked(self._invoice(self._line("1.00")), at=200)

    def test_what_was_void_before_odoo_knew_it_is_not_booked(self):
        event = self._bring(self._invoice(self._line("1.00"), status="void"))
        self.assertEqual((event.state, event.skip_reason), ("skipped", "no_change"))
        self.assertIn("nothing to reverse", self._logs(event).message)
        self.assertFalse(self._move())

    def test_compare_only_writes_nothing(self):
        self.flows["invoice"].mode = "shadow"
        before = self.env["account.move"].search_count([])
        event = self._bring(
            self._invoice(
                self._line("100.00", "19.00"),
                self._line("119.00", "17.10", inclusive=True, discount="11.90"),
            )
        )
        self.assertEqual((event.state, event.skip_reason), ("skipped", "shadow"))
        self.assertEqual(self.env["account.move"].search_count([]), before)
        shown = self._logs(event).diff
        self.flows["invoice"].mode = "live"
        booked = self._logs(
            self._bring(
                self._invoice(
                    self._line("100.00", "19.00"),
                    self._line("119.00", "17.10", inclusive=True, discount="11.90"),
                ),
                "in_2",
            )
        ).diff
        self.assertEqual(shown["amount_total"], booked["amount_total"])
        rows = [
            sorted(
                "{account}|{debit}|{credit}".format(**row)
                for row in d["ledger"]["rows"]
            )
            for d in (shown, booked)
        ]
        self.assertEqual(*rows)

    def test_no_message_writes_what_odoo_notes_for_itself(self):
        fields_of = self.env["account.move"]._fields
        entity = self.env["integration.entity.invoice"]
        allowed = {
            name for name in fields_of if entity._custom_allowed(fields_of[name])
        }
        self.assertIn("ref", allowed)
        self.assertFalse(
            allowed
            & {
                "inalterable_hash",
                "secure_sequence_number",
                "access_token",
                "is_move_sent",
                "posted_before",
            }
        )
