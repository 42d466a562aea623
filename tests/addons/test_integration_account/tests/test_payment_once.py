# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest.mock import patch

from odoo import sql_db
from odoo.tests import tagged
from odoo.tools import mute_logger

from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestPaymentOnce(PaymentCase):
    """Two workers, one payment: one booking."""

    def _key(self, key: str) -> str:
        return self.env["integration.effect"]._key(self.connector, key, "pay")

    def test_what_another_worker_books_is_left_to_it(self):
        """A second connection to the database holds the key."""
        effects = self.env["integration.effect"]
        with sql_db.db_connect(self.env.cr.dbname).cursor() as other:
            locked = type(effects)._lock_keys(
                effects.with_env(self.env(cr=other)), [self._key("pi_1")]
            )
            self.assertEqual(locked, {self._key("pi_1")})
            event = self._queue("ch_1", "pi_1", "100.00")
            free = self._queue("ch_2", "pi_2", "50.00")
            self._drain()
            self._assert_state(event, "retry")
            self.assertEqual(event.error_class, "transient")
            self._assert_state(free, "done")
        self.assertEqual(self._payments().amount, 50)
        event.with_user(self.operator).action_retry()
        self._drain()
        self._assert_state(event, "done")
        self.assertEqual(len(self._payments()), 2)

    def test_an_effect_that_came_between_stops_the_second_booking(self):
        """As with a look-up that was too early: the ledger itself refuses."""
        self._pay("ch_1", "pi_1", "100.00")
        effects = self.registry["integration.effect"]
        links = self.registry["integration.external.id"]
        with (
            patch.object(effects, "_happened", lambda self, keys: {}),
            patch.object(links, "_resolve", lambda self, connector, refs: {}),
        ):
            event = self._pay("in_1", "pi_1", "100.00", customer=None)
        self._assert_state(event, "retry")
        self.assertEqual(event.error_class, "transient")
        self.assertEqual(len(self._payments()), 1)
        event.with_user(self.operator).action_retry()
        self._drain()
        self._assert_state(event, "done")
        self.assertEqual(len(self._payments()), 1)

    def test_a_second_allocation_is_refused_by_the_unique_key(self):
        """`integration.pipeline._from_constraint`: a race is tried again."""
        invoice = self._invoice("in_1", 100)
        self._pay("ch_1", "pi_1", "60.00", ("in_1", "30.00"))
        effects = self.registry["integration.effect"]
        happened = effects._happened

        def no_allocations(records, keys):
            return happened(records, [key for key in keys if "reconcile" not in key])

        with (
            patch.object(effects, "_happened", no_allocations),
            mute_logger(
                "odoo.sql_db",
                "odoo.addons.integration_core.models.inbound.pipeline_errors",
            ),
        ):
            event = self._pay("inpay_1", "pi_1", None, ("in_1", "30.00"))
        self._assert_state(event, "retry")
        self.assertEqual(event.error_class, "transient")
        self.assertIn("Another worker", event.error)
        self.assertEqual(invoice.amount_residual, 70)

    def test_an_account_with_two_connectors_is_booked_once(self):
        other = self._connector("Second", self.company)
        other._set_state("draft", "")
        self._flow("payment", self.flows["payment"].mapping_id, other)
        other.write(
            {
                "gateway_journal_ids": [
                    (
                        0,
                        0,
                        {
                            "currency_id": self._currency("EUR").id,
                            "journal_id": self.gateway.id,
                            "clearing_account_id": self.clearing.id,
                        },
                    )
                ]
            }
        )
        (self.connector | other).account_ref = "acct_shared"
        other._set_state("active", "")
        self._pay("ch_1", "pi_1", "100.00")
        record = self._record("pi_1", "100.00", customer=None)
        event = self._feed("ch_1", record, entity="payment", connector=other)
        self._assert_state(event, "done")
        self.assertEqual(len(self._payments()), 1)

    # === CONFIGURATIONS === #

    def test_the_clearing_account_is_used_whatever_the_method_line_says(self):
        line = self.gateway.inbound_payment_method_line_ids[:1]
        accounts = (
            self.env["account.account"],
            self._account("101911", "Outstanding receipts", "asset_current", True),
            self.clearing,
        )
        for community in (True, False):
            state = "paid" if community else "in_payment"
            moves = self.registry["account.move"]
            for n, account in enumerate(accounts):
                line.payment_account_id = account
                key = f"pi_{community}_{n}"
                with patch.object(
                    moves, "_get_invoice_in_payment_state", lambda move, s=state: s
                ):
                    event = self._pay(f"ch_{key}", key, "10.00")
                self._assert_state(event, "done")
                move = self._record_of(key, "payment").move_id
                self.assertEqual(move.state, "posted")
                debit = move.line_ids.filtered("debit")
                self.assertEqual(debit.account_id, self.clearing)
                self.assertEqual(debit.debit, 10)
        self.assertEqual(self._clearing_balance(), 60)

    def test_a_journal_without_incoming_methods_is_named(self):
        self.gateway.inbound_payment_method_line_ids.unlink()
        event = self._pay("ch_1", "pi_1", "10.00")
        self._assert_state(event, "review")
        self.assertIn("no method for incoming payments", event.error)
        self.assertIn("add", event.hint.lower())

    def test_a_connector_without_gateway_journals(self):
        self.connector.gateway_journal_ids.unlink()
        event = self._pay("ch_1", "pi_1", "10.00", settlement=self._money("10.00"))
        self._assert_state(event, "review")
        self.assertEqual(self._exception(event).cause, "gateway_journal:EUR")

    # === COMPARE ONLY === #

    def test_compare_only_says_what_would_be_booked(self):
        invoice = self._invoice("in_1", 100)
        self.flows["payment"].mode = "shadow"
        event = self._pay("ch_1", "pi_1", "100.00", "in_1")
        self._assert_state(event, "skipped", "shadow")
        log = self._logs(event)
        rows = log.diff["ledger"]["rows"]
        self.assertEqual([row["debit"] for row in rows], ["100.00", ""])
        self.assertEqual([row["credit"] for row in rows], ["", "100.00"])
        self.assertEqual(log.diff[invoice.display_name], [None, "100.00 EUR"])
        self.assertFalse(self._gateway_moves())
        self.assertFalse(self._link("ch_1", entity="payment"))
        self.assertFalse(self._effects("pi_1"))

    def test_compare_only_writes_no_note_about_money_elsewhere(self):
        invoice = self._invoice("in_1", 100)
        notes = invoice.message_ids
        self.flows["payment"].mode = "shadow"
        event = self._pay("in_1", "in_1", "100.00", "in_1", elsewhere=True)
        self._assert_state(event, "skipped", "shadow")
        self.assertEqual(invoice.message_ids, notes)
