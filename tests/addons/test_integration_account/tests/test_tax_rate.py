# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import UserError
from odoo.tests import Form, HttpCase, tagged

from odoo.addons.test_integration_core.tests.common import SYSTEM

from .common import AccountCase

RATE = {
    "name": "VAT",
    "percentage": "19.00",
    "inclusive": False,
    "country": "US",
    "active": True,
}


class TaxRateCase(AccountCase):
    """A system with a value map for its tax rates, and a company with sales taxes."""

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
        cls.tax = cls._tax(19)

    @classmethod
    def _tax(cls, amount, name="", **values):
        return cls.env["account.tax"].create(
            {
                "name": name or f"{amount} % S",
                "amount": amount,
                "type_tax_use": "sale",
                "price_include_override": "tax_excluded",
                **values,
            }
        )

    def _rate(self, external_id="txr_1", at=100, **values):
        return self._feed(external_id, dict(RATE, **values), at, entity="tax_rate")

    def _line(self, external_id="txr_1"):
        return self.map.line_ids.filtered(lambda x: x.external_value == external_id)


@tagged("post_install", "-at_install")
class TestTaxRate(TaxRateCase):
    """What messages about tax rates do: note, ask, check; never create a tax."""

    def test_an_unmapped_rate_asks_a_person_and_says_what_it_is(self):
        before = self.env["account.tax"].search_count([])
        event = self._rate()
        self.assertEqual((event.state, event.error_class), ("review", "mapping"))
        self.assertEqual(
            event.error,
            "The tax “VAT 19 %, US, not included” (txr_1): it has no tax in Odoo yet.",
        )
        self.assertEqual(event.exception_id.cause, "value_map:demo_tax_rate:txr_1")
        self.assertEqual(event.notice["buttons"][0]["label"], "Map now")
        line = self._line()
        self.assertEqual(line.note, "VAT 19 %, US, not included")
        self.assertEqual(line.record_company_id, self.company)
        self.assertFalse(line.res_id)
        self.assertEqual(self.env["account.tax"].search_count([]), before)

    def test_from_the_exception_to_the_mapped_tax(self):
        """The button, the dialog with the proposal in it, and everything goes on."""
        event = self._rate()
        action = event.with_user(self.designer).action_solve()
        self.assertEqual(action["res_model"], "integration.value.map.choice")
        model = self.env[action["res_model"]].with_user(self.designer)
        with Form(model.with_context(**action["context"])) as form:
            self.assertEqual(form.tax_id, self.tax)
            self.assertIn("has no account", form.warning)
        # That is told, and nothing speaks against it.
        self.assertEqual(form.record.line_id._objection(self.tax.id), "")
        form.record.action_confirm()
        self.assertEqual(self._line().res_id, self.tax.id)
        self._drain()
        event.invalidate_recordset()
        self.assertEqual((event.state, event.res_id), ("done", self.tax.id))
        link = self._link("txr_1", entity="tax_rate")
        self.assertEqual((link.res_id, link.primary), (self.tax.id, False))

    def test_what_waits_for_the_tax_is_woken_and_counted(self):
        waits = self._store("price_9", {"currency": "EUR"}, entity="price")
        waits.sudo().write(
            {
                "state": "waiting",
                "waiting_for": "tax_rate:txr_1",
                "amount": 119,
                "currency_id": self._currency("EUR").id,
            }
        )
        self._rate()
        self.map.invalidate_recordset()
        (step,) = self.map.unmapped["steps"]
        self.assertIn("Messages waiting for it: 1.", step["sentence"])
        self.assertIn("119.00", step["sentence"])
        self.assertIn("Proposed: 19 % S.", step["sentence"])
        self.map.with_user(self.designer).action_accept_proposals()
        waits.invalidate_recordset()
        self.assertEqual(waits.state, "pending")

    def test_a_rate_out_of_use_is_left_alone_until_it_is_needed(self):
        event = self._rate(active=False)
        self.assertEqual(event.state, "done")
        self.assertFalse(self._link("txr_1", entity="tax_rate"))
        self.assertTrue(self._line())
        self.assertEqual(self.map.unmapped_count, 0)
        waits = self._store("price_9", {"currency": "EUR"}, entity="price")
        waits.sudo().write({"state": "waiting", "waiting_for": "tax_rate:txr_1"})
        self.assertEqual(self._rate(active=False, name="V", at=101).state, "review")
        self.map.invalidate_recordset()
        self.assertEqual(self.map.unmapped_count, 1)

    def test_two_rates_may_stand_for_one_tax(self):
        for name in ("txr_1", "txr_2"):
            self._rate(name)
            self._line(name).action_accept_proposal()
        self._drain()
        links = self._link("txr_1", "tax_rate") | self._link("txr_2", "tax_rate")
        self.assertEqual(links.mapped("res_id"), [self.tax.id] * 2)

    def test_the_same_content_again_is_nothing_to_do(self):
        self._rate()
        self._line().tax_id = self.tax
        self._drain()
        again = self._rate(at=101)
        self.assertEqual((again.state, again.skip_reason), ("skipped", "no_change"))

    def test_another_percentage_than_the_mapped_tax_is_for_a_person(self):
        self._rate()
        self._line().tax_id = self.tax
        self._drain()
        event = self._rate(at=101, percentage="20.5")
        self.assertEqual((event.state, event.error_class), ("review", "mapping"))
        self.assertIn("19 % S is 19 %, the other system says 20.5 %", event.error)
        self.assertEqual(self._line().note, "VAT 20.5 %, US, not included")
        self.assertIn("20.5", self._line().objection)
        form = Form(
            self.env["integration.value.map.choice"].with_context(
                default_line_id=self._line().id, default_res_id=self.tax.id
            )
        )
        self.assertIn("20.5", form.warning)

    def test_included_or_not_does_not_matter(self):
        self._rate(inclusive=True)
        self._line().tax_id = self.tax
        self._drain()
        event = self.env["integration.event"].search([("entity", "=", "tax_rate")])
        self.assertEqual(event.state, "done")

    def test_an_archived_tax_asks_again_and_goes_on_when_it_is_back(self):
        self._rate()
        self._line().tax_id = self.tax
        self._drain()
        self.tax.active = False
        resolve = self.env["integration.external.id"]._resolve
        self.assertFalse(resolve(self.connector, {("tax_rate", "txr_1")}))
        self.assertFalse(self._link("txr_1", entity="tax_rate"))
        event = self._rate(at=101, name="Other")
        self.assertEqual(event.state, "review")
        self.assertIn("archived", event.error)
        self.tax.active = True
        event.invalidate_recordset()
        self.assertEqual(event.state, "pending")
        self._drain()
        event.invalidate_recordset()
        self.assertEqual(event.state, "done")

    def test_a_mapped_tax_cannot_be_deleted(self):
        self._rate()
        self._line().tax_id = self.tax
        with self.assertRaises(UserError):
            self.tax.unlink()
        self._line().tax_id = False
        self.tax.unlink()

    def test_without_a_map_the_error_says_what_to_do(self):
        self.map.active = False
        event = self._rate()
        self.assertEqual((event.state, event.error_class), ("review", "mapping"))
        self.assertIn("Value Maps", event.hint)

    def test_compare_only_writes_no_link_but_asks(self):
        self.flows["tax_rate"].mode = "shadow"
        self.assertEqual(self._rate().state, "review")
        self._line().tax_id = self.tax
        self.env["integration.external.id"].search(
            [("external_id", "=", "txr_1")]
        ).unlink()
        self._drain()
        event = self.env["integration.event"].search([("entity", "=", "tax_rate")])
        self.assertEqual((event.state, event.skip_reason), ("skipped", "shadow"))
        self.assertFalse(self._link("txr_1", entity="tax_rate"))

    def test_one_bad_rate_does_not_stop_its_batch(self):
        self._rate()
        self._line().tax_id = self.tax
        bad = self._store("txr_2", dict(RATE, percentage="5"), entity="tax_rate")
        good = self._store("txr_1", dict(RATE, name="V"), at=101, entity="tax_rate")
        self._drain()
        (good | bad).invalidate_recordset()
        self.assertEqual((good.state, bad.state), ("done", "review"))


@tagged("post_install", "-at_install")
class TestTaxProposals(TaxRateCase):
    """One candidate is a proposal, several are none, and nothing binds by itself."""

    def _proposal(self, **values):
        line = self.map._note_values(
            self.company, {"txr_1": ("x", dict(RATE, **values))}
        )["txr_1"]
        line.invalidate_recordset()
        return line.proposal_id

    def test_same_percentage(self):
        self.assertEqual(self._proposal(), self.tax.id)
        self.assertFalse(self._proposal(percentage="19.5"))

    def test_of_two_the_one_that_is_contained_as_the_system_says(self):
        inside = self._tax(19, "19 % incl.", price_include_override="tax_included")
        self.assertEqual(self._proposal(), self.tax.id)
        self.assertEqual(self._proposal(inclusive=True), inside.id)

    def test_two_candidates_are_no_proposal(self):
        self._tax(19, "Another")
        self.assertFalse(self._proposal())

    def test_the_only_one_although_it_is_contained(self):
        self.assertEqual(self._proposal(inclusive=True), self.tax.id)

    def test_purchase_archived_fixed_and_foreign_taxes_do_not_count(self):
        self.tax.active = False
        self._tax(19, "Purchase", type_tax_use="purchase")
        self._tax(19, "Fixed", amount_type="fixed")
        self.assertFalse(self._proposal())
        self.tax.active = True
        self.assertFalse(self._proposal(country="DE"))

    def test_a_tax_of_another_company_cannot_be_chosen(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.assertFalse(
            self.env["integration.value.map.line"]._candidates(other) & self.tax
        )


@tagged("post_install", "-at_install")
class TestTaxTour(TaxRateCase, HttpCase):
    """A designer maps taxes, in a real browser."""

    def test_map_now_and_accept(self):
        self._tax(7)
        for name, percentage in (("txr_1", "19"), ("txr_2", "7")):
            self._rate(name, percentage=percentage)
        waits = self._store("price_9", {"currency": "EUR"}, entity="price")
        waits.sudo().write(
            {
                "state": "waiting",
                "waiting_for": "tax_rate:txr_1",
                "amount": 119,
                "currency_id": self._currency("EUR").id,
            }
        )
        self.start_tour(
            f"/odoo/integration-value-maps/{self.map.id}",
            "integration_map_tax",
            login=self.designer.login,
        )
        self.env.invalidate_all()
        self.assertEqual(waits.state, "pending")
        self.assertEqual(self._line("txr_1").tax_id, self.tax)
        self.assertEqual(self._line("txr_2").tax_id.amount, 7)
