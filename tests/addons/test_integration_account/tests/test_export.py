# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import random
from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.integration_core.engine import totals
from odoo.addons.integration_core.engine.errors import BusinessRuleError
from odoo.addons.integration_core.models.entity.entity_export import find_records
from odoo.addons.integration_core.models.outbound.outgoing_content import replace

from .invoice_common import InvoiceCase

RANDOM_INVOICES = 40


class ExportCase(InvoiceCase):
    def _export(self, entity, records):
        """Canonical records as they are sent: whole, with ids, of the right format."""
        model = self.connector._work_env()[f"integration.entity.{entity}"]
        records = model.env[model._record_model].browse(records.ids)
        found = model._export(self.connector, records)
        for res_id, record in found.items():
            if isinstance(record, Exception):
                continue
            self.assertEqual(set(record), set(model._export_keys()))
            ids = {ref: f"id_{ref[2]}" for ref in find_records(record)}
            found[res_id] = dict(replace(record, ids), external_id="x")
            self.env["integration.schema"]._check(entity, found[res_id])
        return found


@tagged("post_install", "-at_install")
class TestExportMasterData(ExportCase):
    def test_a_product(self):
        product = self.env["product.product"].create(
            {
                "name": "Chair",
                "type": "consu",
                "default_code": " CH-1 ",
                "description_sale": "Four legs",
            }
        )
        record = self._export("product", product)[product.id]
        self.assertEqual(
            record,
            {
                "external_id": "x",
                "name": "Chair",
                "kind": "goods",
                "sku": "CH-1",
                "description": "Four legs",
                "active": True,
            },
        )

    def test_what_variants_share_is_watched_on_the_template(self):
        entity = self.env["integration.entity.product"]
        watched = entity._export_watch()
        self.assertEqual(
            watched["product.template"], {"name", "description_sale", "type"}
        )
        self.assertEqual(watched["product.product"], {"default_code", "active"})
        template = self.product.product_tmpl_id
        self.assertEqual(
            entity._export_owner(template), {template.id: (self.product.id,)}
        )

    def _rule(self, **values):
        pricelist = self.env["product.pricelist"].create(
            {"name": "Retail", "currency_id": self._currency("EUR").id}
        )
        return self.env["product.pricelist.item"].create(
            {
                "pricelist_id": pricelist.id,
                "applied_on": "0_product_variant",
                "product_id": self.product.id,
                "compute_price": "fixed",
                "fixed_price": 19.995,
                **values,
            }
        )

    def test_a_price(self):
        rule = self._rule()
        record = self._export("price", rule)[rule.id]
        self.assertEqual(record["amount"], {"amount": "19.995", "currency": "EUR"})
        self.assertEqual((record["interval"], record["active"]), (None, True))
        self.assertIsNone(record["tax_inclusive"])
        self.product.taxes_id = self.included
        rule.date_end = fields.Datetime.now() - timedelta(days=1)
        self._bind("price", "EUR/3 month", rule.pricelist_id, role="pricelist")
        record = self._export("price", rule)[rule.id]
        self.assertTrue(record["tax_inclusive"])
        self.assertFalse(record["active"])
        self.assertEqual((record["interval"], record["interval_count"]), ("month", 3))

    def test_a_price_of_several_variants_has_no_object(self):
        attribute = self.env["product.attribute"].create(
            {
                "name": "Colour",
                "value_ids": [Command.create({"name": n}) for n in ("Red", "Blue")],
            }
        )
        line = {
            "attribute_id": attribute.id,
            "value_ids": [Command.set(attribute.value_ids.ids)],
        }
        template = self.env["product.template"].create(
            {"name": "Desk", "attribute_line_ids": [Command.create(line)]}
        )
        rule = self._rule(
            applied_on="1_product", product_id=False, product_tmpl_id=template.id
        )
        self.assertEqual(self._export("price", rule), {})

    def test_formulas_and_quantities_are_no_prices(self):
        rules = self._rule() | self._rule(min_quantity=10)
        rules |= self._rule(compute_price="percentage", percent_price=10)
        entity = self.env["integration.entity.price"]
        found = rules.search([("id", "in", rules.ids), *entity._export_domain()])
        self.assertEqual(found, rules[0])

    def test_what_stands_for_a_replaced_price_does_not_end_the_rule(self):
        rule = self._rule()
        self._bind("price", "price_old", rule, primary=False)
        self._bind("price", "price_new", rule)
        record = {
            "product": {"entity": "product", "external_id": "prod_1"},
            "currency": "EUR",
            "amount": {"amount": "1", "currency": "EUR"},
            "active": False,
        }
        event = self._feed("price_old", record, entity="price")
        self.assertEqual((event.state, event.skip_reason), ("skipped", "superseded"))
        self.assertEqual((rule.fixed_price, rule.date_end), (19.995, False))


@tagged("post_install", "-at_install")
class TestExportInvoices(ExportCase):
    def _move(self, *lines, post=True, **values):
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner.id,
                "invoice_date": "2026-02-10",
                "invoice_date_due": "2026-03-12",
                "currency_id": self._currency("EUR").id,
                "journal_id": self.sales.id,
                "invoice_line_ids": [Command.create(line) for line in lines],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def _values(self, price=100.0, quantity=1, tax=None, **values):
        taxes = self.tax if tax is None else tax
        return {
            "name": "Chair",
            "quantity": quantity,
            "price_unit": price,
            "tax_ids": [Command.set(taxes.ids)],
            **values,
        }

    def test_an_invoice(self):
        self.product.sale_ok = True
        move = self._move(
            self._values(quantity=2, discount=10, product_id=self.product.id),
            {"display_type": "line_section", "name": "Section"},
        )
        record = self._export("invoice", move)[move.id]
        self.assertEqual((record["number"], record["status"]), (move.name, "open"))
        self.assertEqual(record["total"], {"amount": "214.20", "currency": "EUR"})
        (line,) = record["lines"]
        self.assertEqual(
            (line["quantity"], line["unit_price"], line["amount"]["amount"]),
            ("2", "90", "180.00"),
        )
        self.assertEqual(line["product"]["external_id"], f"id_{self.product.id}")
        self.assertEqual(line["taxes"][0]["amount"]["amount"], "34.20")
        for key, field in (
            ("issued_at", "invoice_date"),
            ("due_at", "invoice_date_due"),
        ):
            self.assertEqual(self.connector._document_date(record[key]), move[field])

    def test_days_are_those_of_the_company(self):
        for zone in ("Pacific/Auckland", "America/Los_Angeles"):
            self.company.partner_id.tz = zone
            move = self._move(self._values())
            record = self._export("invoice", move)[move.id]
            self.assertEqual(
                self.connector._document_date(record["issued_at"]), move.invoice_date
            )
            self.assertEqual(
                self.connector._document_date(record["due_at"]), move.invoice_date_due
            )

    def test_sums_never_contradict_each_other(self):
        """Whatever lines, taxes and rounding: what is sent adds up to the total."""
        rng = random.Random(7)
        free = self.tax.browse()
        for number in range(RANDOM_INVOICES):
            method = rng.choice(("round_per_line", "round_globally"))
            self.company.tax_calculation_rounding_method = method
            lines = [
                self._values(
                    rng.choice((0.13, 9.99, 33.333, 119.0)),
                    rng.choice((1, 3, 0.5, 7)),
                    rng.choice((self.tax, self.included, free)),
                    discount=rng.choice((0, 0, 12.5)),
                )
                for _line in range(rng.randint(1, 6))
            ]
            move = self._move(*lines)
            record = self._export("invoice", move)[move.id]
            with self.subTest(number=number, method=method):
                self.check_sums(record)

    def check_sums(self, record):
        amounts = [Decimal(line["amount"]["amount"]) for line in record["lines"]]
        taxes = [tax for line in record["lines"] for tax in line["taxes"]]
        on_top = [
            Decimal(tax["amount"]["amount"]) for tax in taxes if not tax["inclusive"]
        ]
        total = Decimal(record["total"]["amount"])
        self.assertEqual(sum(amounts, Decimal(0)) + sum(on_top, Decimal(0)), total)
        every = sum((Decimal(tax["amount"]["amount"]) for tax in taxes), Decimal(0))
        self.assertEqual(every, Decimal(record["tax"]["amount"]))
        self.assertEqual(list(totals.read(record).differences()), [])

    def test_drafts_and_other_documents_are_none(self):
        draft = self._move(self._values(), post=False)
        refund = self._move(self._values(), move_type="out_refund")
        posted = self._move(self._values())
        undone = self._move(self._values())
        undone.button_draft()
        undone.button_cancel()
        entity = self.env["integration.entity.invoice"]
        moves = draft | refund | posted | undone
        found = moves.search([("id", "in", moves.ids), *entity._export_domain()])
        self.assertEqual(found, posted | undone)
        # One that was undone before it was sent has nothing to say.
        self.assertEqual(set(self._export("invoice", found)), {posted.id})
        self._bind("invoice", "in_9", undone)
        self.assertEqual(self._export("invoice", undone)[undone.id]["status"], "void")

    def test_what_the_hub_booked_does_not_go_back(self):
        record = self._invoice(self._line("100.00", "19.00"))
        self._feed("in_1", record, entity="invoice")
        link = self._link("in_1", "invoice")
        move = self.env["account.move"].browse(link.res_id)
        self.assertEqual(move.state, "posted")
        self.assertEqual(self._export("invoice", move), {})

    def test_what_cannot_be_told_is_for_a_person(self):
        fixed = self.env["account.tax"].create(
            {
                "name": "Eco fee",
                "amount_type": "fixed",
                "amount": 1,
                "type_tax_use": "sale",
            }
        )
        odd = self._move(self._values(tax=fixed))
        fine = self._move(self._values())
        found = self._export("invoice", odd | fine)
        self.assertIsInstance(found[odd.id], BusinessRuleError)
        self.assertIn("Eco fee", str(found[odd.id]))
        self.assertEqual(found[fine.id]["number"], fine.name)
