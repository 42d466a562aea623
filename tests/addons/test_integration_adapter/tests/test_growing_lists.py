# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime, timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests.common import tagged

from odoo.addons.integration_core.engine.errors import PermanentError, TransientError
from odoo.addons.queue_job.exception import RetryableJobError

from . import test_adapter

FIRST = "2026-11-22T10:00:00Z"
SECOND = "2026-11-22T12:00:00Z"


def listed(*numbers, at=FIRST, more=False):
    """A page of the demo system's customers."""
    return {
        "at": at,
        "more": more,
        "entries": [
            test_adapter.entry(n, record={"company": f"Customer {n}"}, id=f"C{n}")
            for n in numbers
        ],
    }


@tagged("post_install", "-at_install")
class TestGrowingLists(test_adapter.TestAdapter):
    """Lists whose objects never change: read whole once, then what is new.

    Customers stand in for the entries of a ledger, which core itself does not have.
    """

    def setUp(self):
        super().setUp()
        self.flow = self.flows.filtered(lambda flow: flow.entity == "customer")
        entity = type(self.env["integration.entity.customer"])
        self.enterContext(patch.object(entity, "_append_only", True))
        # What the job commits stays in the test's own transaction.
        self.enterContext(patch.object(self.env.cr, "commit"))
        self.asked = []
        adapter = type(self.env["integration.adapter.demo_system"])
        get = adapter._get

        def spy(this, connector, path, **params):
            self.asked.append(params)
            return get(this, connector, path, **params)

        self.enterContext(patch.object(adapter, "_get", spy))

    def load(self, page, **values):
        """Answer with one page and load; what was asked for."""
        self.peer.answers["/customer"] = page
        self.asked.clear()
        self.flow._start_load(**values)
        self.flow._job_load()
        self.env.invalidate_all()
        self.assertEqual(self.flow.load_state, "done", self.flow.load_message)
        return list(self.asked)

    def rows(self):
        domain = [("connector_id", "=", self.connector.id)]
        return self.env["integration.event"].search_count(domain)

    def test_only_what_is_new(self):
        """The second reading begins an hour before the first one began."""
        (first,) = self.load(listed(1, 2))
        self.assertNotIn("since", first)
        self.assertEqual(self.partner("C2").name, "Customer 2")
        (second,) = self.load(listed(2, 3, at=SECOND))
        self.assertEqual(second["since"], "2026-11-22T09:00:00")
        self.assertEqual(self.partner("C3").name, "Customer 3")
        (third,) = self.load(listed(at=SECOND))
        self.assertEqual(third["since"], "2026-11-22T11:00:00")

    def test_a_person_does_not_wait_for_the_schedule(self):
        """*Read now* reads what is new; what is being read is not begun twice."""
        self.load(listed(1))
        self.asked.clear()
        self.peer.answers["/customer"] = listed(2, at=SECOND)
        self.flow.action_read_now()
        self.assertEqual(self.flow.load_state, "running")
        cursor = self.flow.load_cursor
        self.flow.action_read_now()
        self.assertEqual(self.flow.load_cursor, cursor)
        self.flow._job_load()
        self.assertEqual([a.get("since") for a in self.asked], ["2026-11-22T09:00:00"])
        self.assertEqual(self.partner("C2").name, "Customer 2")
        self.flow.mode = "paused"
        with self.assertRaises(UserError):
            self.flow.action_read_now()

    def test_whole(self):
        """A person's Load reads everything, and so does an entity that changes."""
        self.load(listed(1))
        (asked,) = self.load(listed(1, at=SECOND), whole=True)
        self.assertNotIn("since", asked)
        entity = type(self.env["integration.entity.customer"])
        with patch.object(entity, "_append_only", False):
            (asked,) = self.load(listed(1, at=SECOND))
        self.assertNotIn("since", asked)

    def test_begun_counts(self):
        """What is made while a long reading goes on is read by the next one."""
        pages = [listed(1, more=True), listed(2, at=SECOND)]
        adapter = type(self.env["integration.adapter.demo_system"])
        page = adapter._page

        def turn(this, *args):
            self.peer.answers["/customer"] = pages.pop(0)
            return page(this, *args)

        with patch.object(adapter, "_page", turn):
            self.flow._start_load()
            self.assertTrue(self.flow._load_page())
            self.assertEqual(
                self.flow.watermark, {"begun": "2026-11-22T10:00:00.000000Z"}
            )
            # Stopped in between, and gone on with.
            self.flow.load_state = "stopped"
            self.flow._start_load()
            self.assertFalse(self.flow._load_page())
        self.assertEqual(self.flow.watermark, {"read": "2026-11-22T10:00:00.000000Z"})
        (asked,) = self.load(listed(at=SECOND))
        self.assertEqual(asked["since"], "2026-11-22T09:00:00")

    def test_a_reading_that_failed_forgets_nothing(self):
        """What was read up to stays, wherever the next one stops."""
        self.load(listed(1))
        self.peer.answers["/customer"] = listed(2, at=SECOND, more=True)
        self.flow._start_load()
        self.flow._load_page()
        with patch.object(
            type(self.env["integration.adapter.demo_system"]),
            "_page",
            side_effect=PermanentError("The place is gone."),
        ):
            self.flow._load_page()
        self.assertEqual(self.flow.load_state, "failed")
        (asked,) = self.load(listed(2, 3, at=SECOND))
        self.assertEqual(asked["since"], "2026-11-22T09:00:00")

    def test_what_was_only_compared_is_read_again(self):
        """Nothing of it came into Odoo, so the reading leaves no mark."""
        self.load(listed(1))
        self.flow.action_shadow()
        (asked,) = self.load(listed(2, at=SECOND))
        self.assertEqual(asked["since"], "2026-11-22T09:00:00")
        self.assertFalse(self.partner("C2"))
        # Set live between two pages: the first of them was only compared.
        self.peer.answers["/customer"] = listed(2, at=SECOND, more=True)
        self.flow._start_load()
        self.flow._load_page()
        self.flow.sudo()._set_mode("live")
        self.peer.answers["/customer"] = listed(3, at=SECOND)
        self.flow._load_page()
        self.assertEqual(self.flow.load_state, "done")
        (asked,) = self.load(listed(2, 3, at=SECOND))
        self.assertEqual(asked["since"], "2026-11-22T09:00:00")
        self.assertEqual(self.partner("C2").name, "Customer 2")

    def test_a_list_without_times(self):
        """Where the peer does not say when it answered, all is read."""
        self.load(listed(1, at=""))
        (asked,) = self.load(listed(1, at=""))
        self.assertNotIn("since", asked)

    # === PARTS === #

    def parts(self, *pages):
        pages = list(pages)
        adapter = type(self.env["integration.adapter.demo_system"])
        page_of = adapter._page_of

        def turn(this, *args):
            found = pages.pop(0)
            if isinstance(found, Exception):
                raise found
            self.peer.answers["/group/G 1/customer"] = found
            self.peer.answers["/group/G%201/customer"] = found
            return page_of(this, *args)

        with patch.object(adapter, "_page_of", turn):
            return self.flow._read_part("group", "G 1")

    def test_what_belongs_to_one(self):
        """All its pages; what is here already costs no row."""
        count = self.parts(listed(1, 2, more=True), listed(3))
        self.assertEqual(count, 3)
        self.assertEqual([a["after"] for a in self.asked], ["", "C2"])
        self.assertEqual(self.partner("C3").name, "Customer 3")
        partners = self.env["res.partner"].search_count([])
        self.parts(listed(1, 2, more=True), listed(3))
        self.assertEqual(self.env["res.partner"].search_count([]), partners)

    def test_parts_do_not_answer(self):
        """What was read is kept, and the job comes again."""
        try:
            self.parts(listed(1, more=True), TransientError("Just now not."))
        except RetryableJobError as error:
            self.assertEqual(str(error), "Just now not.")
        else:
            self.fail("it must come again")
        self.assertTrue(self.partner("C1"))
        with self.assertRaises(PermanentError):
            self.parts(PermanentError("It cannot tell."))

    def test_no_parts_while_standing_still(self):
        self.flow.mode = "paused"
        self.assertEqual(self.parts(listed(1)), 0)
        self.assertFalse(self.asked)

    # === RHYTHM === #

    def test_what_has_no_messages_is_read_on_a_schedule(self):
        adapter = type(self.env["integration.adapter.demo_system"])
        self.flow.unlink()
        values = {"connector_id": self.connector.id, "entity": "customer"}
        with patch.object(adapter, "_polled", {"customer": 7}):
            flow = self.env["integration.flow"].create(values)
            self.assertEqual((flow.trigger, flow.interval_minutes), ("schedule", 7))
            new = self.env["integration.flow"].new(values)
            new._onchange_rhythm()
            self.assertEqual((new.trigger, new.interval_minutes), ("schedule", 7))
            flow.unlink()
            flow = self.env["integration.flow"].create({**values, "trigger": "both"})
            self.assertEqual(flow.trigger, "both")
            flow.unlink()
        self.assertEqual(self.env["integration.flow"].create(values).trigger, "event")

    # === COMPARING === #

    def test_balances(self):
        self.peer.answers["/balances"] = {
            "entries": [{"currency": "EUR", "free": "10.10", "coming": "0.20"}]
        }
        (found,) = self.connector._adapter()._balances(self.connector)
        self.assertEqual(found.currency, "EUR")
        self.assertEqual(found.total, Decimal("10.30"))

    def test_control(self):
        self.peer.answers["/customer"] = listed(1, 2)
        since = datetime(2026, 11, 22)
        page = self.connector._adapter()._control(
            self.connector, "customer", since, since + timedelta(days=1), "", 10
        )
        self.assertEqual([one.external_id for one in page.records], ["C1", "C2"])
        self.assertEqual(page.records[0].note, "Customer 1")
        self.assertEqual(page.records[0].occurred_at, datetime(2026, 11, 22, 10))
        self.assertEqual(page.cursor, "")
        self.assertEqual(self.asked[-1]["until"], "2026-11-23T00:00:00")

    def test_what_an_adapter_does_not_offer(self):
        """Every hook of comparing says so in plain words."""
        adapter = self.env["integration.adapter"]
        now = fields.Datetime.now()
        for call in (
            lambda: adapter._balances(self.connector),
            lambda: adapter._control(self.connector, "payment", now, now, "", 1),
            lambda: adapter._page_of(self.connector, "a", "b", "1", "", 1),
        ):
            with self.assertRaises(PermanentError):
                call()
        self.assertEqual(adapter._cursor_since(self.connector, "payment", now), "")
