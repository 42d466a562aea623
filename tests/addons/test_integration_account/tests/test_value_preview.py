# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.test_integration_core.tests.common import SYSTEM

from .invoice_common import InvoiceCase

GROUP = "integration.exception.group"
RATE = {"name": "VAT", "percentage": "7", "inclusive": False, "active": True}


@tagged("post_install", "-at_install")
class TestValuePreview(InvoiceCase):
    """What would be booked, before anybody says which tax it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.map = cls.env["integration.value.map"].create(
            {
                "name": "Demo: tax rates",
                "code": "demo_tax_rate",
                "system": SYSTEM,
                "entity": "tax_rate",
                "model": "account.tax",
            }
        )
        cls.seven = cls._tax("unused", "7 %", 7)
        cls.nine = cls._tax("other", "9 %", 9)

    def setUp(self):
        super().setUp()
        line = self._line("100.00", "7.00", key="txr_7")
        self.events = self.env["integration.event"]
        for number in (1, 2):
            invoice = self._invoice(line, number=f"R-{number}")
            self.events |= self._bring(invoice, external_id=f"in_{number}")
        self._feed("txr_7", RATE, entity="tax_rate")
        self.line = self.map.line_ids

    def _choice(self, tax, person=None):
        choice = self.env["integration.value.map.choice"].with_user(
            person or self.designer
        )
        return choice.create({"line_id": self.line.id, "res_id": tax.id})

    def _preview(self, tax):
        choice = self._choice(tax)
        return (
            self.env[GROUP]
            .with_user(self.designer)
            .browse(choice.action_preview()["res_id"])
        )

    def _counts(self) -> tuple:
        names = ("account.move", "integration.external.id", "integration.job.log")
        return tuple(self.env[name].search_count([]) for name in names)

    def test_what_would_be_booked_is_shown_before_it_is_mapped(self):
        choice = self._choice(self.seven)
        # The tax rate itself, and the invoices that wait for it.
        self.assertEqual(choice.stopped_count, 3)
        before = self._counts()
        group = self._preview(self.seven)
        self.assertEqual(self._counts(), before)
        self.assertFalse(self.line.res_id)
        self.assertEqual((group.pass_count, group.fail_count), (3, 0))
        self.assertIn("214.00", group.notice["what"])
        self.assertIn("7 %", group.notice["next"])
        posted = group.line_ids.filtered(lambda x: x.external_id == "in_1")
        self.assertEqual((posted.operation, posted.amount), ("post", 107.0))
        self.assertIn("107.00", str(posted.ledger))

        group.action_process()
        self.assertEqual(self.line.res_id, self.seven.id)
        for _turn in range(3):
            self._drain()
        self.env.invalidate_all()
        self.assertEqual(set(self.events.mapped("state")), {"done"})
        for number in (1, 2):
            move = self._move(f"in_{number}")
            self.assertEqual((move.state, move.amount_total), ("posted", 107.0))
        self.assertIn("Done: 3", group.notice["what"])
        # It is in the log who decided.
        log = self.env["integration.job.log"].search(
            [("operation", "=", "configure"), ("external_id", "=", "txr_7")]
        )
        self.assertEqual(log.actor_id, self.designer)

    def test_the_wrong_tax_is_found_before_it_is_mapped(self):
        group = self._preview(self.nine)
        stopped = group.line_ids.filtered(lambda x: x.outcome == "fails")
        self.assertEqual(set(stopped.mapped("external_id")), {"in_1", "in_2", "txr_7"})
        self.assertIn("9 %", group.notice["next"] + str(stopped.mapped("message")))
        self.assertFalse(self.line.res_id)
        self.assertEqual(set(self.events.mapped("state")), {"waiting"})

    def test_a_tax_without_account_is_told(self):
        """Odoo would book it as income, without a word."""
        parts = self.seven.repartition_line_ids.filtered(
            lambda part: part.repartition_type == "tax"
        )
        parts.account_id = False
        self.assertIn("7 % has no account", self._choice(self.seven).warning)
        group = self._preview(self.seven)
        self.assertEqual((group.notice["level"], group.fail_count), ("warning", 0))
        self.assertIn("books it as income", group.notice["why"])
        self.line.res_id = self.seven.id
        self.assertIn("7 % has no account", self.line.objection)
        parts.account_id = self.env["account.account"].create(
            {
                "name": "VAT",
                "code": "tax.due",
                "account_type": "liability_current",
                "company_ids": [(6, 0, self.company.ids)],
            }
        )
        self.line.invalidate_recordset(["objection"])
        self.assertFalse(self.line.objection)
        self.assertFalse(self._choice(self.seven).warning)

    def test_the_second_time_is_like_the_first(self):
        first = self._preview(self.seven)
        again = self.env[GROUP].browse(first.action_try_again()["res_id"])
        self.assertEqual((again.pass_count, again.choice_line_id), (3, self.line))

    def test_who_may_not_map_may_not_try(self):
        group = self._preview(self.seven)
        for person in (self.operator, self.auditor):
            with self.assertRaises(AccessError):
                self.env[GROUP].with_user(person)._start_choice(
                    self.line.with_user(person), self.seven.id
                )
            with self.assertRaises(AccessError):
                group.with_user(person).action_process()
            self.assertFalse(group.with_user(person).may_process)

    def test_nothing_is_bound_outside_of_a_dry_run(self):
        trial = self.env["integration.value.map.trial"].with_user(self.designer)
        with self.assertRaisesRegex(UserError, "only be tried"):
            trial.create({"line_id": self.line.id, "res_id": self.seven.id})
        self.assertFalse(self.line.res_id)

    def test_nothing_to_try(self):
        self.line.res_id = self.seven
        for _turn in range(3):
            self._drain()
        self.env.invalidate_all()
        choice = self._choice(self.seven)
        self.assertFalse(choice.stopped_count)
        with self.assertRaisesRegex(UserError, "waits any more"):
            choice.action_preview()
