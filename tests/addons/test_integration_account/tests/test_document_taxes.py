# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.fields import Command
from odoo.tests import tagged

from .credit_common import CreditCase


@tagged("post_install", "-at_install")
class TestDocumentTaxes(CreditCase):
    """Reverse charge, exempt customers, tax ids; what a credit note makes of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.belgium = cls.env.ref("base.be")
        cls.position = cls.env["account.fiscal.position"].create(
            {
                "name": "Businesses in Belgium",
                "auto_apply": True,
                "vat_required": True,
                "country_id": cls.belgium.id,
            }
        )
        cls.reverse = cls._tax(
            "txr_unused",
            "Reverse charge",
            19,
            fiscal_position_ids=[Command.set(cls.position.ids)],
            original_tax_ids=[Command.set(cls.tax.ids)],
        )
        parts = [
            Command.clear(),
            Command.create({"repartition_type": "base"}),
            Command.create({"repartition_type": "tax", "factor_percent": 100}),
            Command.create({"repartition_type": "tax", "factor_percent": -100}),
        ]
        cls.reverse.write(
            {
                "invoice_repartition_line_ids": parts,
                "refund_repartition_line_ids": parts,
            }
        )

    def _not_owed(self, amount="100.00", reason="reverse_charge", **values):
        line = self._line(amount, "0.00", external_id="il_1", **values)
        line["taxes"][0]["reason"] = reason
        return line

    def _in_belgium(self):
        self.partner.write({"country_id": self.belgium.id, "vat": "BE0477472701"})

    def _cause(self, event):
        return (
            self.env["integration.exception"].search([("event_id", "=", event.id)])
        ).cause

    # === REVERSE CHARGE === #

    def test_the_tax_id_of_the_customer_says_reverse_charge(self):
        self._in_belgium()
        move = self._booked(self._invoice(self._not_owed()))
        self.assertEqual(move.invoice_line_ids.tax_ids, self.reverse)
        self.assertEqual(
            sorted(x.balance for x in move.line_ids if x.tax_line_id), [-19.0, 19.0]
        )
        # The position decides about taxes that are not owed, and about no accounts.
        self.assertFalse(move.fiscal_position_id)
        line = self._not_owed("40.00", invoice_line="il_1")
        credit = self._credited(self._credit(line))
        self.assertEqual(credit.invoice_line_ids.tax_ids, self.reverse)
        self.assertEqual(
            sorted(round(x.balance, 2) for x in credit.line_ids if x.tax_line_id),
            [-7.6, 7.6],
        )
        self.assertEqual(move.amount_residual, 60.0)

    def test_without_a_fiscal_position_a_person_is_asked(self):
        event = self._bring(self._invoice(self._not_owed()))
        self.assertNothingBooked(event, "review", "business_rule")
        self.assertEqual(self._cause(event), f"fiscal_position:{self.tax.id}")
        self.assertIn("Rosa Klee has no fiscal position", event.error)
        self.assertIn("Fiscal Positions", event.hint)
        # With the tax id it is booked.
        self._in_belgium()
        self._booked(self._invoice(self._not_owed(), note="again"), at=200)

    def test_a_position_that_puts_nothing_in_its_place(self):
        self._in_belgium()
        self.reverse.fiscal_position_ids = False
        self.position.tax_ids = self._tax(
            "txr_x", "Another", 7, original_tax_ids=[Command.set(self.tax.ids)]
        )
        event = self._bring(self._invoice(self._not_owed()))
        self.assertNothingBooked(event, "review", "business_rule")
        self.assertIn("Businesses in Belgium", event.error)

    def test_without_a_reason_the_tax_must_be_right(self):
        self._in_belgium()
        event = self._bring(self._invoice(self._not_owed(reason=None)))
        self.assertNothingBooked(event, "review", "business_rule")
        self.assertEqual(self._cause(event), f"tax:{self.tax.id}")

    # === EXEMPT === #

    def test_an_exempt_customer_has_no_tax(self):
        """A position without any tax takes all of them away."""
        position = self.env["account.fiscal.position"].create(
            {"name": "Exempt", "tax_ids": False}
        )
        self.partner.property_account_position_id = position
        move = self._booked(self._invoice(self._not_owed(reason="exempt")))
        self.assertFalse(move.invoice_line_ids.tax_ids)
        self.assertEqual(move.amount_total, 100.0)

    def test_a_rate_of_nothing_is_its_own_tax(self):
        zero = self._tax("txr_0", "Zero", 0)
        move = self._booked(
            self._invoice(self._not_owed(reason="zero_rated", key="txr_0"))
        )
        self.assertEqual(move.invoice_line_ids.tax_ids, zero)

    # === WHAT A CREDIT NOTE MAKES OF TAXES, DISCOUNTS, PARTS OF PERIODS === #

    def test_inclusive_and_exclusive_with_discounts(self):
        lines = [
            self._line("119.00", "17.10", "txr_19i", True, discount="11.90"),
            self._line("50.00", "9.50"),
        ]
        for number, line in enumerate(lines):
            line["external_id"] = f"il_{number}"
        invoice = self._booked(self._invoice(*lines))
        back = [
            self._line(
                "59.50",
                "8.55",
                "txr_19i",
                True,
                discount="5.95",
                invoice_line="il_0",
            ),
            self._line("25.00", "4.75", invoice_line="il_1"),
        ]
        credit = self._credited(self._credit(*back))
        self.assertEqual(
            invoice.amount_residual, invoice.amount_total - credit.amount_total
        )
        for tax in self.tax | self.included:
            taxed = (invoice | credit).line_ids.filtered(
                lambda x, t=tax: x.tax_line_id == t
            )
            half = round(taxed.filtered("credit").credit / 2, 2)
            self.assertAlmostEqual(-sum(taxed.mapped("balance")), half)

    def test_a_proration_is_taken_back(self):
        """A credit for unused time, and what takes its place, and half of that back."""
        unused = self._line(
            "-30.00", "-5.70", external_id="il_1", description="Unused", proration=True
        )
        rest = self._line(
            "50.00", "9.50", external_id="il_2", description="Remaining", proration=True
        )
        invoice = self._booked(self._invoice(unused, rest))
        credit = self._credited(
            self._credit(self._line("25.00", "4.75", invoice_line="il_2"))
        )
        self.assertEqual(invoice.amount_total, 23.80)
        # Only as much as was owed could be taken off.
        self.assertEqual(invoice.amount_residual, 0)
        self.assertAlmostEqual(credit.amount_residual, 5.95)

    def test_an_unmapped_tax_stops_a_credit_note(self):
        self._booked(self._invoice(self._line("100.00", "19.00", external_id="il_1")))
        event = self._bring_credit(
            self._credit(
                self._line("10.00", "0.70", key="txr_new", invoice_line="il_1")
            )
        )
        self.assertIn(event.state, ("review", "waiting"))
        self.assertTrue(event.hint or event.waiting_for)
        self.assertFalse(self._move().reversal_move_ids)
