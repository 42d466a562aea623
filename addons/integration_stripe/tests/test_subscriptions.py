# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json
import random
from decimal import Decimal

from odoo.tests.common import tagged

from odoo.addons.integration_core.engine.errors import SchemaError

from .. import const, ranks
from .common import NOW, SimulatorCase, event, sim_ledger, thin_event
from .money import MoneyCase

OLDEST, ACACIA, BASIL = "2024-06-20", "2025-02-24.acacia", "2025-03-31.basil"
DAY = 86400


def plan(sim, name, amount, **values):
    """Id of a monthly price."""
    product = sim.create_product(name)["id"]
    recurring = {"interval": "month", **values.pop("recurring", {})}
    return sim.create_price(product, amount, recurring=recurring, **values)["id"]


def subscription(**values):
    """A subscription in the newest shape, with what a snapshot has."""
    return {
        "id": "sub_1",
        "object": "subscription",
        "cancel_at_period_end": False,
        "collection_method": "charge_automatically",
        "currency": "eur",
        "customer": "cus_1",
        "items": {"object": "list", "data": [item()], "has_more": False},
        "livemode": False,
        "metadata": {},
        "start_date": NOW,
        "status": "active",
        **values,
    }


def item(price=None, **values):
    return {
        "id": "si_1",
        "object": "subscription_item",
        "current_period_start": NOW,
        "current_period_end": NOW + 30 * DAY,
        "price": {
            "id": "price_1",
            "billing_scheme": "per_unit",
            "currency": "eur",
            "product": "prod_1",
            "recurring": {"interval": "month", "interval_count": 1},
            "unit_amount": 2000,
            "unit_amount_decimal": "2000",
            **(price or {}),
        },
        "quantity": 1,
        **values,
    }


@tagged("post_install", "-at_install")
class TestSubscriptionMessages(SimulatorCase):
    """Snapshot → normal form → common format, in every generation."""

    def common(self, **values):
        source = self.source(
            event("customer.subscription.updated", subscription(**values))
        )
        self.assertFalse(source.deleted)
        return self.canonical("subscription", source.record)

    def line(self, price=None, **values):
        data = [item(price, **values)]
        items = {"object": "list", "data": data, "has_more": False}
        (found,) = self.common(items=items)["lines"]
        return found

    # === NORMAL FORM === #

    def test_words_of_the_common_format(self):
        record = self.common(
            status="incomplete_expired",
            collection_method="send_invoice",
            days_until_due=30,
            pause_collection={"behavior": "mark_uncollectible", "resumes_at": NOW},
            latest_invoice={"id": "in_1", "object": "invoice"},
            customer={"id": "cus_2", "object": "customer"},
        )
        self.assertEqual(record["status"], "expired")
        self.assertEqual(record["collection"], "invoice")
        self.assertEqual(record["days_until_due"], 30)
        self.assertEqual(record["pause_invoices"], "uncollectible")
        self.assertEqual(record["resumes_at"], "2026-09-21T14:13:20Z")
        self.assertEqual(record["latest_invoice"], "in_1")
        self.assertEqual(record["customer"]["external_id"], "cus_2")
        self.assertEqual(record["period_end"], "2026-10-21T14:13:20Z")

    def test_what_a_unit_costs(self):
        self.assertEqual(
            self.line(quantity=3)["unit_price"], {"amount": "20.00", "currency": "EUR"}
        )
        fraction = self.line({"unit_amount": None, "unit_amount_decimal": "0.5"})
        self.assertEqual(fraction["unit_price"]["amount"], "0.005")
        for price in (
            {"billing_scheme": "tiered", "unit_amount_decimal": None},
            {"transform_quantity": {"divide_by": 10, "round": "up"}},
        ):
            self.assertIsNone(self.line(price)["unit_price"], price)
        metered = {"recurring": {"interval": "day", "usage_type": "metered"}}
        used = self.line(metered, quantity=None)
        self.assertTrue(used["metered"])
        self.assertIsNone(used["quantity"])

    def test_why_it_ends(self):
        for details, wanted in (
            ({"reason": "payment_failed"}, "Payment failed"),
            ({"feedback": "too_expensive", "reason": "x"}, "Too expensive"),
            ({"feedback": "other", "comment": "Bye!"}, "Bye! – Other"),
            ({}, None),
            (None, None),
        ):
            record = self.common(cancellation_details=details)
            self.assertEqual(record["cancel_reason"], wanted)

    def test_the_line_that_ends_first(self):
        data = [
            item(id="si_1", current_period_end=NOW + 365 * DAY),
            item(id="si_2", current_period_end=NOW + 30 * DAY),
        ]
        record = self.common(items={"object": "list", "data": data})
        self.assertEqual(record["period_end"], record["lines"][1]["period_end"])

    def test_what_contradicts_its_type(self):
        for values, path in (
            ({"status": 5}, "data.object.status"),
            ({"items": {"data": [item(id=None)]}}, "data.object.items.data[0].id"),
            ({"cancel_at": "soon"}, "data.object.cancel_at"),
        ):
            with self.assertRaises(SchemaError) as caught:
                self.common(**values)
            self.assertEqual(caught.exception.path, path)
        with self.assertRaises(SchemaError) as caught:
            self.common(status="hibernating")
        self.assertIn("status", str(caught.exception.path))

    # === MESSAGES === #

    def test_types(self):
        for name, canonical in (
            ("created", "subscription.created"),
            ("deleted", "subscription.canceled"),
        ):
            message = self.split(event(f"customer.subscription.{name}", subscription()))
            self.assertEqual(message.event_type, canonical)
            self.assertEqual(message.external_id, "sub_1")
            self.assertFalse(self.adapter._needs_fetch(self.item(message)))
        related = {"id": "sub_1", "type": "subscription", "url": "/v1/subscriptions/x"}
        thin = self.split(
            thin_event("v1.customer.subscription.updated", related_object=related)
        )
        self.assertEqual((thin.entity, thin.external_id), ("subscription", "sub_1"))
        self.assertTrue(self.adapter._needs_fetch(self.item(thin)))
        finer = self.split(
            thin_event("v1.customer.subscription.item_added", related_object=related)
        )
        self.assertEqual(finer.entity, "")
        new = self.split(event("customer.subscription.migrated", subscription()))
        self.assertEqual(new.entity, "subscription")
        with self.assertRaises(SchemaError):
            self.adapter._source(self.connector, self.item(new))

    def test_order_within_a_second(self):
        rank = [
            ranks.rank("subscription", {"status": status})
            for status in ("incomplete", "active", "past_due", "canceled", None, 7)
        ]
        self.assertEqual(rank, [0, 1, 1, 2, 0, 0])

    def test_more_than_ten_items(self):
        customer = self.sim.create_customer(name="Many")["id"]
        prices = [plan(self.sim, f"Plan {n}", 100 + n) for n in range(12)]
        made = self.sim.create_subscription(customer, [{"price": p} for p in prices])
        newest = [e for e in self.sim.events.values() if "subscription" in e["type"]][
            -1
        ]
        body = self.sim.resources["events"].body(newest, None)
        message = self.split(json.dumps(body).encode())
        self.assertTrue(self.adapter._needs_fetch(self.item(message)))
        source = self.adapter._fetch(self.connector, "subscription", made["id"])
        lines = self.canonical("subscription", source.record)["lines"]
        self.assertEqual([x["price"]["external_id"] for x in lines], prices)

    def test_lists_hold_those_that_ended(self):
        customer = self.sim.create_customer(name="Two")["id"]
        price = plan(self.sim, "Plan", 2000)
        first = self.sim.create_subscription(customer, [{"price": price}])["id"]
        second = self.sim.create_subscription(customer, [{"price": price}])["id"]
        self.sim.cancel_subscription(first)
        page = self.adapter._page(self.connector, "subscription", "", 100)
        self.assertEqual([key for key, _record in page.records], [second, first])
        self.assertEqual(self.adapter._count(self.connector, "subscription"), 2)
        source = self.adapter._page_source(
            self.connector, "subscription", page.records[1][1], page
        )
        self.assertEqual(source.record["status"], "canceled")
        url = self.adapter._remote_url(self.connector, "subscription", first)
        self.assertEqual(url, f"{const.DASHBOARD_URL}/test/subscriptions/{first}")

    def test_every_generation_means_the_same(self):
        sim = self.sim
        customer = sim.create_customer(name="Deco")["id"]
        starter, team = plan(sim, "Starter", 2000), plan(sim, "Team", 5000)
        made = sim.create_subscription(customer, [{"price": starter}])
        sim.clock.advance(5 * DAY)
        key = made["items"]["data"][0]["id"]
        sim.update_subscription(made["id"], items=[{"id": key, "price": team}])
        sim.update_subscription(made["id"], pause_collection={"behavior": "void"})
        sim.update_subscription(made["id"], pause_collection=None)
        sim.cancel_subscription(
            made["id"], True, cancellation_details={"feedback": "unused"}
        )
        sim.clock.advance(40 * DAY)
        sim.run_subscriptions()
        seen = 0
        for one in list(sim.events.values()):
            if "subscription" not in one["type"]:
                continue
            told = []
            for version in (None, OLDEST, ACACIA, BASIL):
                body = sim.resources["events"].body(one, version)
                source = self.source(json.dumps(body).encode())
                told.append(self.canonical("subscription", source.record))
            self.assertEqual(told[1:], told[:1] * 3)
            seen += 1
        self.assertGreaterEqual(seen, 6)


@tagged("post_install", "-at_install")
class TestSubscriptions(MoneyCase):
    """From what the stand-in does to subscriptions in Odoo, with their invoices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["integration.flow"].create(
            {
                "connector_id": cls.connector.id,
                "entity": "subscription",
                "mode": "live",
            }
        )

    def live(self):
        """Two customers, and all that happens to subscriptions; ids by name."""
        sim = self.sim
        rate = sim.create_tax_rate("19", country="US")
        self.map_tax(rate)
        customer = sim.create_customer(name="Deco", email="d@deco.example")["id"]
        starter, team = plan(sim, "Starter", 1999), plan(sim, "Team", 4999)
        taxed = {"default_tax_rates": [rate["id"]]}

        def subscribe(**values):
            sim.clock.advance(60)
            lines = [{"price": starter, "quantity": 2}]
            return sim.create_subscription(customer, lines, **taxed, **values)["id"]

        ids = {
            "upgraded": subscribe(),
            "ending": subscribe(),
            "late": subscribe(),
            "trial": subscribe(trial_period_days=90),
        }
        sim.clock.advance(10 * DAY)
        key = sim.subscriptions[ids["upgraded"]]["items"]["data"][0]["id"]
        sim.update_subscription(
            ids["upgraded"], items=[{"id": key, "price": team, "quantity": 1}]
        )
        sim.cancel_subscription(ids["ending"], at_period_end=True)
        sim.update_subscription(ids["late"], default_payment_method="pm_card_declined")
        sim.clock.advance(30 * DAY)
        sim.run_subscriptions()
        return ids

    def check(self, ids):
        """Odoo shows every subscription as it is there, and every invoice."""
        sim = self.sim
        found = {}
        for name, key in ids.items():
            found[name] = record = self.record("subscription", key)
            stored = sim.subscriptions[key]
            self.assertEqual(record.status, stored["status"], name)
            self.assertEqual(
                record.line_ids.mapped("external_id"),
                [line["id"] for line in stored["items"]["data"]],
            )
            end = stored["items"]["data"][0]["current_period_end"]
            self.assertEqual(int(record.period_end.timestamp()), end, name)
        for key, stored in sim.invoices.items():
            move = self.record("invoice", key)
            details = stored["parent"]["subscription_details"]
            owner = self.record("subscription", details["subscription"])
            self.assertEqual(move.integration_subscription_id, owner)
            for field in ("total", "amount_remaining"):
                own = {"total": "amount_total", "amount_remaining": "amount_residual"}
                wanted = Decimal(stored[field]).scaleb(-2)
                self.assertEqual(Decimal(str(move[own[field]])), wanted, key)
        return found

    def test_the_life_of_subscriptions(self):
        ids = self.live()
        self.deliver_new()
        self.work()
        self.assertDone("not_final")
        found = self.check(ids)
        upgraded = found["upgraded"]
        self.assertEqual(upgraded.name, "Team")
        self.assertEqual(upgraded.next_amount, 49.99)
        self.assertEqual(upgraded.invoice_count, 2)
        (note,) = upgraded.message_ids
        self.assertIn(f"/test/subscriptions/{ids['upgraded']}", note.body)
        renewal = upgraded.invoice_ids.sorted("invoice_date")[-1]
        self.assertEqual(len(renewal.invoice_line_ids), 3)
        self.assertLess(min(renewal.invoice_line_ids.mapped("price_subtotal")), 0)
        self.assertEqual(found["ending"].status, "canceled")
        self.assertFalse(found["ending"].next_invoice_at)
        self.assertEqual(found["late"].status, "past_due")
        self.assertEqual(found["late"].notice["level"], "danger")
        self.assertEqual(found["trial"].status, "trialing")
        self.assertEqual(sim_ledger(self.sim).differences(), [])
        partner = upgraded.partner_id
        partner.invalidate_recordset()
        self.assertEqual(partner.integration_subscription_count, 3)

    def test_an_upgrade_is_told(self):
        """Later than the subscription itself: one batch is one newest state."""
        ids = self.live()
        self.deliver_new()
        self.work()
        key = self.sim.subscriptions[ids["upgraded"]]["items"]["data"][0]["id"]
        self.sim.update_subscription(
            ids["upgraded"], items=[{"id": key, "quantity": 4}]
        )
        self.sim.pay_invoice(self.sim.subscriptions[ids["late"]]["latest_invoice"])
        self.deliver(*self.new_events(), version=OLDEST)
        self.work()
        self.assertDone("not_final")
        found = self.check(ids)
        self.assertIn("Upgrade: Team", found["upgraded"].message_ids[0].body)
        self.assertIn("Payment overdue", found["late"].message_ids[0].body)
        self.assertEqual(found["late"].status, "active")

    def test_any_order(self):
        ids = self.live()
        events = self.new_events()
        random.Random(7).shuffle(events)
        half = len(events) // 2
        self.deliver(*events[:half], version=OLDEST)
        self.work()
        self.deliver(*events[half:])
        self.work()
        self.assertDone("not_final")
        self.check(ids)
