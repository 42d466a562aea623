# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import re
from contextlib import contextmanager

from odoo.addons.integration_core.engine import trace, versions
from odoo.addons.integration_core.messages import Source

from .common import CoreCase

EVENTS = 100
# Statements that only frame others: a savepoint a batch, never one an event.
FRAME = re.compile("SAVEPOINT|RELEASE|ROLLBACK", re.IGNORECASE)


class CountingCursor:
    """The driver's own cursor, which notes every statement that is sent.

    Odoo's counter does not see what is executed below its cursor, as the bulk inserts
    of the hub are.
    """

    def __init__(self, cursor, statements: list):
        self._cursor, self._statements = cursor, statements

    def execute(self, statement, *args):
        text = statement.decode() if isinstance(statement, bytes) else str(statement)
        self._statements.append(" ".join(text.split()))
        return self._cursor.execute(statement, *args)

    def __getattr__(self, name):
        return getattr(self._cursor, name)

    def __iter__(self):
        return iter(self._cursor)


class TestSqlCounts(CoreCase):
    """Statements do not depend on the machine: what a message costs, as numbers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connector.drain_count = 1
        cls.gate = cls.connector._webhook_gate()

    @contextmanager
    def _counted(self):
        """A list that fills with the statements sent meanwhile, frames left out."""
        statements, cr = [], self.env.cr
        self.env.flush_all()
        driver = cr._obj
        cr._obj = CountingCursor(driver, statements)
        try:
            yield statements
            self.env.flush_all()
        finally:
            cr._obj = driver
            statements[:] = [s for s in statements if not FRAME.match(s)]

    def _messages(self, at: int, first: int = 0):
        fetch = self.env["integration.fetch"]
        return [
            fetch._message(
                "customer",
                f"c{number}",
                Source(self._record(number), versions.from_unix(at)),
            )
            for number in range(first, first + EVENTS)
        ]

    def _record(self, number: int) -> dict:
        return {
            "name": f"Customer {number}",
            "email": f"c{number}@example.com",
            "phone": f"+49 30 {number}",
            "is_company": True,
            "addresses": [{"type": "main", "city": "Berlin", "country": "DE"}],
        }

    def _fill(self, at: int, first: int = 0) -> list[dict]:
        return self.env["integration.intake"]._store(
            self.gate,
            self._messages(at, first),
            {"correlation_id": trace.new_trace_id()},
        )

    def _drain_batch(self) -> list[str]:
        # As a new batch of a drain finds it: nothing of the rows is in memory.
        self.env.flush_all()
        self.env.invalidate_all()
        with self._counted() as statements:
            self._drain()
        return statements

    def _at_most(self, statements: list[str], limit: float) -> None:
        shown = "\n".join(text[:100] for text in statements)
        self.assertLessEqual(len(statements), limit, f"{len(statements)}:\n{shown}")

    # === INTAKE === #

    def test_a_delivery_is_one_statement_whatever_its_size(self):
        with self._counted() as statements:
            stored = self._fill(100)
        self.assertEqual({row["status"] for row in stored}, {"stored"})
        self._at_most(statements, 1)

    def test_a_duplicate_costs_one_look_more(self):
        self._fill(100)
        with self._counted() as statements:
            again = self._fill(100)
        self.assertEqual({row["status"] for row in again}, {"duplicate"})
        self._at_most(statements, 2)

    # === DRAIN === #

    def test_new_customers_cost_little_beyond_odoos_own_create(self):
        self._fill(100, first=1000)
        self._drain_batch()  # caches are warm from here on
        self._fill(100)
        statements = self._drain_batch()
        partners = [self._partner(f"c{number}") for number in range(EVENTS)]
        self.assertTrue(all(partner.city == "Berlin" for partner in partners))
        own = self._create_alone(partners)
        self._at_most(statements, len(own) + 0.3 * EVENTS)

    def _create_alone(self, partners) -> list[str]:
        """What Odoo itself needs for the same customers, in the same context."""
        names = ("name", "email", "phone", "is_company", "city", "country_id")
        values = [
            {name: p[name].id if name == "country_id" else p[name] for name in names}
            for p in partners
        ]
        self.env.invalidate_all()
        work = self.connector._work_env()
        with self._counted() as statements:
            work["res.partner"].create(values)
            work.flush_all()
        return statements

    def test_unchanged_customers_cost_next_to_nothing(self):
        self._fill(100)
        self._drain_batch()
        self._fill(200)
        statements = self._drain_batch()
        states = self.env["integration.event"].search(
            [("connector_id", "=", self.connector.id), ("state", "=", "skipped")]
        )
        self.assertEqual(len(states), EVENTS)
        self._at_most(statements, 0.2 * EVENTS)

    def test_one_bad_message_costs_a_few_statements_not_a_batch(self):
        self._fill(100, first=1000)
        self._drain_batch()
        messages = self._messages(100)
        messages[37] = self.env["integration.fetch"]._message(
            "customer", "c37", Source({"name": 5}, versions.from_unix(100))
        )
        self.env["integration.intake"]._store(self.gate, messages, {})
        statements = self._drain_batch()
        bad = self.env["integration.event"].search(
            [("connector_id", "=", self.connector.id), ("state", "=", "quarantine")]
        )
        self.assertEqual(bad.external_id, "c37")
        self._at_most(statements, 0.6 * EVENTS)
