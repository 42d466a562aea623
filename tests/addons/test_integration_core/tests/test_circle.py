# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.integration_core.engine.errors import MissingReferenceError
from odoo.addons.integration_core.messages import Item

from .common import CoreCase


class TestCircle(CoreCase):
    """Messages that wait for each other reach a person at once, none is lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # None of the formats of core allows it, others may: without one, references
        # are found wherever they stand.
        formats = cls.env["integration.schema"].search([("entity", "=", "customer")])
        formats.state = "draft"

    def _object(self, entity: str, external_id: str, *refers, at=100):
        """Queue an object that refers to others, each (entity, external id)."""
        record = {"name": external_id}
        if entity == "contact":
            record["customer"] = refers[0][1]
        else:
            record["custom"] = {
                f"x_{place}": {"entity": name, "external_id": other}
                for place, (name, other) in enumerate(refers)
            }
        return self._store(external_id, record, at, entity=entity)

    def _exception(self, event):
        return self.env["integration.exception"].search(
            [("event_id", "=", event.id), ("state", "=", "open")]
        )

    def test_one_after_the_other(self):
        first = self._object("contact", "k1", ("customer", "c1"))
        self._drain()
        self.assertEqual(first.state, "waiting")
        second = self._object("customer", "c1", ("contact", "k1"))
        self._drain()
        (first | second).invalidate_recordset()
        self.assertEqual([first.state, second.state], ["review", "review"])
        self.assertIn("customer c1", first.error)
        self.assertIn("contact k1", second.error)
        self.assertIn("refers back", first.error)
        self.assertFalse(first.waiting_for or second.waiting_for)
        exceptions = self._exception(first) | self._exception(second)
        self.assertEqual(len(exceptions), 2)
        self.assertEqual(len(set(exceptions.mapped("cause"))), 1)
        self.assertTrue(all(exceptions.mapped("hint")))

    def test_in_one_batch(self):
        events = self._object("contact", "k1", ("customer", "c1"))
        events |= self._object("customer", "c1", ("contact", "k1"))
        self._drain()
        events.invalidate_recordset()
        self.assertEqual(events.mapped("state"), ["review", "review"])

    def test_longer_and_who_only_leads_there(self):
        ring = self._object("customer", "c1", ("customer", "c2"))
        ring |= self._object("customer", "c2", ("customer", "c3"))
        outside = self._object("customer", "c0", ("customer", "c1"))
        self._drain()
        self.assertEqual(set((ring | outside).mapped("state")), {"waiting"})
        ring |= self._object("customer", "c3", ("customer", "c1"))
        self._drain()
        (ring | outside).invalidate_recordset()
        self.assertEqual(set(ring.mapped("state")), {"review"})
        self.assertEqual(outside.state, "waiting")
        for name in ("customer c2", "customer c3"):
            self.assertIn(name, ring.sorted("id")[0].error)

    def test_itself(self):
        event = self._object("customer", "c1", ("customer", "c1"))
        self._drain()
        event.invalidate_recordset()
        self.assertEqual(event.state, "review")
        self.assertIn("itself", event.error)

    def test_second_thing_it_lacks_closes_the_circle(self):
        """It waits for one; the other it needs as well waits for it."""
        first = self._object("customer", "c1", ("customer", "c8"), ("customer", "c2"))
        self._drain()
        self.assertEqual(first.state, "waiting")
        second = self._object("customer", "c2", ("customer", "c1"))
        self._drain()
        (first | second).invalidate_recordset()
        self.assertEqual([first.state, second.state], ["review", "review"])

    def test_a_long_chain_is_one_query(self):
        """However many wait in a row, one that begins asks once."""
        names = [f"c{n}" for n in range(12)]
        for name, other in zip(names, names[1:], strict=False):
            self._object("customer", name, ("customer", other))
        self._drain()
        begin = self._object("customer", "c11", ("customer", "c99"))
        self._drain()
        self.assertEqual(begin.state, "waiting")
        item = Item(0, "", "customer", "c0")
        item.fail(MissingReferenceError("", details={"missing": [["customer", "c1"]]}))
        outcome = self.env["integration.outcome"]
        with self.assertQueryCount(1):
            found, events = outcome._chain(self.connector, {("customer", "c0"): [item]})
        self.assertIn(("customer", "c1"), found[("customer", "c0")])
        self.assertEqual(len(events), 11)

    def test_what_arrived_meanwhile_is_no_circle(self):
        first = self._object("contact", "k1", ("customer", "c1"))
        self._drain()
        # A person made and linked the contact by hand; its message still waits.
        contact = self.env["res.partner"].create({"name": "k1"})
        self.env["integration.external.id"]._bind(
            self.connector,
            [
                {
                    "entity": "contact",
                    "external_id": "k1",
                    "model": "res.partner",
                    "res_id": contact.id,
                }
            ],
        )
        second = self._object("customer", "c1", ("contact", "k1"))
        self._drain()
        (first | second).invalidate_recordset()
        self.assertEqual(second.state, "done", second.error)
        self.assertNotEqual(first.state, "review")

    def test_solved_by_hand_and_retried(self):
        self.test_one_after_the_other()
        events = self.env["integration.event"].search(
            [("connector_id", "=", self.connector.id), ("state", "=", "review")]
        )
        partner = self.env["res.partner"].create({"name": "c1"})
        self.env["integration.external.id"]._bind(
            self.connector,
            [
                {
                    "entity": "customer",
                    "external_id": "c1",
                    "model": "res.partner",
                    "res_id": partner.id,
                }
            ],
        )
        events.with_user(self.operator).action_retry()
        self._drain()
        self._drain()
        events.invalidate_recordset()
        self.assertEqual(set(events.mapped("state")), {"done"}, events.mapped("error"))

    def test_begun_at_the_same_moment(self):
        """Two transactions that did not see each other: the sweeper does."""
        first = self._object("contact", "k1", ("customer", "c1"))
        self._drain()
        second = self._object("customer", "c1", ("customer", "c7"))
        self._drain()
        # As if it had begun to wait beside the other, unseen.
        second.sudo().missing = [["contact", "k1"]]
        third = self._object("customer", "c5", ("customer", "c9"))
        self._drain()
        self.assertEqual(set((first | second).mapped("state")), {"waiting"})
        self.env.flush_all()
        self.env["integration.sweeper"]._expire_waiting()
        (first | second | third).invalidate_recordset()
        self.assertEqual([first.state, second.state], ["review", "review"])
        self.assertEqual(third.state, "waiting")
        self.assertTrue(self._exception(first) and self._exception(second))
