# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import random
from unittest.mock import patch

from odoo.tests.common import tagged

from odoo.addons.integration_core.engine.errors import PermanentError, SchemaError

from .. import const
from .common import SimulatorCase, event, fixture, thin_event
from .path import PathCase
from .test_subscriptions import plan

DAY = 86400
UPDATED = "entitlements.active_entitlement_summary.updated"


def summary(*entitlements, **values):
    """A summary as a message holds it; it has no id."""
    return {
        "object": "entitlements.active_entitlement_summary",
        "customer": "cus_1",
        "entitlements": {
            "object": "list",
            "data": list(entitlements),
            "has_more": False,
            "url": "/v1/customer/cus_1/entitlements",
        },
        "livemode": False,
        **values,
    }


def granted(key, **values):
    return {**fixture("entitlements.active_entitlement"), "lookup_key": key, **values}


@tagged("post_install", "-at_install")
class TestEntitlementMessages(SimulatorCase):
    """Snapshot → normal form → common format; what is read of Stripe."""

    def normal(self, record):
        return self.adapter._normal("entitlement", record, "data.object")

    def subscribe(self, features, **values):
        """(customer, subscription) of somebody who may use that many features."""
        price = plan(self.sim, "Plan", 2000)
        product = self.sim.prices[price]["product"]
        for number in range(features):
            self.sim.create_feature(f"key_{number:03}", f"Feature {number}", product)
        customer = self.sim.create_customer(name="Deco")["id"]
        made = self.sim.create_subscription(customer, [{"price": price}], **values)
        return customer, made["id"]

    def test_forms(self):
        """Stripe's own sample, and what a message shows of it."""
        record = self.normal(fixture("entitlements.active_entitlement_summary"))
        common = self.canonical("entitlement", record)
        self.assertEqual(common["external_id"], "customer")
        self.assertEqual(
            common["customer"], {"entity": "customer", "external_id": "customer"}
        )
        (one,) = common["entitlements"]
        self.assertEqual(
            one,
            {
                "key": "lookup_key",
                "name": "name",
                "feature": "obj_123",
                "external_id": "obj_123",
            },
        )
        record = self.normal(summary(granted("b"), granted("a")))
        (first, second) = self.canonical("entitlement", record)["entitlements"]
        self.assertEqual((first["key"], second["key"]), ("a", "b"))
        self.assertIsNone(first["name"])
        nothing = self.canonical("entitlement", self.normal(summary()))
        self.assertEqual(nothing["entitlements"], [])

    def test_messages(self):
        message = self.split(event(UPDATED, summary(granted("a"))))
        self.assertEqual(message.event_type, "entitlement.updated")
        self.assertEqual(
            (message.entity, message.external_id), ("entitlement", "cus_1")
        )
        self.assertTrue(self.adapter._needs_fetch(self.item(message)))
        # Thin ones do not say whose it is, and come beside the others.
        for name in (UPDATED, UPDATED.replace("updated", "entitlement_added")):
            thin = self.split(thin_event(f"v1.{name}", related_object=None))
            self.assertEqual((thin.entity, thin.error), ("", None))
        self.assertIn(UPDATED, const.HANDLED_EVENTS)
        url = self.adapter._remote_url(self.connector, "entitlement", "cus_1")
        self.assertEqual(url, f"{const.DASHBOARD_URL}/test/customers/cus_1")

    def test_what_makes_no_sense(self):
        for wrong, path in (
            (summary(customer=None), "data.object.customer"),
            (summary(customer="cus/../1"), "data.object.customer"),
            (summary(livemode=True), "data.object.livemode"),
            (summary(object="customer"), "data.object.object"),
        ):
            message = self.split(event(UPDATED, wrong))
            self.assertEqual(message.error.path, path)
        for wrong, path in (
            ({"object": "customer"}, "data.object.object"),
            (summary(entitlements=[]), "data.object.entitlements"),
            (summary({"id": None}), "data.object.entitlements.data[0].id"),
            (summary(granted(5)), "data.object.entitlements.data[0].lookup_key"),
        ):
            with self.assertRaises(SchemaError) as caught:
                self.normal(wrong)
            self.assertEqual(caught.exception.path, path)

    def test_all_pages_are_read(self):
        customer, _made = self.subscribe(130)
        source = self.adapter._fetch(self.connector, "entitlement", customer)
        common = self.canonical("entitlement", source.record)
        self.assertEqual(
            [(one["key"], one["name"]) for one in common["entitlements"]],
            [(f"key_{number:03}", f"Feature {number}") for number in range(130)],
        )
        again = self.adapter._fetch(self.connector, "entitlement", customer)
        self.assertEqual(again.record, source.record)
        self.assertTrue(source.version)

    def test_of_the_other_mode_or_account(self):
        customer, _made = self.subscribe(1)
        for one in self.sim.resources["active_entitlements"].objects.values():
            one["livemode"] = True
        with self.assertRaises(SchemaError) as caught:
            self.adapter._fetch(self.connector, "entitlement", customer)
        self.assertEqual(caught.exception.path, "entitlements.data[0].livemode")
        self.assertTrue(caught.exception.hint)
        with self.assertRaises(PermanentError):
            self.adapter._fetch(self.connector, "entitlement", "cus_elsewhere")

    def test_loading(self):
        """Those who ever subscribed, a page of subscriptions at a time."""
        customers = []
        for number in range(3):
            price = plan(self.sim, f"Plan {number}", 2000)
            customer = self.sim.create_customer(name=f"Customer {number}")["id"]
            customers.append(customer)
            self.sim.create_feature(
                f"key_{number}", "Feature", self.sim.prices[price]["product"]
            )
            for _again in range(2):
                made = self.sim.create_subscription(customer, [{"price": price}])["id"]
        self.sim.create_customer(name="Never subscribed")
        for one in list(self.sim.subscriptions.values()):
            if one["customer"] == customer:
                self.sim.cancel_subscription(one["id"])
        self.assertEqual(self.adapter._count(self.connector, "entitlement"), 3)
        cursor, read = "", {}
        while True:
            page = self.adapter._page(self.connector, "entitlement", cursor, 4)
            for key, record in page.records:
                source = self.adapter._page_source(
                    self.connector, "entitlement", record, page
                )
                read[key] = [one["lookup_key"] for one in source.record["entitlements"]]
            cursor = page.cursor
            if not cursor:
                break
        self.assertEqual(
            read, {customers[0]: ["key_0"], customers[1]: ["key_1"], customers[2]: []}
        )
        self.assertTrue(made)

    def test_the_connection_is_tried(self):
        """With a key that may not read them, the assistant says so."""
        self.env["integration.flow"].create(
            {"connector_id": self.connector.id, "entity": "entitlement"}
        )
        self.adapter._test_connection(self.connector)
        paths = [request["path"] for request in self.sim.requests]
        self.assertIn("/v1/entitlements/features", paths)
        self.sim.keys["rk_test_none"] = {"account": "read", "customer": "read"}
        self.use_key("rk_test_none")
        with self.assertRaises(PermanentError) as caught:
            self.adapter._test_connection(self.connector)
        self.assertIn("Entitlement: Read", caught.exception.message)


@tagged("post_install", "-at_install")
class TestEntitlements(PathCase):
    """From what the stand-in grants and takes to what Odoo shows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.entitlements = cls.env["integration.flow"].create(
            {
                "connector_id": cls.connector.id,
                "entity": "entitlement",
                "mode": "live",
            }
        )

    def setUp(self):
        super().setUp()
        self.prices = {}
        products = {}
        for name, cents in (("Starter", 2000), ("Team", 5000)):
            self.prices[name] = plan(self.sim, name, cents)
            products[name] = self.sim.prices[self.prices[name]]["product"]
        self.sim.create_feature("api", "API access", *products.values())
        self.sim.create_feature("sso", "Single sign-on", products["Team"])
        self.customer = self.sim.create_customer(name="Deco")["id"]

    def live(self):
        """Upgrade, downgrade, leave, come back, with a week between."""
        sim = self.sim
        made = sim.create_subscription(
            self.customer, [{"price": self.prices["Starter"]}]
        )["id"]
        item = sim.subscriptions[made]["items"]["data"][0]["id"]
        for name in ("Team", "Starter"):
            sim.clock.advance(7 * DAY)
            sim.update_subscription(
                made, items=[{"id": item, "price": self.prices[name]}]
            )
        sim.cancel_subscription(made)
        sim.clock.advance(DAY)
        sim.create_subscription(self.customer, [{"price": self.prices["Team"]}])

    def mirrored(self, customer=None):
        """Keys that the partner of a customer may use now."""
        link = self.env["integration.external.id"].search(
            [
                ("connector_id", "=", self.connector.id),
                ("entity", "=", "customer"),
                ("external_id", "=", customer or self.customer),
            ]
        )
        partner = self.env["res.partner"].browse(link.res_id)
        return sorted(partner._integration_entitlements().mapped("lookup_key"))

    def assertSame(self):
        self.assertEqual(self.mirrored(), self.sim.entitlements(self.customer))
        self.assertFalse(
            self.events("review", "dead", "quarantine", "waiting", "retry", "pending")
        )

    def test_each_change_as_it_happens(self):
        rows = self.env["integration.entitlement"]
        sim = self.sim
        self.deliver_new()
        self.work()
        made = sim.create_subscription(
            self.customer, [{"price": self.prices["Starter"]}]
        )["id"]
        item = sim.subscriptions[made]["items"]["data"][0]["id"]
        steps = (
            lambda: None,
            lambda: sim.update_subscription(
                made, items=[{"id": item, "price": self.prices["Team"]}]
            ),
            lambda: sim.cancel_subscription(made),
            lambda: sim.create_subscription(
                self.customer, [{"price": self.prices["Team"]}]
            ),
        )
        seen = []
        for step in steps:
            sim.clock.advance(DAY)
            step()
            self.deliver_new()
            self.work()
            self.assertSame()
            seen.append(self.mirrored())
        self.assertEqual(seen, [["api"], ["api", "sso"], [], ["api", "sso"]])
        found = rows.search([("connector_id", "=", self.connector.id)])
        self.assertEqual(
            sorted(found.mapped(lambda one: (one.state, one.lookup_key))),
            [("active", "api"), ("active", "sso"), ("ended", "api"), ("ended", "sso")],
        )
        ended = found.filtered(lambda one: one.state == "ended")
        days = {one.lookup_key: (one.ended_at - one.since).days for one in ended}
        self.assertEqual(days, {"api": 3, "sso": 1})
        self.assertEqual(set(found.mapped("name")), {"API access", "Single sign-on"})

    def test_any_order_and_twice(self):
        """A message is a hint: whatever comes last, what is read is shown."""
        self.live()
        events = self.new_events()
        events += [one for one in events if one["type"] == UPDATED]
        random.Random(5).shuffle(events)
        half = len(events) // 2
        self.deliver(*events[:half])
        self.work()
        self.deliver(*events[half:], version="2024-06-20")
        self.work()
        self.assertSame()
        self.assertEqual(self.mirrored(), ["api", "sso"])

    def test_an_initial_load(self):
        self.live()
        other = self.sim.create_customer(name="Elsewhere")["id"]
        self.sim.create_subscription(other, [{"price": self.prices["Starter"]}])
        with patch.object(self.env.cr, "commit"):
            self.entitlements._start_load(whole=True)
            self.entitlements._job_load()
        self.work()
        self.assertEqual(self.entitlements.load_state, "done")
        self.assertSame()
        self.assertEqual(self.mirrored(other), ["api"])

    def test_a_customer_who_is_deleted(self):
        self.live()
        self.deliver_new()
        self.work()
        self.assertSame()
        self.sim.delete_customer(self.customer)
        self.deliver_new()
        self.work()
        self.assertFalse(self.mirrored())
