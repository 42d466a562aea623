# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.integration_core.models.matching.entity_match_search import EXPRESSIONS

from .common import AccountCase


@tagged("post_install", "-at_install")
class TestProduct(AccountCase):
    """Products of a system become products of Odoo, which keeps its own accounts."""

    def _product(self, external_id="prod_1", at=100, **values):
        kw = {"deleted": values.pop("deleted", False)}
        return self._feed(external_id, values, at, entity="product", **kw)

    def _of(self, external_id="prod_1"):
        return self._record_of(external_id, "product")

    def test_create_fills_every_field(self):
        event = self._product(
            name="Seat",
            description="One person",
            sku=" SEAT-1 ",
            kind="service",
            active=True,
        )
        self.assertEqual(event.state, "done")
        product = self._of()
        self.assertEqual(product._name, "product.product")
        self.assertEqual(
            (product.name, product.description_sale, product.default_code),
            ("Seat", "One person", "SEAT-1"),
        )
        self.assertEqual((product.type, product.list_price), ("service", 0.0))
        self.assertFalse(product.company_id)
        self.assertTrue(product.active and product.product_tmpl_id.active)

    def test_a_bare_one_is_a_service_named_by_its_id(self):
        self._product()
        self.assertEqual((self._of().name, self._of().type), ("prod_1", "service"))
        self._product("prod_2", sku="X-2", kind="goods")
        product = self._of("prod_2")
        self.assertEqual((product.name, product.type), ("X-2", "consu"))

    def test_an_update_writes_only_the_difference(self):
        self._product(name="Seat", description="One", kind="goods")
        event = self._product(at=101, name="Seat", description="Two", kind="goods")
        self.assertEqual(self._logs(event).diff, {"description_sale": ["One", "Two"]})

    def test_null_clears_and_absent_leaves(self):
        self._product(name="Seat", description="One", sku="S")
        self._product(at=101, name=None, description=None)
        product = self._of()
        self.assertEqual((product.name, product.description_sale), ("Seat", False))
        self.assertEqual(product.default_code, "S")

    def test_what_odoo_owns_is_never_written(self):
        """Accounts, taxes, category, unit and price stay as people set them."""
        self._product(name="Seat")
        product = self._of()
        before = {
            "list_price": 12.5,
            "categ_id": product.categ_id.create({"name": "C"}),
        }
        product.write({k: getattr(v, "id", v) for k, v in before.items()})
        taxes, unit = product.taxes_id, product.uom_id
        self._product(at=101, name="Seats", description="x", unit="seat")
        self.assertEqual(product.name, "Seats")
        self.assertEqual({k: product[k] for k in before}, before)
        self.assertEqual((product.taxes_id, product.uom_id), (taxes, unit))

    def test_a_field_the_system_did_not_change_keeps_odoos_value(self):
        self._product(name="Seat", description="One")
        self._of().name = "Our seat"
        self._product(at=101, name="Seat", description="Two")
        self.assertEqual(self._of().name, "Our seat")

    def test_matched_by_its_reference(self):
        own = self.env["product.product"].create(
            {"name": "Ours", "default_code": "S-1", "company_id": self.company.id}
        )
        other = self.env["res.company"].create({"name": "Other"})
        self.env["product.product"].create(
            {"name": "Theirs", "default_code": "S-1", "company_id": other.id}
        )
        event = self._product(sku="S-1", name="New name")
        self.assertEqual(self._of(), own)
        self.assertEqual(self._logs(event).operation, "link")
        self.assertEqual(own.name, "New name")

    def test_matching_by_reference_has_an_index(self):
        """On the very expression that the search compares."""
        model = self.env["product.product"]
        column = model._field_to_sql(model._table, "default_code")
        condition = SQL("%s IN %s", SQL(EXPRESSIONS["exact"], column), ("S-1",))
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(
            SQL("EXPLAIN SELECT id FROM product_product WHERE %s", condition)
        )
        plan = "\n".join(line for (line,) in self.env.cr.fetchall())
        self.assertIn("product_product_integration_default_code_idx", plan)

    def test_an_archived_match_is_linked_not_doubled(self):
        own = self.env["product.product"].create({"name": "A", "default_code": "S-1"})
        own.action_archive()
        self._product(sku="S-1", name="A")
        self.assertEqual(self._of(), own)

    def test_two_with_one_reference_are_for_a_person(self):
        self.env["product.product"].create(
            [{"name": n, "default_code": "S-1"} for n in ("A", "B")]
        )
        event = self._product(sku="S-1", name="A")
        self.assertEqual(event.error_class, "duplicate_candidate")
        self.assertFalse(self._of())

    def test_a_variant_does_not_rename_its_siblings(self):
        colour = self.env["product.attribute"].create(
            {
                "name": "Colour",
                "value_ids": [(0, 0, {"name": "red"}), (0, 0, {"name": "blue"})],
            }
        )
        template = self.env["product.template"].create(
            {
                "name": "Shirt",
                "attribute_line_ids": [
                    (
                        0,
                        0,
                        {
                            "attribute_id": colour.id,
                            "value_ids": [(6, 0, colour.value_ids.ids)],
                        },
                    )
                ],
            }
        )
        red = template.product_variant_ids[0]
        red.default_code = "RED"
        event = self._product(sku="RED", name="Red shirt")
        self.assertEqual(self._of(), red)
        self.assertEqual(template.name, "Shirt")
        self.assertEqual(event.state, "done")
        self.assertIn("several variants", self._logs(event).message)
        self._product(at=101, sku="RED", name="Red shirt", active=False)
        self.assertEqual((red.active, template.active), (False, True))

    def test_archived_with_its_template_and_back(self):
        self._product(name="Seat", active=True)
        product = self._of()
        event = self._product(at=101, name="Seat", active=False)
        self.assertEqual(self._logs(event).operation, "archive")
        self.assertFalse(product.active or product.product_tmpl_id.active)
        self._product(at=102, name="Seat", active=True)
        self.assertTrue(product.active and product.product_tmpl_id.active)

    def test_new_and_archived_at_once(self):
        self._product(name="Old", active=False)
        product = self._of().with_context(active_test=False)
        self.assertFalse(product.active or product.product_tmpl_id.active)

    def test_a_deletion_archives(self):
        self._product(name="Seat", active=True)
        product = self._of()
        self._product(at=101, deleted=True)
        self.assertTrue(product.exists())
        self.assertFalse(product.active)

    def test_what_has_no_place_is_said_once(self):
        event = self._product(name="Seat", unit="seat", url="https://example.com/s")
        message = self._logs(event).message
        self.assertIn("“seat”", message)
        self.assertIn("https://example.com/s", message)
        event = self._product(
            at=101, name="Seat 2", unit="seat", url="https://example.com/s"
        )
        self.assertEqual(self._logs(event).status, "success")

    def test_fields_of_the_template_can_be_filled_as_custom(self):
        mapping = self.flows["product"].mapping_id.sudo()
        mapping.state = "draft"
        mapping.line_ids = [
            (0, 0, {"kind": "value", "target": "custom", "source": "custom"})
        ]
        mapping.state = "approved"
        event = self._product(
            name="Seat",
            custom={"description_purchase": "Note", "list_price": 3, "categ_id": 1},
        )
        self.assertEqual(event.state, "done")
        self.assertEqual(self._of().description_purchase, "Note")
        self.assertIn("categ_id", self._logs(event).message)

    def test_one_bad_product_does_not_stop_its_batch(self):
        bad = self._store("prod_1", {"name": 5}, entity="product")
        good = self._store("prod_2", {"name": "Seat"}, entity="product")
        self._drain()
        (bad | good).invalidate_recordset()
        self.assertEqual((bad.state, good.state), ("quarantine", "done"))

    def test_deleting_the_product_of_a_linked_variant_is_refused(self):
        """The database would take the variant along, and nobody would hear of it."""
        self._product(name="Seat")
        template = self._of().product_tmpl_id
        with self.assertRaisesRegex(UserError, "prod_1"):
            template.unlink()
        self._of().active = False
        with self.assertRaises(UserError):
            template.unlink()
        self.env["product.template"].create({"name": "Free"}).unlink()

    def test_compare_only_writes_nothing(self):
        self.flows["product"].mode = "shadow"
        event = self._product(name="Seat")
        self.assertEqual(event.skip_reason, "shadow")
        self.assertFalse(self._of())
        self.assertFalse(self.env["product.product"].search([("name", "=", "Seat")]))
