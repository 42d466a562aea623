# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo.tests import new_test_user

from odoo.addons.integration_core.messages import Balance, Control, ControlPage
from odoo.addons.test_integration_core.tests.common import SYSTEM

from .payout_common import PayoutCase

DAY = date(2026, 2, 12)
NOON = datetime(2026, 2, 12, 12)
CONTROLLED = frozenset(
    {
        "balance_transaction",
        "payment",
        "invoice",
        "credit_note",
        "refund",
        "dispute",
        "payout",
    }
)


class Ledger:
    """What the other side has, kept apart from everything that Odoo was told."""

    def __init__(self):
        self.entries = defaultdict(list)
        self.held = defaultdict(Decimal)
        self.page_size = 2

    def add(self, entity, external_id, amount, currency="EUR", at=NOON, **values):
        """One object; a movement of the balance moves what is held, after fees."""
        fee = values.pop("fee", None)
        if entity == "balance_transaction":
            self.held[currency] += Decimal(amount) - Decimal(fee or 0)
        money = {"amount": str(amount), "currency": currency}
        self.entries[entity].append(
            Control(
                external_id=external_id,
                key=values.pop("key", external_id),
                amount=money,
                occurred_at=at,
                fee=fee and {"amount": fee, "currency": currency},
                **values,
            )
        )

    def drop(self, entity, external_id):
        self.entries[entity] = [
            c for c in self.entries[entity] if c.external_id != external_id
        ]

    def page(self, adapter, connector, entity, since, until, cursor, limit):
        found = [c for c in self.entries[entity] if since <= c.occurred_at < until]
        start = int(cursor or 0)
        end = start + self.page_size
        following = str(end) if end < len(found) else ""
        return ControlPage(found[start:end], following)

    def balances(self, adapter, connector):
        return [
            Balance(currency, amount, Decimal(0))
            for currency, amount in sorted(self.held.items())
        ]


class ReconciliationCase(PayoutCase):
    """A gateway whose ledger is compared with the books of one day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.adapter = cls.registry[f"integration.adapter.{SYSTEM}"]
        cls.accountant = cls._accountant("accountant", "auditor")

    @classmethod
    def _accountant(cls, login, role):
        return new_test_user(
            cls.env,
            login=login,
            groups=f"integration_core.group_{role},account.group_account_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def setUp(self):
        super().setUp()
        self.ledger = Ledger()
        for name, value in (
            ("_control", self.ledger.page),
            ("_balances", self.ledger.balances),
        ):
            self.startPatcher(
                patch.object(self.adapter, name, _method(value), create=True)
            )
        self.startPatcher(patch.object(self.adapter, "_can_control", CONTROLLED))
        self.startPatcher(patch.object(self.adapter, "_can_balance", True))

    # === BOTH SIDES AT ONCE === #

    def _both_charged(self, key="pi_1", amount="119.00", fee="3.75", **values):
        """A payment on both sides: received on DAY, with its fee."""
        at = values.pop("at", NOON)
        self._there_charged(key, amount, fee, at=at)
        stamp = f"{at:%Y-%m-%dT%H:%M:%SZ}"
        event = self._pay(key, key, amount, paid_at=stamp)
        self._assert_state(event, "done")
        event = self._move(
            f"txn_{key}", "charge", amount, fee, payment=key, occurred_at=stamp
        )
        self._assert_state(event, "done")
        return self._line(f"txn_{key}")

    def _there_charged(self, key="pi_1", amount="119.00", fee="3.75", at=NOON):
        """A payment that only the other side has."""
        self.ledger.add("payment", key, amount, at=at, status="succeeded")
        self.ledger.add(
            "balance_transaction",
            f"txn_{key}",
            amount,
            at=at,
            fee=fee,
            status="charge",
            source=key,
        )

    def _both_moved(self, name, category, amount, fee="0.00", at=NOON, **values):
        """A movement of the balance that both sides have."""
        self.ledger.add(
            "balance_transaction", name, amount, at=at, fee=fee, status=category
        )
        stamp = f"{at:%Y-%m-%dT%H:%M:%SZ}"
        event = self._move(name, category, amount, fee, occurred_at=stamp, **values)
        self._assert_state(event, "done")
        return self._line(name)

    # === COMPARING === #

    def _compare(self, first=DAY, last=None, kind="day", again=None):
        """Compare these days to the end, as the job does."""
        self.env.flush_all()
        run = again or self.connector._start_reconciliation(first, last or first, kind)
        if again:
            run.sudo()._compare_again()
        run._compare_all()
        run.invalidate_recordset()
        return run

    def _named(self, run):
        """(check, kind, key, difference) of what is not gone."""
        return sorted(
            (x.check_name, x.kind, x.key, round(x.difference, 2))
            for x in run.line_ids
            if x.state != "closed"
        )

    def _total(self, run, check, currency="EUR"):
        """(number there, sum there, number here, sum here) of a check."""
        total = run.total_ids.filtered(
            lambda t: t.check_name == check and t.currency_id.name == currency
        )
        return (
            total.count_there,
            round(total.sum_there, 2),
            total.count_here,
            round(total.sum_here, 2),
        )

    @staticmethod
    def _later(days):
        return NOON + timedelta(days=days)


def _method(function):
    """A function of the ledger as a method of the adapter."""

    def call(adapter, *args):
        return function(adapter, *args)

    return call
