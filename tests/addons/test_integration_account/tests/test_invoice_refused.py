# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .invoice_common import InvoiceCase


@tagged("post_install", "-at_install")
class TestInvoiceRefused(InvoiceCase):
    """Bad input: a named class, a hint, and nothing half-posted."""

    def _refused(self, record, error_class="business_rule", state="review", **kw):
        event = self._bring(record, **kw)
        self.assertNothingBooked(event, state, error_class)
        return event

    def _cause(self, event) -> str:
        exception = self.env["integration.exception"].search(
            [("event_id", "=", event.id)]
        )
        return exception.cause

    # === TAXES === #

    def test_a_tax_nobody_mapped_waits(self):
        event = self._bring(self._invoice(self._line("100.00", "19.00", "txr_new")))
        self.assertEqual(
            (event.state, event.error_class), ("waiting", "missing_reference")
        )
        self.assertEqual(event.waiting_for, "tax_rate:txr_new")
        self.assertFalse(self._move())
        self._tax("txr_new", "19 % new", 19)
        event.state = "pending"
        self._drain()
        self.assertEqual(self._move().amount_total, 119)

    def test_a_tax_that_gives_another_amount(self):
        event = self._refused(self._invoice(self._line("100.00", "7.00")))
        self.assertEqual(
            event.error,
            "Invoice R-1 was not booked. Odoo computes 19.00 EUR, the system 7.00: tax "
            "19 % of line 1.",
        )
        self.assertEqual(event.error_path, "lines[0].taxes")
        self.assertEqual(self._cause(event), f"tax:{self.tax.id}")
        self.assertEqual(event.amount, 107)

    def test_a_tax_of_nothing_is_not_the_same_as_none(self):
        event = self._refused(self._invoice(self._line("100.00", "0.00")))
        self.assertIn("Odoo computes 19.00 EUR, the system 0.00", event.error)

    def test_a_tax_on_purchases(self):
        tax = self._tax("txr_in", "Input tax", 19, type_tax_use="purchase")
        event = self._refused(self._invoice(self._line("100.00", "19.00", "txr_in")))
        self.assertIn("a tax on purchases", event.error)
        self.assertEqual(self._cause(event), f"tax:{tax.id}")

    def test_a_tax_that_was_deleted(self):
        self._tax("txr_old", "Old", 19).unlink()
        event = self._refused(self._invoice(self._line("100.00", "19.00", "txr_old")))
        self.assertIn("was deleted", event.error)

    def test_a_tax_of_another_country(self):
        country = self.env.ref("base.fr")
        group = self.env["account.tax.group"].create(
            {"name": "FR", "country_id": country.id}
        )
        self._tax("txr_fr", "FR", 20, country_id=country.id, tax_group_id=group.id)
        event = self._refused(self._invoice(self._line("100.00", "20.00", "txr_fr")))
        self.assertIn("a tax of France", event.error)

    # === CURRENCY === #

    def test_a_currency_odoo_does_not_know(self):
        line = self._line("10.00", currency="XTS")
        event = self._refused(self._invoice(line, currency="XTS"), "mapping")
        self.assertIn("knows no currency XTS", event.error)
        self.assertEqual(self._cause(event), "currency:XTS")

    def test_a_currency_that_is_not_active(self):
        self._currency("CHF").active = False
        line = self._line("10.00", currency="CHF")
        event = self._refused(self._invoice(line, currency="CHF"), "mapping")
        self.assertIn("Accounting > Configuration > Currencies", event.hint)
        self.assertEqual(self._cause(event), "currency:CHF")
        self._currency("CHF")
        self._rate("CHF", "2026-01-01", 1.05)
        event.action_retry()
        self._drain()
        self.assertEqual(self._move().amount_total, 10)

    def _rate(self, code, day, rate):
        self.env["res.currency.rate"].create(
            {
                "currency_id": self._currency(code).id,
                "company_id": self.company.id,
                "name": day,
                "inverse_company_rate": rate,
            }
        )

    def test_a_currency_without_a_rate(self):
        """Odoo itself would take 1, or the first rate that comes later."""
        self._currency("GBP").rate_ids.unlink()
        line = self._line("10.00", currency="GBP")
        for _rate in (None, "2026-02-11"):
            if _rate:
                self._rate("GBP", _rate, 1.2)
            event = self._refused(
                self._invoice(line, currency="GBP"), "mapping", at=_rate and 200 or 100
            )
            self.assertIn("no rate of GBP for 2026-02-10", event.error)
        self._rate("GBP", "2026-02-10", 1.2)
        self.env["integration.event"].browse(event.id).action_retry()
        self._drain()
        self.assertEqual(self._move().amount_total_signed, 12)

    def test_a_currency_odoo_rounds_coarser(self):
        self._currency("CHF").rounding = 0.05
        self._rate("CHF", "2026-01-01", 1.05)
        line = self._line("10.03", currency="CHF")
        event = self._refused(self._invoice(line, currency="CHF"), "mapping")
        self.assertIn("rounds CHF to 0.05 and cannot keep 10.03", event.error)
        line = self._line("10.5", currency="JPY")
        self._rate("JPY", "2026-01-01", 0.006)
        event = self._refused(
            self._invoice(line, currency="JPY"), "mapping", external_id="in_2"
        )
        self.assertIn("rounds JPY to 1 and cannot keep 10.5", event.error)

    def test_amounts_of_two_currencies(self):
        record = self._invoice(self._line("10.00"))
        record["lines"][0]["amount"]["currency"] = "USD"
        event = self._refused(record, "mapping")
        self.assertEqual(event.error_path, "lines[0].amount")

    # === SUMS === #

    def test_a_total_off_by_one_cent(self):
        record = self._invoice(self._line("100.00", "19.00"), self._line("1.00"))
        event = self._refused(record | {"total": self._money("120.01")})
        self.assertIn(
            "add up to 120.00 EUR, the invoice says 120.01 (+0.01)", event.error
        )
        self.assertIn("line 1: 100.00, tax 19.00; line 2: 1.00, tax 0", event.error)
        self.assertEqual(event.amount, 120.01)

    def test_lines_that_do_not_add_up(self):
        record = self._invoice(*[self._line("100.00", "19.00") for _n in range(12)])
        record |= {"untaxed": self._money("1199.99"), "total": self._money("1427.99")}
        event = self._refused(record)
        self.assertIn("The lines add up to 1200.00 EUR before taxes", event.error)
        self.assertIn("4 more lines", event.error)

    def test_an_invoice_without_lines(self):
        record = self._invoice(self._line("100.00", "19.00")) | {"lines": None}
        event = self._refused(record)
        self.assertIn("The lines add up to 0 EUR before taxes", event.error)

    def test_amounts_that_are_text(self):
        record = self._invoice(self._line("100.00", "19.00"))
        record["total"]["amount"] = "119,00 EUR"
        event = self._bring(record)
        self.assertEqual((event.state, event.error_class), ("quarantine", "schema"))
        self.assertEqual(event.error_path, "total.amount")
        self.assertFalse(self._move())

    def test_below_zero_is_for_a_person(self):
        record = self._invoice(self._line("-100.00", "-19.00"))
        event = self._refused(record)
        self.assertIn("Its total is -119.00 EUR, below zero", event.error)
        self.assertEqual(self._cause(event), "negative_invoice")

    def test_below_zero_as_credit_note(self):
        self.connector.negative_policy = "refund"
        record = self._invoice(
            self._line("-100.00", "-19.00", quantity="2"),
            self._line("10.00", "1.71", discount="1.00"),
        )
        event = self._bring(record)
        self.assertEqual(event.state, "done", event.error)
        move = self._move()
        self.assertEqual((move.move_type, move.state), ("out_refund", "posted"))
        self.assertExact(move, record, sign=-1)
        line = move.invoice_line_ids.sorted("sequence")[0]
        self.assertEqual((line.quantity, line.price_unit), (2.0, 50.0))
        self.assertEqual(move.amount_total_signed, -108.29)

    def test_an_invoice_over_nothing(self):
        move = self._booked(self._invoice(self._line("0.00", "0.00")))
        self.assertEqual(move.payment_state, "paid")
        move = self._booked(self._invoice(number="R-2"), "in_2")
        self.assertEqual(move.invoice_line_ids.name, "R-2")

    # === WHO AND WHERE === #

    def test_an_archived_customer_is_booked_and_noted(self):
        self.partner.active = False
        event = self._bring(self._invoice(self._line("1.00")))
        self.assertEqual(event.state, "done", event.error)
        self.assertEqual(self._move().partner_id, self.partner)
        self.assertIn("Rosa Klee is archived", self._logs(event).message)

    def test_a_customer_that_was_deleted_in_odoo(self):
        gone = self._customer("cus_9", "Gone")
        self.env.cr.execute("DELETE FROM res_partner WHERE id = %s", (gone.id,))
        self.env.invalidate_all()
        record = self._invoice(self._line("1.00"))
        record["customer"] = {"entity": "customer", "external_id": "cus_9"}
        event = self._refused(record)
        self.assertIn("customer was deleted", event.error)

    def test_an_unknown_customer_waits(self):
        record = self._invoice(self._line("1.00"))
        record["customer"] = {"entity": "customer", "external_id": "cus_8"}
        event = self._bring(record)
        self.assertEqual(
            (event.state, event.waiting_for), ("waiting", "customer:cus_8")
        )
        self._feed("cus_8", {"name": "Late"})
        self._drain()
        self.assertEqual(self._move().partner_id.name, "Late")

    def test_no_sales_journal(self):
        self.connector.sale_journal_id = False
        event = self._refused(self._invoice(self._line("1.00")))
        self.assertEqual(self._cause(event), "no_sale_journal")

    def test_no_income_account(self):
        self.sales.default_account_id = False
        event = self._refused(self._invoice(self._line("1.00")))
        self.assertIn("no default income account", event.error)

    def test_no_day(self):
        event = self._refused(self._invoice(self._line("1.00"), issued_at=None))
        self.assertIn("when it was issued", event.error)

    # === ODOO ITSELF === #

    def test_a_locked_period(self):
        self.company.fiscalyear_lock_date = "2026-02-28"
        event = self._refused(
            self._invoice(self._line("100.00", "19.00")), "locked_period"
        )
        self.assertIn("locked", event.error)
        self.assertEqual(self._cause(event), f"locked_period:{self.sales.id}:2026-02")
        self.company.fiscalyear_lock_date = False
        event.action_retry()
        self._drain()
        self.assertEqual(str(self._move().date), "2026-02-10")

    def test_a_locked_period_with_a_policy_to_note(self):
        self.company.fiscalyear_lock_date = "2026-02-28"
        self.sales.integration_period_policy = "note"
        move = self._booked(self._invoice(self._line("100.00", "19.00")))
        self.assertEqual(str(move.invoice_date), "2026-02-10")
        self.assertGreater(str(move.date), "2026-02-28")
        self.assertIn("02/10/2026", "".join(move.message_ids.mapped("body")))

    def test_an_addon_that_changes_amounts_stops_it(self):
        """Cash rounding as default adds a line: nothing of the document stays."""
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "To 5 cents",
                "rounding": 0.05,
                "strategy": "add_invoice_line",
                "profit_account_id": self.income.id,
                "loss_account_id": self.income.id,
            }
        )
        self.env["ir.default"].set(
            "account.move", "invoice_cash_rounding_id", rounding.id
        )
        fine = self._invoice(self._line("100.00"), number="R-2")
        self._store("in_2", fine, entity="invoice")
        event = self._refused(self._invoice(self._line("100.02")))
        self.assertIn("Total is 100.00 in Odoo and 100.02 in the system", event.error)
        self.assertEqual(self._move("in_2").amount_total, 100)

    def test_one_that_is_refused_does_not_stop_the_others(self):
        self._store(
            "in_1", self._invoice(self._line("100.00", "7.00")), entity="invoice"
        )
        self._store(
            "in_2", self._invoice(self._line("1.00"), number="R-2"), entity="invoice"
        )
        self._drain()
        self.assertFalse(self._move("in_1"))
        self.assertEqual(self._move("in_2").state, "posted")

    def test_a_corrected_message_replaces_the_refused_one(self):
        event = self._refused(self._invoice(self._line("100.00", "7.00")))
        self._booked(self._invoice(self._line("100.00", "19.00")), at=200)
        event.invalidate_recordset()
        self.assertEqual((event.state, event.skip_reason), ("skipped", "superseded"))
