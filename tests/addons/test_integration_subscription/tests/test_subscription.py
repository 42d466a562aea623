# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .common import SubscriptionCase


@tagged("post_install", "-at_install")
class TestSubscription(SubscriptionCase):
    """A subscription is mirrored as the other system states it."""

    def test_every_field_arrives(self):
        record = self._bring_subscription(
            self._subscription(
                self._item(quantity="3", price="0.125"),
                description="Agreed by phone",
                trial_start="2026-10-01T09:00:00Z",
                trial_end="2026-11-01T09:00:00.250Z",
                collection="invoice",
                days_until_due=14,
            )
        )
        self.assertEqual(record.connector_id, self.connector)
        self.assertEqual(record.company_id, self.company)
        self.assertEqual(record.external_id, "sub_1")
        self.assertEqual(record.partner_id, self.partner)
        self.assertEqual(record.status, "active")
        self.assertEqual(record.currency_id.name, "EUR")
        self.assertEqual(record.description, "Agreed by phone")
        self.assertEqual(record.started_at, datetime(2026, 11, 1, 9))
        self.assertEqual(record.trial_end, datetime(2026, 11, 1, 9))
        self.assertEqual(record.period_end, datetime(2026, 12, 1, 9))
        self.assertEqual((record.collection, record.days_until_due), ("invoice", 14))
        self.assertEqual(record.name, "Plan Pro × 3")
        line = record.line_ids
        self.assertEqual(line.product_id, self.product)
        self.assertEqual(line.company_id, self.company)
        self.assertEqual(line.quantity, 3)
        self.assertEqual(line.unit_price, "0.125")
        self.assertEqual(line.amount, 0.38)
        self.assertEqual(self._plain(line.price_label), "0.125 € a month")

    def test_the_next_invoice(self):
        end = datetime(2026, 12, 1, 9)
        for values, expected in (
            ({}, end),
            ({"status": "trialing"}, end),
            ({"status": "past_due"}, end),
            ({"status": "incomplete"}, False),
            ({"status": "unpaid"}, False),
            ({"status": "paused"}, False),
            ({"cancel_at_period_end": True}, False),
            ({"cancel_at": "2026-12-01T09:00:00Z"}, False),
            ({"cancel_at": "2026-12-24T09:00:00Z"}, end),
            ({"pause_invoices": "void"}, False),
            (
                {"pause_invoices": "draft", "resumes_at": "2026-11-20T00:00:00Z"},
                end,
            ),
            (
                {"pause_invoices": "draft", "resumes_at": "2027-01-01T00:00:00Z"},
                False,
            ),
            ({"status": "canceled", "ended_at": "2026-11-20T09:00:00Z"}, False),
        ):
            with self.subTest(**values):
                at = self.seconds = getattr(self, "seconds", 100) + 1
                record = self._bring_subscription(self._subscription(**values), at=at)
                self.assertEqual(record.next_invoice_at, expected)
                self.assertEqual(record.next_amount, 20 if expected else 0)

    def test_what_it_costs(self):
        record = self._bring_subscription(
            self._subscription(
                self._item(period_end="2026-12-01T09:00:00Z"),
                self._item(
                    "si_year",
                    "120.00",
                    quantity="2",
                    interval="year",
                    period_end="2027-11-01T09:00:00Z",
                ),
                self._item("si_used", "0.05", quantity=None, metered=True),
                self._item("si_tiers", None),
            )
        )
        self.assertEqual(record.line_ids.mapped("amount"), [20, 240, 0, 0])
        # The yearly line is not due with the next invoice.
        self.assertEqual(record.next_amount, 20)
        self.assertEqual(record.monthly_amount, 40)
        self.assertEqual(record.period_label, "In several periods")
        self.assertEqual(record.line_ids[1]._cycle_words(), "Yearly")
        self.assertEqual(
            [self._plain(label) for label in record.line_ids.mapped("price_label")],
            [
                "20.00 € a month",
                "120.00 € a year",
                "0.05 € for each unit used",
                "By quantity a month",
            ],
        )
        record = self._bring_subscription(
            self._subscription(status="canceled", ended_at="2026-11-30T00:00:00Z"),
            at=200,
        )
        self.assertEqual(record.monthly_amount, 0)
        self.assertEqual(record.ends_at, datetime(2026, 11, 30))

    def test_a_plan_without_its_product(self):
        self.flows["product"].unlink()
        self.flows["price"].unlink()
        gone = {"entity": "product", "external_id": "prod_unknown"}
        record = self._bring_subscription(
            self._subscription(
                self._item(product=gone),
                self._item(
                    "si_2",
                    product=None,
                    description=None,
                )
                | {"price": {"entity": "price", "external_id": "price_1"}},
            )
        )
        self.assertFalse(record.line_ids.product_id)
        self.assertEqual(record.name, "Pro, monthly, price_1")

    def test_a_period_starts(self):
        self._bring_subscription(self._subscription())
        event = self._feed(
            "sub_1",
            self._subscription(
                period_start="2026-12-01T09:00:00Z", period_end="2027-01-01T09:00:00Z"
            ),
            200,
            entity="subscription",
        )
        log = self._logs(event)
        self.assertEqual(log.operation, "update")
        self.assertEqual(set(log.diff), {"period_start", "period_end"})
        record = self._mirrored()
        self.assertEqual(record.next_invoice_at, datetime(2027, 1, 1, 9))
        self.assertEqual(len(record.message_ids), 1, "nothing to tell")

    def test_upgrade_and_downgrade(self):
        record = self._bring_subscription(self._subscription())
        line = record.line_ids
        event = self._feed(
            "sub_1",
            self._subscription(
                self._item(quantity="5"), self._item("si_2", "9.90", description="X")
            ),
            200,
            entity="subscription",
        )
        self.assertEqual(
            [self._plain(text) for text in self._logs(event).diff["line_ids"]],
            [
                "Plan Pro, 20.00 € a month",
                "Plan Pro × 5, 20.00 € a month; Plan Pro, 9.90 € a month",
            ],
        )
        record = self._mirrored()
        self.assertIn(line, record.line_ids)
        self.assertEqual(record.next_amount, 109.9)
        self.assertIn("Upgrade: Plan Pro (20.00 €", self._told(record))
        self.assertIn("→ Plan Pro × 5, Plan Pro (109.90 €", self._told(record))
        record = self._bring_subscription(
            self._subscription(self._item("si_2", "9.90")), at=300
        )
        self.assertEqual(record.line_ids.mapped("external_id"), ["si_2"])
        self.assertIn("Downgrade", self._told(record))

    def test_pause_and_go_on(self):
        pause = {"pause_invoices": "void", "resumes_at": "2026-12-24T00:00:00Z"}
        self._bring_subscription(self._subscription())
        record = self._bring_subscription(self._subscription(**pause), at=200)
        self.assertEqual(record.pause_invoices, "void")
        self.assertEqual(record.resumes_at, datetime(2026, 12, 24))
        self.assertIn("paused until", self._told(record))
        self.assertEqual(record.notice["level"], "info")
        record = self._bring_subscription(self._subscription(), at=300)
        self.assertFalse(record.pause_invoices)
        self.assertIn("Collection goes on", self._told(record))
        self.assertFalse(record.notice)

    def test_cancellation_and_second_thoughts(self):
        self._bring_subscription(self._subscription())
        record = self._bring_subscription(
            self._subscription(
                cancel_at_period_end=True,
                canceled_at="2026-11-10T10:00:00Z",
                cancel_reason="Too expensive",
            ),
            at=200,
        )
        self.assertEqual(record.ends_at, datetime(2026, 12, 1, 9))
        self.assertIn("Too expensive", self._told(record))
        self.assertEqual(record.notice["level"], "warning")
        self.assertIn("Demo", record.notice["next"])
        record = self._bring_subscription(
            self._subscription(canceled_at=None, cancel_reason=None), at=300
        )
        self.assertFalse(record.ends_at)
        self.assertFalse(record.cancel_reason)
        self.assertIn("taken back", self._told(record))
        record = self._bring_subscription(
            self._subscription(status="canceled", ended_at="2026-12-01T09:00:00Z"),
            at=400,
        )
        self.assertIn("Active → Ended", self._told(record))

    def test_a_payment_that_is_overdue(self):
        """The sentence says which invoice is open, to those who may know."""
        record = self._bring_subscription(self._subscription(status="past_due"))
        self.assertEqual(record.notice["next"], "Odoo has no open invoice of it.")
        line = self._line("100.00", "19.00")
        move = self._booked(self._invoice(line, subscription="sub_1"))
        record.invalidate_recordset()
        told = self._plain(record.notice["next"])
        self.assertEqual(told, f"Open: {move.name} (119.00 €).")
        designer = record.with_user(self.designer)
        self.assertEqual(designer.notice["next"], "")
        self.assertEqual(Form(designer).status, "past_due")

    def test_an_older_message_changes_nothing(self):
        self._bring_subscription(self._subscription(status="past_due"), at=300)
        event = self._feed("sub_1", self._subscription(), 200, entity="subscription")
        self.assertEqual((event.state, event.skip_reason), ("skipped", "stale"))
        self.assertEqual(self._mirrored().status, "past_due")

    def test_a_link_given_up_is_made_again(self):
        record = self._bring_subscription(self._subscription())
        self._link("sub_1", entity="subscription").unlink()
        again = self._bring_subscription(
            self._subscription(status="past_due", period_end=None), at=200
        )
        self.assertEqual(again, record)
        self.assertEqual(again.status, "past_due")
        self.assertFalse(again.period_end)

    def test_deleted_there(self):
        self._bring_subscription(self._subscription())
        record = self._bring_subscription({}, at=200, deleted=True)
        self.assertFalse(record.active)
        self.assertEqual(record.status, "active")
        self.assertTrue(record.line_ids)

    def test_bad_input_is_named(self):
        event = self._feed(
            "sub_x", self._subscription(currency="XQX"), entity="subscription"
        )
        self.assertEqual((event.state, event.error_class), ("review", "mapping"))
        self.assertIn("XQX", event.error)
        self.assertTrue(event.hint)
        event = self._feed(
            "sub_y", self._subscription(status="dormant"), entity="subscription"
        )
        self.assertEqual((event.state, event.error_class), ("quarantine", "schema"))
        self.assertIn("status", event.error)
        event = self._feed(
            "sub_z",
            self._subscription(
                customer={"entity": "customer", "external_id": "cus_unknown"}
            ),
            entity="subscription",
        )
        self.assertEqual(event.state, "waiting")
        self.assertFalse(self._all())

    def test_one_bad_message_does_not_stop_its_batch(self):
        self._store("sub_1", self._subscription(), entity="subscription")
        bad = self._store(
            "sub_2", self._subscription(currency="XQX"), entity="subscription"
        )
        self._store("sub_3", self._subscription(), entity="subscription")
        self._drain()
        self.assertEqual(bad.state, "review")
        self.assertEqual(set(self._all().mapped("external_id")), {"sub_1", "sub_3"})

    def test_comparing_only(self):
        self.flows["subscription"].mode = "shadow"
        event = self._feed("sub_1", self._subscription(), entity="subscription")
        self.assertEqual((event.state, event.skip_reason), ("skipped", "shadow"))
        self.assertFalse(self._all())

    def test_people_read_and_comment(self):
        record = self._bring_subscription(self._subscription())
        accountant = new_test_user(
            self.env,
            login="subscription_accountant",
            groups="account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        for person in (accountant, self.auditor, self.manager):
            own = record.with_user(person)
            self.assertEqual(own.status, "active")
            self.assertEqual(own.line_ids.amount, 20)
            own.message_post(body="Asked for a discount")
            self.assertEqual(Form(own).status, "active")
            self.assertTrue(own.web_search_read([], {"display_name": {}})["records"])
            with self.assertRaises(AccessError):
                own.write({"status": "canceled"})
            with self.assertRaises(AccessError):
                own.unlink()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            login="subscription_stranger",
            groups="account.group_account_invoice",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        found = self.env["integration.subscription"].with_user(stranger)
        found = found.with_context(allowed_company_ids=other.ids)
        self.assertFalse(found.search([]))

    def test_statements_of_a_further_one(self):
        """A batch costs a handful of statements, each further record few of its own."""

        def bring(names, at):
            for name in names:
                self._store(name, self._subscription(), at, entity="subscription")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._drain()
            return self.env.cr.sql_log_count - before

        bring(["warm"], 90)
        one = bring(["sub_a"], 100)
        many = bring([f"sub_{number}" for number in range(21)], 200)
        self.assertLessEqual((many - one) / 20, 3)

    def _all(self):
        return self.env["integration.subscription"].search(
            [("connector_id", "=", self.connector.id)]
        )

    def _told(self, record) -> str:
        """The newest note."""
        return self._plain(record.message_ids[:1].body)

    def _plain(self, text) -> str:
        """Without the spaces that keep an amount and its currency together."""
        return text.replace("\xa0", " ").replace("&nbsp;", " ")
