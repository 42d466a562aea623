# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import hashlib
import json
from datetime import datetime

from odoo.tests.common import tagged

from odoo.addons.integration_core.engine.errors import SchemaError

from .common import ACCOUNT, NOW, StripeCase, customer, event, thin_event

VERSION = "2026-09-21T14:13:20.000000Z"


@tagged("post_install", "-at_install")
class TestSplit(StripeCase):
    """What intake makes of an authentic delivery; it never raises."""

    def assertAside(self, given, path="", word=""):
        """Readable, but set aside with the place named."""
        message = self.split(given)
        self.assertIsInstance(message.error, SchemaError, message)
        self.assertEqual(message.error.path, path)
        self.assertIn(word, message.error.message)
        return message

    # === GOOD === #

    def test_snapshot(self):
        message = self.split(event("customer.created"))
        self.assertIsNone(message.error)
        self.assertEqual(message.source_event_id, "evt_1TestEvent000000000001")
        self.assertEqual(message.source_type, "customer.created")
        self.assertEqual(message.event_type, "customer.created")
        self.assertEqual(message.entity, "customer")
        self.assertEqual(message.external_id, "cus_TestCustomer01")
        self.assertEqual(message.occurred_at, datetime(2026, 9, 21, 14, 13, 20))
        self.assertEqual(message.version, VERSION)
        self.assertEqual(
            message.fingerprint, f"customer.created|{NOW}|cus_TestCustomer01"
        )
        self.assertFalse(self.adapter._needs_fetch(self.item(message)))

    def test_same_event_again(self):
        """Only what Stripe itself changes between deliveries may differ."""
        first = self.split(event())
        again = self.split(event(pending_webhooks=0))
        self.assertEqual(first.fingerprint, again.fingerprint)
        for changed in (
            event("customer.created"),
            event(created=NOW + 1),
            event(obj=customer(id="cus_Another")),
        ):
            self.assertNotEqual(first.fingerprint, self.split(changed).fingerprint)

    def test_event_of_an_older_version(self):
        obj = customer()
        for name in ("business_name", "individual_name", "customer_account"):
            del obj[name]
        message = self.split(event(obj=obj, api_version="2024-06-20"))
        self.assertIsNone(message.error)
        self.assertEqual(message.external_id, "cus_TestCustomer01")

    def test_tax_id_is_a_hint(self):
        for owner in ("cus_A", {"id": "cus_A", "object": "customer"}):
            obj = {"id": "txi_1", "object": "tax_id", "customer": owner}
            message = self.split(event("customer.tax_id.created", obj))
            self.assertIsNone(message.error)
            self.assertEqual(message.event_type, "customer.updated")
            self.assertEqual(message.external_id, "cus_A")
            self.assertTrue(self.adapter._needs_fetch(self.item(message)))

    def test_thin_event_is_a_hint(self):
        message = self.split(thin_event())
        self.assertIsNone(message.error)
        self.assertEqual(message.source_type, "v1.customer.updated")
        self.assertEqual(message.event_type, "customer.updated")
        self.assertEqual(message.external_id, "cus_TestCustomer01")
        self.assertEqual(message.version, VERSION)
        self.assertTrue(self.adapter._needs_fetch(self.item(message)))

    def test_thin_event_of_a_tax_id(self):
        related = {
            "id": "txi_1",
            "type": "tax_id",
            "url": "/v1/customers/cus_A/tax_ids/txi_1",
        }
        message = self.split(
            thin_event("v1.customer.tax_id.updated", related_object=related)
        )
        self.assertIsNone(message.error)
        self.assertEqual(message.external_id, "cus_A")

    def test_types_of_others(self):
        """Nobody here wants them; the pipeline says "not subscribed"."""
        for kind in (
            "invoice.created",
            "invoice.upcoming",
            "invoice.payment_succeeded",
            "charge.refunded",
            "payment_intent.succeeded",
            "invoiceitem.created",
            "topup.succeeded",
            "customer.discount.created",
            "customer.source.expiring",
            "customer_cash_balance_transaction.created",
        ):
            message = self.split(event(kind, {"id": "x_1", "object": "thing"}))
            self.assertIsNone(message.error, kind)
            self.assertEqual((message.entity, message.event_type), ("", ""), kind)

    def test_unknown_type_of_ours(self):
        """A flow that wants customers must not miss it in silence."""
        for obj in (customer(), {"id": "x_1", "object": "thing"}):
            message = self.split(event("customer.something_new", obj))
            self.assertIsNone(message.error)
            self.assertEqual(message.entity, "customer")
            item = self.item(message)
            self.assertFalse(self.adapter._needs_fetch(item))
            with self.assertRaises(SchemaError) as caught:
                self.adapter._source(self.connector, item)
            self.assertIn("customer.something_new", str(caught.exception))

    # === UNREADABLE === #

    def test_unreadable(self):
        good = json.dumps(event())
        for name, body in {
            "empty": b"",
            "not JSON": b"<html></html>",
            "cut": good.encode()[:-10],
            "not UTF-8": good.encode().replace(b"cus_", b"\xff\xfe"),
            "NUL": good.replace("cus_Test", "cus_\\u0000").encode(),
            "lone surrogate": good.replace("cus_Test", "cus_\\ud800").encode(),
            "deep": b"[" * 100_000,
            "huge integer": good.replace(str(NOW), "9" * 5000).encode(),
            "duplicate key": good.replace('"id"', '"id": "evt_2", "id"', 1).encode(),
            "NaN": good.replace(str(NOW), "NaN").encode(),
            "Infinity": good.replace(str(NOW), "-Infinity").encode(),
            "trailing": good.encode() + b" {}",
            "a list": b"[]",
            "a text": b'"evt_1"',
            "null": b"null",
            "no id": json.dumps(event(id=None)).encode(),
            "id is a number": json.dumps(event(id=7)).encode(),
            "id is an object": json.dumps(event(id={})).encode(),
            "hostile id": json.dumps(event(id="evt_1#x")).encode(),
            "endless id": json.dumps(event(id="e" * 10_000)).encode(),
        }.items():
            with self.subTest(name):
                message = self.split(body)
                self.assertIsInstance(message.error, SchemaError)
                digest = hashlib.sha256(body).hexdigest()
                self.assertEqual(message.source_event_id, f"sha256:{digest}")
                self.assertEqual(message.body, body)

    # === READABLE, BUT WRONG === #

    def test_not_an_event(self):
        self.assertAside(event(object="customer"), "object", "not an event")
        self.assertAside(event(object=None), "object")

    def test_bad_type(self):
        for kind in (None, 7, "", "Customer Updated", "x" * 500, ["a"]):
            self.assertAside(event(kind), "type")

    def test_bad_time(self):
        for created in (None, True, "yesterday", 10**18, {}, "2026-13-01"):
            self.assertAside(event(created=created), "created")

    def test_no_object(self):
        for data in (None, [], {}, {"object": None}, {"object": "cus_1"}):
            self.assertAside(event(data=data), "data.object.customer")

    def test_bad_object_id(self):
        for object_id in (None, 5, "", "../v1/refunds", "cus 1", "x" * 300):
            message = self.assertAside(
                event(obj=customer(id=object_id)), "data.object.id"
            )
            self.assertEqual(message.source_event_id, "evt_1TestEvent000000000001")
            self.assertEqual(message.external_id, "")

    def test_bad_thin_events(self):
        for related in (None, [], {"type": "customer"}, {"type": "tax_id", "url": 3}):
            self.assertIsInstance(
                self.split(thin_event(related_object=related)).error, SchemaError
            )

    def test_hostile_marker_is_only_data(self):
        """queue_job revives records from it; here it stays a plain key."""
        obj = customer(metadata={"_type": "odoo_recordset", "model": "res.users"})
        message = self.split(event(obj=obj, _type="odoo_recordset", ids=[1]))
        self.assertIsNone(message.error)
        source = self.adapter._source(self.connector, self.item(message))
        self.assertEqual(source.record["metadata"], obj["metadata"])

    # === WHOSE IT IS === #

    def test_livemode(self):
        self.assertAside(event(livemode=True), "livemode", "live mode")
        self.assertAside(thin_event(livemode=True), "livemode", "live mode")
        for value in (None, "false", 0):
            self.assertAside(event(livemode=value), "livemode")
        self.connector.environment = "production"
        self.assertAside(event(livemode=False), "livemode", "test mode")
        obj = customer(livemode=True)
        self.assertIsNone(self.split(event(obj=obj, livemode=True)).error)

    def test_livemode_of_the_object_inside(self):
        for environment, live, mode in (
            ("test", False, "live mode"),
            ("production", True, "test mode"),
        ):
            self.connector.environment = environment
            body = event(obj=customer(livemode=not live), livemode=live)
            self.assertAside(body, "data.object.livemode", mode)
            obj = customer()
            del obj["livemode"]
            self.assertIsNone(self.split(event(obj=obj, livemode=live)).error)

    def test_livemode_is_checked_again(self):
        """A person's retry cannot bring test data into production."""
        message = self.split(event())
        self.connector.environment = "production"
        with self.assertRaises(SchemaError):
            self.adapter._source(self.connector, self.item(message))

    def test_account(self):
        other = "acct_1Another"
        self.assertIsNone(self.split(event(account=other)).error, "not tested yet")
        self.connector.account_ref = ACCOUNT
        for values in (
            {},
            {"account": ACCOUNT},
            {"context": ACCOUNT},
            {"context": f"org_1/{ACCOUNT}"},
            {"account": None, "context": None},
            {"context": "org_1"},
        ):
            self.assertIsNone(self.split(event(**values)).error, values)
        self.assertAside(event(account=other), "account", other)
        self.assertAside(event(context=other), "context", other)
        self.assertAside(event(context=f"org_1/{other}"), "context", other)
        message = self.assertAside(thin_event(context=other), "context", ACCOUNT)
        self.assertEqual(message.external_id, "cus_TestCustomer01")
