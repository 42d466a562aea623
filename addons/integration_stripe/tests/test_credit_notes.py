# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import os
import random

from odoo.tests.common import tagged

from odoo.addons.integration_core.engine.errors import SchemaError

from .common import fixture, sim_ledger
from .settling import SettlingCase

OLD, NEW = "2024-06-20", None
# More steps: STRIPE_CREDITS=400.
STEPS = int(os.environ.get("STRIPE_CREDITS", "24"))


@tagged("post_install", "-at_install")
class TestCreditNotes(SettlingCase):
    """Credit notes and balances of customers, from Stripe to the books."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flows |= cls.env["integration.flow"].create(
            {
                "connector_id": cls.connector.id,
                "entity": "credit_note",
                "mode": "live",
            }
        )

    @classmethod
    def prepare_books(cls):
        result = super().prepare_books()
        cls.balances = cls.env["account.account"].create(
            {
                "code": "211911",
                "name": "Balances of customers",
                "account_type": "liability_current",
                "reconcile": True,
            }
        )
        cls.connector.write(
            {
                "customer_balance_account_id": cls.balances.id,
                "negative_policy": "refund",
            }
        )
        return result

    def setUp(self):
        super().setUp()
        self.customer = self.sim.create_customer(name="Deco", email="d@deco.example")
        self.rate = self.sim.create_tax_rate("19", country="US")
        self.inside = self.sim.create_tax_rate("7", inclusive=True, country="US")
        self.taxes_of = {
            rate["id"]: self.map_tax(rate) for rate in (self.rate, self.inside)
        }

    # === HELPERS === #

    def sell(self, *amounts, rates=None, **values):
        """A final invoice with a line of each amount; its object."""
        rates = [self.rate["id"]] if rates is None else rates
        lines = [
            {"amount": amount, "description": f"Part {number}", "tax_rates": rates}
            for number, amount in enumerate(amounts)
        ]
        made = self.sim.create_invoice(self.customer["id"], lines, **values)
        return self.sim.finalize_invoice(made["id"])

    def lines_of(self, invoice):
        return [line["id"] for line in self.sim.invoice_lines(invoice["id"])]

    def cents(self, accounts):
        """Balance of accounts, in cents."""
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "in", accounts.ids),
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
            ]
        )
        return round(sum(lines.mapped("balance")) * 100)

    def receivables(self):
        return self.env["account.account"].search(
            [("account_type", "=", "asset_receivable")]
        )

    def taxed(self, rate):
        """What Odoo owes of a tax, in cents: positive is owed."""
        lines = self.env["account.move.line"].search(
            [
                ("tax_line_id", "=", self.taxes_of[rate].id),
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
            ]
        )
        return round(-sum(lines.mapped("balance")) * 100)

    def assertBooks(self):
        """Odoo's books are the stand-in's ledger, to the cent."""
        ledger = sim_ledger(self.sim)
        self.assertEqual(ledger.differences(), [])
        for sums in ledger.credit_notes.values():
            move = self.record("credit_note", sums.id)
            if move and sums.status != "void":
                facts = (move.amount_untaxed, move.amount_total)
                ours = (sums.untaxed, sums.total)
                self.assertEqual([round(f * 100) for f in facts], [*ours], sums)
        for sums in ledger.invoices.values():
            move = self.record("invoice", sums.id)
            if move and sums.total > 0:
                left = 0 if sums.status == "void" else sums.open
                self.assertEqual(round(move.amount_residual * 100), left, sums)
        for rate in self.taxes_of:
            self.assertEqual(self.taxed(rate), -ledger.balance(f"tax:{rate}", "eur"))
        self.assertEqual(
            self.cents(self.balances), ledger.balance("customer_balance", "eur")
        )
        self.assertEqual(self.cents(self.receivables()), ledger.receivable("eur"))

    # === TESTS === #

    def test_every_kind_in_both_generations(self):
        """Lowered, refunded, to the balance, and void: told by old and new shapes."""
        for version in (NEW, OLD):
            with self.subTest(version=version):
                first = self.sell(10000, 4999)
                desk, lamp = self.lines_of(first)
                part = self.sim.credit_invoice(first["id"], {desk: 3333}, memo="Sorry")
                gone = self.sim.credit_invoice(first["id"], {lamp: 500})
                # Known before it is void: booked and reversed.
                self.deliver(*self.new_events(), version=version)
                self.work()
                self.sim.clock.advance(60)
                self.sim.void_credit_note(gone["id"])
                self.sim.pay_invoice(first["id"])
                back = self.sim.credit_invoice(first["id"], {desk: 2000}, rest="refund")
                kept = self.sim.credit_invoice(first["id"], {lamp: 700}, rest="balance")
                both = self.sim.credit_invoice(
                    first["id"], {lamp: 1000}, refund=690, balance=500
                )
                self.deliver(*self.new_events(), version=version)
                self.work()
                self.read_movements()
                self.assertDone()
                move = self.record("invoice", first["id"])
                notes = {
                    one["id"]: self.record("credit_note", one["id"])
                    for one in (part, gone, back, kept, both)
                }
                self.assertEqual({n.reversed_entry_id for n in notes.values()}, {move})
                self.assertEqual(move.payment_state, "paid")
                # The refund has met its credit note, the balance the others.
                self.assertEqual(
                    [round(n.amount_residual, 2) for n in notes.values()], [0] * 5
                )
                self.assertIn("Sorry", notes[part["id"]].narration)
                self.assertBooks()
                # The next invoice takes what was kept.
                second = self.sell(20000)
                self.deliver(*self.new_events(), version=version)
                self.work()
                self.assertTrue(self.sim.invoices[second["id"]]["starting_balance"] < 0)
                self.assertBooks()

    def test_reverse_charge_by_the_tax_id(self):
        """Stripe charges nothing; Odoo finds the tax for it by the customer's id."""
        position = self.env["account.fiscal.position"].create(
            {
                "name": "Businesses in Belgium",
                "auto_apply": True,
                "vat_required": True,
                "country_id": self.env.ref("base.be").id,
            }
        )
        tax = self.taxes_of[self.rate["id"]]
        zero = tax.copy({"name": "Reverse charge", "amount": 0})
        zero.write({"fiscal_position_ids": position.ids, "original_tax_ids": tax.ids})
        self.customer = self.sim.create_customer(
            name="Bruxelles SA",
            tax_exempt="reverse",
            address={"line1": "1", "city": "Bruxelles", "country": "BE"},
            tax_id_data=[{"type": "eu_vat", "value": "BE0477472701"}],
        )
        for version in (NEW, OLD):
            invoice = self.sell(10000)
            [line] = self.lines_of(invoice)
            self.sim.credit_invoice(invoice["id"], {line: 4000})
            self.deliver(*self.new_events(), version=version)
            self.work()
            self.assertDone()
            move = self.record("invoice", invoice["id"])
            self.assertEqual(move.amount_residual, 60.0)
            both = move | move.reversal_move_ids
            self.assertEqual(both.invoice_line_ids.tax_ids, zero)

    def test_more_lines_than_a_message_holds(self):
        first = self.sell(*range(1000, 13000, 1000), rates=[self.inside["id"]])
        self.sim.credit_invoice(first["id"])
        self.hear()
        self.assertDone()
        move = self.record("invoice", first["id"])
        self.assertEqual(move.amount_residual, 0)
        self.assertEqual(len(move.reversal_move_ids.invoice_line_ids), 12)
        self.assertBooks()

    def test_wrong_content(self):
        """Nothing of it is guessed: each is set aside, with its place."""
        good = dict(
            fixture("credit_note"),
            total=1000,
            pre_payment_amount=400,
            post_payment_amount=600,
            refunds=[{"refund": "re_1", "amount_refunded": 600}],
        )
        self.adapter._normal("credit_note", good)
        for change, path in (
            ({"total": "10.00"}, "total"),
            ({"lines": {"data": [], "has_more": True}}, "lines"),
            ({"lines": {"data": [None]}}, "lines.data[0]"),
            ({"refunds": "re_1"}, "refunds"),
            ({"refunds": ["re_1"]}, "refunds[0]"),
            (
                {"refunds": [{"payment_record_refund": "x"}]},
                "refunds[0].payment_record_refund",
            ),
            ({"refunds": [{"amount_refunded": 5}]}, "refunds[0]"),
            ({"refunds": [{"refund": "re_1", "amount_refunded": 601}]}, "refunds"),
            ({"pre_payment_amount": None, "refund": "re_1"}, "refund"),
        ):
            with self.assertRaises(SchemaError, msg=str(change)) as caught:
                self.adapter._normal("credit_note", {**good, **change})
            self.assertEqual(caught.exception.path, path, str(change))

    def test_a_void_invoice_takes_its_credit_notes_along(self):
        first = self.sell(10000)
        [line] = self.lines_of(first)
        self.sim.credit_invoice(first["id"], {line: 2500})
        self.hear()
        self.sim.clock.advance(60)
        self.sim.void_invoice(first["id"])
        self.hear()
        self.assertDone()
        self.assertEqual(self.cents(self.receivables()), 0)
        self.assertBooks()

    def test_overpaid_and_too_small(self):
        small = self.sell(20, rates=[])
        first = self.sell(10000)
        self.sim.pay_invoice(first["id"], 5000, pending=True)
        self.sim.pay_invoice(first["id"])
        self.hear()
        self.assertEqual(self.record("invoice", small["id"]).amount_residual, 0)
        self.assertBooks()
        self.assertDone("not_final")

    def test_random_histories_in_any_order(self):
        """Invoices, parts, credit notes, refunds, balances, voids, shuffled, twice."""
        rng = random.Random(20261122)
        sim, made = self.sim, []
        for step in range(STEPS):
            sim.clock.advance(rng.choice((1, 60, 3600)))
            if not made or rng.random() < 0.35:
                sums = [rng.randrange(100, 30000) for _n in range(rng.randrange(1, 4))]
                rates = [rng.choice(list(self.taxes_of))]
                made.append(self.sell(*sums, rates=rates)["id"])
                continue
            self._step(rng, rng.choice(made))
            if step % 6 == 5:
                self._tell(rng)
        self._tell(rng)
        self.read_movements()
        self.hear()
        self.assertDone()
        self.assertBooks()

    def _tell(self, rng):
        events = self.new_events()
        events += rng.sample(events, len(events) // 3)
        rng.shuffle(events)
        for event in events:
            self.deliver(event, version=rng.choice((OLD, NEW)))
        self.work()

    def _step(self, rng, key):
        """One thing that may happen to an invoice; nothing if it may not."""
        sim = self.sim
        invoice = sim.invoices[key]
        lines = [line for line in sim.invoice_lines(key) if line["amount"] > 1]
        status, left = invoice["status"], invoice["amount_remaining"]
        what = rng.random()
        if status == "open" and what < 0.25:
            sim.pay_invoice(key, rng.randrange(1, left) if left > 100 else None)
        elif status == "open" and what < 0.5:
            sim.pay_invoice(key)
        elif status == "open" and what < 0.56 and not invoice["amount_paid"]:
            sim.void_invoice(key)
        elif status in ("open", "paid"):
            self._credit(rng, key, rng.choice(lines))

    def _credit(self, rng, key, line):
        sim = self.sim
        taken = sum(
            part["amount"]
            for note in sim.resources["credit_notes"].of(key)
            for part in note["_lines"]
            if part["invoice_line_item"] == line["id"]
        )
        left = line["amount"] - taken
        if left < 2:
            return
        charge = sim.invoices[key]["_charge"]
        amount = rng.choice((left, rng.randrange(1, left)))
        rest = "refund" if charge and rng.random() < 0.5 else "balance"
        if rest == "refund":
            money = sim.charges[charge]
            if money["amount"] - money["amount_refunded"] < amount * 2:
                rest = "balance"
        note = sim.credit_invoice(key, {line["id"]: amount}, rest=rest)
        if note["type"] == "pre_payment" and rng.random() < 0.2:
            if sim.invoices[key]["status"] == "open":
                sim.void_credit_note(note["id"])
