# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json
import re
from datetime import datetime, timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo.tests.common import tagged

from odoo.addons.integration_core.engine.errors import PermanentError, SchemaError

from .. import const, movements, shapes
from .common import NOW, REPOSITORY, SimulatorCase, fixture

OLD = "2024-06-20"
DAY = 86400


def eur(amount):
    return {"amount": amount, "currency": "EUR"}


@tagged("post_install", "-at_install")
class TestReadingSettlement(SimulatorCase):
    """Balance transactions, refunds, disputes and payouts, read over real HTTP."""

    def fetch(self, entity, external_id):
        """What the shipped mapping makes of an object that was read."""
        source = self.adapter._fetch(self.connector, entity, external_id)
        self.assertEqual(source.record["id"], external_id)
        return self.canonical(entity, source.record)

    def charge(self, amount=10000, currency="eur", **values):
        return self.sim.create_charge(amount, currency, **values)

    def movement(self, source, category=None):
        """The newest balance transaction about an object, read and mapped."""
        found = [
            one["id"]
            for one in self.sim.balance_transactions.values()
            if one["source"] == source and category in (None, one["reporting_category"])
        ]
        return self.fetch("balance_transaction", found[-1])

    def load(self, entity, cursor="", limit=100):
        """external id → canonical record, page by page."""
        found = {}
        while True:
            page = self.adapter._page(self.connector, entity, cursor, limit)
            for external_id, record in page.records:
                source = self.adapter._page_source(self.connector, entity, record, page)
                found[external_id] = self.canonical(entity, source.record)
            cursor = page.cursor
            if not cursor:
                return found

    def moment(self, **later):
        return datetime.utcfromtimestamp(NOW) + timedelta(**later)

    # === BALANCE TRANSACTIONS === #

    def test_charge(self):
        """Gross, fee in its parts, net, and the payment; in both generations."""
        charge = self.charge()
        for version in (None, OLD):
            self.connector.api_version = version
            record = self.movement(charge["id"])
            self.assertEqual(record["category"], "charge")
            self.assertEqual(record["amount"], eur("100.00"))
            fee, net = (Decimal(record[name]["amount"]) for name in ("fee", "net"))
            self.assertEqual(Decimal("100.00") - fee, net)
            self.assertGreater(fee, 0)
            self.assertEqual(
                sum(Decimal(part["amount"]["amount"]) for part in record["fees"]), fee
            )
            self.assertEqual({p["kind"] for p in record["fees"]}, {"processing"})
            self.assertEqual(
                record["payment"], {"entity": "payment", "external_id": charge["id"]}
            )
            self.assertFalse(record.get("refund") or record.get("payout"))
            self.assertIsNone(record["original"])
            self.assertEqual(record["available_on"], "2026-09-24")

    def test_tax_on_the_fee(self):
        self.sim.fee_tax = "19"
        record = self.movement(self.charge()["id"])
        self.assertEqual({p["kind"] for p in record["fees"]}, {"processing", "tax"})

    def test_converted(self):
        """Charge, refund and dispute say what they were before, with their sign."""
        self.sim.settle = {"usd": ("eur", "0.88")}
        charge = self.charge(10000, "usd")
        record = self.movement(charge["id"])
        self.assertEqual(record["amount"], eur("88.00"))
        self.assertEqual(record["original"], {"amount": "100.00", "currency": "USD"})
        self.assertEqual(record["exchange_rate"], "0.88")
        self.sim.settle = {"usd": ("eur", "0.86")}
        refund = self.sim.refund(charge["id"], 6000)
        record = self.movement(refund["id"])
        self.assertEqual(record["amount"], eur("-51.60"))
        self.assertEqual(record["original"], {"amount": "-60.00", "currency": "USD"})
        self.assertEqual(record["refund"]["external_id"], refund["id"])
        dispute = self.sim.dispute(charge["id"])
        record = self.movement(dispute["id"])
        self.assertEqual(record["category"], "dispute")
        self.assertEqual(record["original"], {"amount": "-40.00", "currency": "USD"})
        self.assertEqual(record["dispute"]["external_id"], dispute["id"])
        self.sim.close_dispute(dispute["id"], "won")
        record = self.movement(dispute["id"], "dispute_reversal")
        self.assertEqual(record["original"], {"amount": "40.00", "currency": "USD"})

    def test_converted_and_captured_in_part(self):
        """Whichever of both amounts became the money, by the rate that is stated.

        A movement of the whole amount is not passed as one of the captured part.
        """
        source = {"id": "ch_1", "currency": "usd"}
        source |= {"amount": 10000, "amount_captured": 4000}
        money = {"reporting_category": "charge", "currency": "eur", "fee": 0}
        for amount, given in ((8801, 10000), (3519, 4000), (-8801, -10000)):
            record = dict(
                fixture("balance_transaction"),
                **money,
                amount=amount,
                net=amount,
                fee_details=[],
                exchange_rate=0.88,
                source=source,
            )
            normal = self.adapter._normal("balance_transaction", record)
            self.assertEqual(normal["original"], shapes.money(given, "usd"), amount)
        with self.assertRaises(SchemaError) as caught:
            self.adapter._normal(
                "balance_transaction", dict(record, exchange_rate="much")
            )
        self.assertEqual(caught.exception.path, "exchange_rate")
        # Yen have no cents, and the rate is that of one yen.
        yen = {"id": "ch_1", "currency": "jpy", "amount": 9000, "amount_captured": 50}
        record |= {"amount": 5400, "net": 5400, "exchange_rate": 0.006, "source": yen}
        normal = self.adapter._normal("balance_transaction", record)
        self.assertEqual(normal["original"], shapes.money(9000, "jpy"))

    def test_every_category(self):
        """All that the stand-in can do is called by a word of the common format."""
        charge = self.charge(90000)["id"]
        self.sim.fail_refund(self.sim.refund(charge, 1000)["id"])
        self.sim.close_dispute(self.sim.dispute(charge, 500)["id"], "won", True)
        self.sim.fail_charge(self.charge(700, method="sepa_debit")["id"])
        for kind in ("billing", "network", "fx", "tax"):
            self.sim.account_fee(100, kind=kind)
        for kind in ("reserve", "minimum", "network"):
            self.sim.hold(200, kind=kind)
            self.sim.release(200, kind=kind)
        self.sim.reverse_topup(self.sim.topup(3000)["id"])
        self.sim.adjust(50)
        self.sim.move_money(-10, "eur", "transfer", "transfer")
        self.sim.fail_payout(self.sim.payout()["id"])
        found = self.load("balance_transaction", limit=7)
        self.assertEqual(set(found), set(self.sim.balance_transactions))
        self.assertEqual(
            {record["category"] for record in found.values()},
            set(movements.CATEGORIES.values()) - {movements.RESERVE}
            | {"hold", "release"},
        )
        # The peer's own arithmetic holds for each.
        for record in found.values():
            gross, fee, net = (
                Decimal(record[name]["amount"]) for name in ("amount", "fee", "net")
            )
            self.assertEqual(gross - fee, net)

    def test_unknown_word(self):
        """Named, with what to do; the others of the page are read all the same."""
        made = self.sim.move_money(-10, "eur", "moon_fee", "moon_landing")
        with self.assertRaises(SchemaError) as caught:
            self.fetch("balance_transaction", made["id"])
        self.assertIn("moon_landing", str(caught.exception))
        self.assertIn("moon_fee", str(caught.exception))
        self.assertTrue(caught.exception.hint)

    def test_wrong_content(self):
        """Nothing of it is guessed: each is set aside, with its place."""
        good = dict(
            fixture("balance_transaction"),
            reporting_category="charge",
            currency="eur",
            amount=1000,
            fee=59,
            net=941,
            fee_details=[{"amount": 59, "currency": "eur", "type": "stripe_fee"}],
            source="ch_1",
        )
        self.adapter._normal("balance_transaction", good)
        for change, path in (
            ({"amount": "1000"}, "amount"),
            ({"amount": 10.5}, "amount"),
            ({"amount": None}, "amount"),
            ({"currency": None}, "currency"),
            ({"reporting_category": None}, "reporting_category"),
            ({"balance_type": "issuing"}, "balance_type"),
            ({"fee": 60}, "fee_details"),
            ({"exchange_rate": 0.88}, "source"),
            ({"exchange_rate": "much", "source": "txr_1"}, "exchange_rate"),
            ({"source": {"id": "ch_1", "currency": "usd"}}, "source.amount"),
            ({"id": None}, "id"),
        ):
            with self.assertRaises(SchemaError, msg=str(change)) as caught:
                self.adapter._normal("balance_transaction", {**good, **change})
            self.assertEqual(caught.exception.path, path, str(change))

    def test_a_long_text(self):
        """What somebody wrote into a payment does not keep its fee out of the books."""
        record = self.movement(self.charge(description="Chair " * 200)["id"])
        self.assertEqual(len(record["description"]), 1000)

    def test_what_the_sdk_knows(self):
        """Every state of a dispute and every fee that Stripe's SDK names is known."""
        statuses, fees = set(), ""
        for folder in (REPOSITORY / "tests/data/stripe").glob("schemas_*"):
            dispute, transaction = (
                json.loads((folder / f"{name}.json").read_text())["properties"]
                for name in ("dispute", "balance_transaction")
            )
            status = dispute["status"]
            statuses |= set(status.get("enum") or status["x-open-enum"])
            details = transaction["fee_details"]["items"]["properties"]
            fees += details["type"]["description"]
        self.assertEqual(set(movements.DISPUTE_STATUS), statuses)
        self.assertEqual(set(re.findall("`(\\w+)`", fees)), set(movements.FEE_KINDS))

    def test_what_changes_is_left_out(self):
        """A transaction that became available, or whose charge was refunded, is
        nothing new."""
        charge = self.charge()
        transaction = next(iter(self.sim.balance_transactions))
        before = self.adapter._fetch(self.connector, "balance_transaction", transaction)
        self.sim.refund(charge["id"], 100)
        self.sim.clock.advance(10 * DAY)
        after = self.adapter._fetch(self.connector, "balance_transaction", transaction)
        self.assertEqual(before.record, after.record)
        self.assertGreater(after.version, before.version)

    def test_only_what_is_new(self):
        """The cursor of a later reading leaves out what was made before."""
        old = self.charge()["id"]
        self.sim.clock.advance(DAY)
        new = [self.charge(1000 + n)["id"] for n in range(5)]
        cursor = self.adapter._cursor_since(
            self.connector, "balance_transaction", self.moment(hours=23)
        )
        found = self.load("balance_transaction", cursor, limit=2)
        self.assertEqual({one["source"] for one in found.values()}, set(new))
        everything = self.load("balance_transaction")
        self.assertIn(old, {one["source"] for one in everything.values()})

    # === REFUNDS AND DISPUTES === #

    def test_refund(self):
        charge = self.charge()
        refund = self.sim.refund(charge["id"], 2500, reason="duplicate")
        for version in (None, OLD):
            self.connector.api_version = version
            record = self.fetch("refund", refund["id"])
            self.assertEqual(record["amount"], eur("25.00"))
            self.assertEqual(record["status"], "succeeded")
            self.assertEqual(record["reason"], "duplicate")
            self.assertEqual(record["payment"]["external_id"], charge["id"])
        self.sim.fail_refund(refund["id"])
        record = self.fetch("refund", refund["id"])
        self.assertEqual(record["status"], "failed")
        self.assertEqual(record["failure_reason"], "lost_or_stolen_card")
        self.assertEqual(set(self.load("refund")), {refund["id"]})

    def test_dispute(self):
        charge = self.charge()
        dispute = self.sim.dispute(charge["id"], 4000, inquiry=True)["id"]
        record = self.fetch("dispute", dispute)
        self.assertEqual(record["status"], "inquiry")
        self.assertEqual(record["amount"], eur("40.00"))
        self.assertEqual(record["payment"]["external_id"], charge["id"])
        self.sim.escalate_dispute(dispute)
        record = self.fetch("dispute", dispute)
        self.assertEqual(record["status"], "needs_response")
        self.assertTrue(record["respond_by"])
        self.sim.answer_dispute(dispute)
        self.assertEqual(self.fetch("dispute", dispute)["status"], "under_review")
        self.sim.close_dispute(dispute, "lost")
        for version in (None, OLD):
            self.connector.api_version = version
            self.assertEqual(self.fetch("dispute", dispute)["status"], "lost")
        self.assertEqual(set(self.load("dispute")), {dispute})

    def test_unknown_state_of_a_dispute(self):
        record = dict(fixture("dispute"), status="on_the_moon", charge="ch_1")
        with self.assertRaises(SchemaError) as caught:
            self.adapter._normal("dispute", record)
        self.assertIn("on_the_moon", str(caught.exception))
        self.assertEqual(caught.exception.path, "status")

    def test_wrong_types(self):
        """Each is set aside, with its place."""
        for entity, change, path in (
            ("refund", {"amount": "1000"}, "amount"),
            ("refund", {"status": 7}, "status"),
            ("refund", {"created": "today"}, "created"),
            ("refund", {"metadata": []}, "metadata"),
            ("refund", {"object": "charge"}, "object"),
            ("refund", {"id": None}, "id"),
            ("dispute", {"amount": True}, "amount"),
            ("dispute", {"currency": 978}, "currency"),
            ("dispute", {"evidence_details": "soon"}, "evidence_details"),
            ("payout", {"amount": 1.5}, "amount"),
            ("payout", {"automatic": "yes"}, "automatic"),
            ("payout", {"trace_id": "x"}, "trace_id"),
            ("payout", {"arrival_date": [1]}, "arrival_date"),
            ("payout", {"reconciliation_status": {}}, "reconciliation_status"),
        ):
            record = dict(fixture(entity), charge="ch_1", **{"status": "lost"} | change)
            with self.assertRaises(SchemaError, msg=str(change)) as caught:
                self.adapter._normal(entity, record)
            self.assertEqual(caught.exception.path, path, str(change))

    def test_about_nothing(self):
        """A refund or dispute that names no payment is set aside."""
        for entity in ("refund", "dispute"):
            record = dict(fixture(entity), charge=None, payment_intent=None)
            record["status"] = "lost"
            with self.assertRaises(SchemaError) as caught:
                self.adapter._normal(entity, record)
            self.assertEqual(caught.exception.path, "charge")

    # === PAYOUTS === #

    def test_payout(self):
        """What it is made of is told once Stripe says that the list is final."""
        for _number in range(3):
            self.charge()
        made = self.sim.payout(descriptor="SHOP")
        record = self.fetch("payout", made["id"])
        self.assertIs(record["complete"], False)
        self.assertIsNone(record["transactions"])
        self.assertIs(record["automatic"], True)
        self.assertEqual(record["descriptor"], "SHOP")
        self.sim.complete_payout(made["id"])
        self.sim.pay_payout(made["id"])
        # More of them than a page holds.
        self.enterContext(patch.object(const, "PAGE_SIZE", 3))
        for version in (None, OLD):
            self.connector.api_version = version
            record = self.fetch("payout", made["id"])
            self.assertIs(record["complete"], True)
            self.assertEqual(record["status"], "paid")
            expected = {t["id"] for t in self.sim.payout_transactions(made["id"])}
            self.assertEqual(set(record["transactions"]), expected)
            self.assertEqual(len(expected), 4)
            self.assertEqual(self.load("payout")[made["id"]], record)

    def test_transactions_of_a_payout(self):
        """By the page, ready to be booked; they add up to nothing with its own."""
        for _number in range(5):
            self.charge()
        payout = self.sim.payout()["id"]
        self.sim.complete_payout(payout)
        self.charge()
        found, cursor = {}, ""
        while True:
            page = self.adapter._page_of(
                self.connector, "balance_transaction", "payout", payout, cursor, 4
            )
            for external_id, record in page.records:
                source = self.adapter._page_source(
                    self.connector, "balance_transaction", record, page
                )
                found[external_id] = self.canonical(
                    "balance_transaction", source.record
                )
            cursor = page.cursor
            if not cursor:
                break
        self.assertEqual(len(found), 6)
        self.assertEqual(
            sum(Decimal(record["net"]["amount"]) for record in found.values()), 0
        )
        (own,) = [r for r in found.values() if r["category"] == "payout"]
        self.assertEqual(own["payout"]["external_id"], payout)
        with self.assertRaises(PermanentError):
            self.adapter._page_of(
                self.connector, "balance_transaction", "invoice", "in_1", "", 4
            )

    def test_manual_failed_and_negative(self):
        """A manual payout is never taken apart; what failed says why."""
        charge = self.charge(50000)["id"]
        self.sim.clock.advance(10 * DAY)
        manual = self.sim.payout(automatic=False, amount=1000, method="instant")["id"]
        record = self.fetch("payout", manual)
        self.assertIs(record["automatic"], False)
        self.assertEqual(record["method"], "instant")
        self.assertIsNone(record["transactions"])
        self.sim.fail_payout(manual)
        record = self.fetch("payout", manual)
        self.assertEqual(record["status"], "failed")
        self.assertTrue(record["failure_reason"])
        self.sim.complete_payout(self.sim.payout()["id"])
        self.sim.refund(charge)
        negative = self.sim.payout()["id"]
        record = self.fetch("payout", negative)
        self.assertTrue(record["amount"]["amount"].startswith("-"))

    def test_money_that_went_again(self):
        """A debit that succeeded and failed after all: received, and returned."""
        charge = self.charge(5000, method="sepa_debit")
        self.assertIsNone(self.fetch("payment", charge["id"])["returned"])
        self.sim.fail_charge(charge["id"])
        for external_id in (charge["id"], charge["payment_intent"]):
            record = self.fetch("payment", external_id)
            self.assertIs(record["returned"], True)
            self.assertEqual(record["status"], "failed")
            self.assertEqual(record["amount"], eur("50.00"))
        record = self.movement(charge["id"], "charge_failure")
        self.assertEqual(record["payment"]["external_id"], charge["id"])
        self.assertEqual(record["amount"], eur("-50.00"))
