# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from .. import const
from .sending import SendingCase


@tagged("post_install", "-at_install")
class TestSending(SendingCase):
    """Records of Odoo, all the way to the stand-in and back."""

    # === CUSTOMERS === #

    def test_the_message_overtakes_the_outcome(self):
        """A customer with a further address is heard of while it is being made."""
        partner = self.new_customer()
        desk = self.env["res.partner"].create(
            {"type": "delivery", "parent_id": partner.id, "street": "Old 1"}
        )
        adapter = self.registry["integration.adapter.stripe"]
        original = adapter._send

        def send(model, connector, outgoing):
            written = original(model, connector, outgoing)
            self.hear()
            return written

        with patch.object(adapter, "_send", send):
            self.send()
        self.hear()
        self.assertEqual(partner.child_ids, desk)
        self.assertEqual(desk.street, "Old 1")
        links = self.env["integration.external.id"].search(
            [("res_id", "in", (partner + desk).ids), ("model", "=", "res.partner")]
        )
        self.assertEqual(set(links.mapped("role")), {"", "address:delivery"})

    def test_an_address_that_was_sent_before_anything_came_in(self):
        """The way in was opened later; a message finds the address that was sent."""
        incoming = self.connector.flow_ids.filtered(
            lambda f: f.entity == "customer" and f.direction == "in"
        )
        incoming.mode = "paused"
        partner = self.new_customer()
        desk = self.env["res.partner"].create(
            {"type": "delivery", "parent_id": partner.id, "street": "Old 1"}
        )
        self.send()
        links = self.env["integration.external.id"].search(
            [("res_id", "=", desk.id), ("model", "=", "res.partner")]
        )
        self.assertFalse(links)
        incoming.mode = "live"
        shipping = {"name": "Desk", "address": {"line1": "Theirs 9"}}
        self.sim.clock.advance(60)
        self.sim.update_customer(self.there(partner)["id"], shipping=shipping)
        self.hear()
        self.assertEqual(partner.child_ids, desk)
        self.assertEqual(desk.street, "Theirs 9")

    def test_an_address_is_changed_while_something_else_is_there(self):
        """What Stripe repeats of an address takes nothing back in Odoo."""
        partner = self.new_customer()
        desk = self.env["res.partner"].create(
            {
                "name": "Desk",
                "type": "delivery",
                "parent_id": partner.id,
                "street": "Old 1",
                "city": "Bonn",
            }
        )
        self.send()
        self.hear()
        made = self.there(partner)["id"]
        for number, heard_first in enumerate((True, True, False, True)):
            with self.subTest(number=number):
                self.sim.clock.advance(60)
                desk.street = f"New {number}"
                self.env.flush_all()
                self.sim.update_customer(made, email=f"new{number}@deco.example")
                steps = (
                    [self.hear, self.send] if heard_first else [self.send, self.hear]
                )
                for step in (*steps, *steps):
                    step()
                self.assertEqual(desk.street, f"New {number}")
                self.assertEqual(partner.email, f"new{number}@deco.example")
                there = self.there(partner)
                self.assertEqual(there["shipping"]["address"]["line1"], desk.street)
                self.assertEqual(there["email"], partner.email)
        # A change at Stripe arrives, and clearing it ends the address.
        self.sim.clock.advance(60)
        shipping = {"name": "Desk", "address": {"line1": "Theirs 9", "city": "Bonn"}}
        self.sim.update_customer(made, shipping=shipping)
        self.hear()
        self.assertEqual(desk.street, "Theirs 9")
        self.assertEqual(partner.child_ids, desk)

    def test_a_round_trip_is_one_write_on_each_side(self):
        partner = self.new_customer(vat="DE136695976")
        self.send()
        self.assertEqual(self.written, ["/v1/customers"])
        made = self.there(partner)
        self.assertEqual(made["name"], "Deco Addict")
        self.assertEqual(made["address"]["city"], "Köln")
        database = self.env["ir.config_parameter"].get_param("database.uuid")
        self.assertEqual(
            made["metadata"][const.REFERENCE], f"{database}:res.partner:{partner.id}"
        )
        self.hear()
        self.send()
        self.assertEqual(self.written, ["/v1/customers"])
        self.assertFalse(self.changes())
        self.assertEqual(len(self.changes("out")), 1)

        self.forget()
        partner.phone = "+49 221 1"
        self.send()
        self.hear()
        self.send()
        self.assertEqual(self.written, [f"/v1/customers/{made['id']}"])
        self.assertEqual(self.sim.writes[-1]["params"], {"phone": "+49 221 1"})
        self.assertFalse(self.changes())

        self.forget()
        self.sim.update_customer(made["id"], phone="+49 221 2")
        self.hear()
        self.send()
        self.assertEqual(partner.phone, "+49 221 2")
        self.assertEqual((self.written, len(self.changes())), ([], 1))

    def test_each_side_changes_something_else(self):
        """Neither takes back what the other did, whoever is heard first."""
        partner = self.new_customer()
        self.send()
        self.hear()
        made = self.there(partner)["id"]
        for heard_first in (True, False):
            with self.subTest(heard_first=heard_first):
                number = "1" if heard_first else "2"
                self.sim.clock.advance(60)
                partner.phone = f"+49 221 {number}"
                self.sim.update_customer(made, email=f"new{number}@deco.example")
                for step in (
                    (self.hear, self.send) * 2
                    if heard_first
                    else (
                        self.send,
                        self.hear,
                    )
                    * 2
                ):
                    step()
                now = self.sim.customer(made)
                for side in (
                    (partner.phone, partner.email),
                    (now["phone"], now["email"]),
                ):
                    self.assertEqual(
                        side, (f"+49 221 {number}", f"new{number}@deco.example")
                    )

    def test_a_webhook_that_is_quicker_than_the_answer(self):
        """It says whose it is, so that no second partner is made."""
        partner = self.new_customer()
        count = self.env["res.partner"].search_count([])
        adapter = type(self.adapter)
        send = adapter._send

        def slow(model, connector, outgoing):
            written = send(model, connector, outgoing)
            self.hear()
            return written

        self.patch(adapter, "_send", slow)
        self.send()
        self.assertEqual(self.env["res.partner"].search_count([]), count)
        made = self.there(partner)
        self.assertEqual(list(self.sim.customers), [made["id"]])
        self.assertEqual(self.record("customer", made["id"]), partner)
        self.assertEqual(self.messages(partner).mapped("state"), ["done"])

    # === PRODUCTS AND PRICES === #

    def test_products_and_prices_go_in_order(self):
        product = self.new_product()
        pricelist = self.env["product.pricelist"].create(
            {"name": "Retail", "currency_id": self.currency("EUR").id}
        )
        rule = self.env["product.pricelist.item"].create(
            {
                "pricelist_id": pricelist.id,
                "applied_on": "1_product",
                "product_tmpl_id": product.product_tmpl_id.id,
                "compute_price": "fixed",
                "fixed_price": 19.99,
            }
        )
        self.send()
        self.assertEqual(self.written, ["/v1/products", "/v1/prices"])
        price = self.there(rule)
        self.assertEqual((price["unit_amount"], price["currency"]), (1999, "eur"))
        self.assertEqual(price["product"], self.there(product)["id"])
        self.hear()
        self.assertFalse(self.changes())

        self.forget()
        product.product_tmpl_id.name = "Armchair"
        self.send()
        self.hear()
        self.send()
        self.assertEqual(self.there(product)["name"], "Armchair")
        self.assertEqual(len(self.written), 1)
        self.assertFalse(self.changes())

    def test_a_new_amount_makes_a_new_price(self):
        product = self.new_product()
        pricelist = self.env["product.pricelist"].create(
            {"name": "Retail", "currency_id": self.currency("EUR").id}
        )
        rule = self.env["product.pricelist.item"].create(
            {
                "pricelist_id": pricelist.id,
                "applied_on": "0_product_variant",
                "product_id": product.id,
                "compute_price": "fixed",
                "fixed_price": 19.99,
            }
        )
        self.send()
        old = self.there(rule)["id"]
        self.forget()
        rule.fixed_price = 25.5
        self.send()
        self.hear()
        self.send()
        new = self.there(rule)
        self.assertNotEqual(new["id"], old)
        self.assertEqual((new["unit_amount"], new["active"]), (2550, True))
        self.assertFalse(self.sim.resources["prices"].objects[old]["active"])
        self.assertEqual(self.record("price", old), rule)
        self.assertEqual((rule.fixed_price, rule.date_end), (25.5, False))
        self.assertEqual(len(self.written), 2)
        self.assertEqual(self.messages(rule)[-1].state, "done")

    def test_a_deleted_product_ends_there(self):
        """Its variants go with it in the database, and at Stripe."""
        self.out["product"].send_deletions = True
        product = self.new_product()
        self.send()
        made = self.there(product)
        product.product_tmpl_id.unlink()
        self.send()
        products = self.sim.resources["products"].objects
        self.assertFalse(products[made["id"]]["active"])
        links = self.env["integration.external.id"].search(
            [("external_id", "=", made["id"])]
        )
        self.assertFalse(links)

    def test_variants_are_products_of_their_own(self):
        attribute = self.env["product.attribute"].create(
            {
                "name": "Colour",
                "value_ids": [Command.create({"name": n}) for n in ("Red", "Blue")],
            }
        )
        template = self.env["product.template"].create(
            {
                "name": "Desk",
                "attribute_line_ids": [
                    Command.create(
                        {
                            "attribute_id": attribute.id,
                            "value_ids": [Command.set(attribute.value_ids.ids)],
                        }
                    )
                ],
            }
        )
        self.send()
        names = [self.there(one)["name"] for one in template.product_variant_ids]
        self.assertEqual(sorted(names), ["Desk (Blue)", "Desk (Red)"])
        self.forget()
        template.name = "Table"
        self.send()
        names = [self.there(one)["name"] for one in template.product_variant_ids]
        self.assertEqual(sorted(names), ["Table (Blue)", "Table (Red)"])
        self.assertEqual(len(self.written), 2)
