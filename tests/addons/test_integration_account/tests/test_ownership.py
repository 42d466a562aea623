# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from odoo.addons.test_integration_core.tests.common import SYSTEM
from odoo.addons.test_integration_core.tests.ownership_matrix import OwnershipMatrix

from .common import AccountCase
from .invoice_common import InvoiceCase


@tagged("post_install", "-at_install")
class TestProductMatrix(OwnershipMatrix, AccountCase):
    entity = "product"
    before = {"name": "Seat", "description": "Old", "sku": "OLD", "kind": "service"}
    after = {"name": "Chair", "description": "New", "sku": "NEW", "kind": "goods"}
    fields_sent = ("name", "description_sale", "default_code", "type")


@tagged("post_install", "-at_install")
class TestProductGuard(AccountCase):
    def setUp(self):
        super().setUp()
        record = {"name": "Seat", "sku": "S-1", "description": "One"}
        self._feed("prod_1", record, entity="product")
        self.product = self._record_of("prod_1", "product")
        self.admin = self.env.ref("base.user_admin")
        self.admin.company_ids |= self.company
        for field in ("name", "default_code"):
            self.env["integration.ownership"].create(
                {"entity": "product", "field": field, "owner": SYSTEM}
            )

    def _write(self, record, vals):
        call_kw(record.with_user(self.admin).browse(), "write", [record.ids, vals], {})

    def test_on_the_variant_and_on_what_variants_share(self):
        template = self.product.product_tmpl_id
        for record in (self.product, template):
            for field in ("name", "default_code"):
                with self.assertRaisesRegex(UserError, "belongs to"):
                    self._write(record, {field: "Mine"})
            self._write(record, {"description_sale": "Mine"})
        self.assertEqual((template.name, template.default_code), ("Seat", "S-1"))

    def test_by_what_is_computed_from_it(self):
        """The price of a variant is written to what all variants share."""
        self.env["integration.ownership"].create(
            {"entity": "product", "field": "*", "owner": SYSTEM}
        )
        link = self.env["integration.external.id"].search(
            [("model", "=", "product.product"), ("res_id", "=", self.product.id)]
        )
        link.sudo().base = dict(link.base, list_price="x")
        self.product.list_price = 5
        with self.assertRaises(UserError):
            self._write(self.product, {"lst_price": 9})
        self.assertEqual(self.product.list_price, 5)
        self._write(self.product, {"lst_price": 5})

    def test_texts_of_all_languages(self):
        person = self.product.product_tmpl_id.with_user(self.admin)
        with self.assertRaises(UserError):
            call_kw(
                person.browse(),
                "web_override_translations",
                [person.ids, {"name": "Mine"}],
                {},
            )
        self.assertEqual(self.product.name, "Seat")

    def test_form_of_the_template_learns_it(self):
        owned = (
            self.env["integration.ownership"]
            .with_user(self.admin)
            .owned_fields("product.template", self.product.product_tmpl_id.id)
        )
        self.assertEqual(set(owned), {"name", "default_code"})

    def test_change_by_odoo_is_logged_once(self):
        self.product.product_tmpl_id.name = "Renamed by Odoo"
        self.product.default_code = "S-2"
        logs = self.env["integration.job.log"].search(
            [
                ("connector_id", "=", self.connector.id),
                ("message", "ilike", "outside the governed flow"),
            ]
        )
        self.assertEqual(
            sorted(list(log.diff)[0] for log in logs), ["default_code", "name"]
        )
        self.assertEqual(set(logs.mapped("res_id")), {self.product.id})

    def test_all_fields_are_those_the_owner_spoke_of(self):
        self.env["integration.ownership"].search([]).unlink()
        self.env["integration.ownership"].create(
            {"entity": "product", "field": "*", "owner": SYSTEM}
        )
        with self.assertRaisesRegex(UserError, "belongs to"):
            self._write(self.product, {"description_sale": "Mine"})
        self._write(self.product, {"barcode": "4006381333931"})


@tagged("post_install", "-at_install")
class TestStageOfACustomer(AccountCase):
    def test_customer_with_invoices_is_odoos(self):
        self.env["integration.ownership"].create(
            {"entity": "customer", "field": "phone", "stage": "customer"}
        )
        self._feed("cus_1", {"name": "Azure", "phone": "1"}, 100)
        partner = self._partner("cus_1")
        self._feed("cus_1", {"name": "Azure", "phone": "2"}, 200)
        self.assertEqual(partner.phone, "2")
        partner.customer_rank = 1
        self._feed("cus_1", {"name": "Azure", "phone": "3"}, 300)
        self.assertEqual(partner.phone, "2")


@tagged("post_install", "-at_install")
class TestDocumentOwners(InvoiceCase):
    def _rule(self, **kw):
        self.env["integration.ownership"].create(
            {"entity": "invoice", "owner": "odoo", "operation": "create", **kw}
        )

    def test_documents_only_from_their_owner(self):
        self._rule()
        event = self._bring(self._invoice(self._line(100, 19)))
        self.assertEqual((event.state, event.skip_reason), ("skipped", "not_owner"))
        self.assertFalse(self._link("in_1", entity="invoice"))

    def test_document_waits_for_a_person(self):
        self._rule(on_conflict="review")
        event = self._bring(self._invoice(self._line(100, 19)))
        self.assertEqual((event.state, event.error_class), ("review", "ownership"))
        choice = self.env["integration.ownership.choice"].with_user(self.operator)
        choice.create({"event_id": event.id, "reason": "agreed"}).action_take()
        self._drain()
        event.invalidate_recordset()
        self.assertEqual(event.state, "done")
        self.assertTrue(self._link("in_1", entity="invoice"))

    def test_owner_books_as_before(self):
        self._rule(owner=SYSTEM)
        self.assertEqual(self._bring(self._invoice(self._line(100, 19))).state, "done")
