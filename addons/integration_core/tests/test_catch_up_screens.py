# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest.mock import patch

from odoo.tests import tagged

from ..engine import versions
from ..messages import EventPage, Source
from .common import ROLES
from .test_tours import TourCase


@tagged("post_install", "-at_install")
class TestCatchUpScreens(TourCase):
    """Somebody looks for missed messages, in a real browser."""

    def setUp(self):
        super().setUp()
        self._activate()
        adapter = self.env.registry[f"integration.adapter.{self.system}"]
        self.startPatcher(patch.object(adapter, "_missed_days", 30))
        self.startPatcher(
            patch.object(adapter, "_missed", lambda *_args: EventPage(self._kept(), ""))
        )

    def _kept(self):
        source = Source({"name": "Ada"}, versions.from_unix(1), False)
        message = self.env["integration.fetch"]._message
        return [message("customer", f"obj_{number}", source) for number in (1, 2, 3)]

    def _work(self):
        with patch.object(self.env.cr, "commit", self.env.flush_all):
            self.connector.catch_up_ids._job_run()

    def test_look_for_missed_messages(self):
        self._store("obj_1", {"name": "Ada"}, 1)
        path = f"integration-connectors/{self.connector.id}"
        self._tour(path, "integration_catch_up", "operator")
        self.env.invalidate_all()
        run = self.connector.catch_up_ids
        self.assertEqual((run.state, run.user_id), ("running", self.people["operator"]))
        self._work()
        self.env.invalidate_all()
        self._tour("integration-missed", "integration_missed", "auditor")

    def test_every_role_reads_a_run(self):
        self.connector._start_catch_up(self.people["operator"])
        self._work()
        for role in ROLES:
            with self.subTest(role=role):
                run = self.connector.catch_up_ids.with_user(self.people[role])
                self.assertIn(self.connector.name, run.display_name)
                self.assertEqual((run.missed, run.missed_text[-1]), (3, "3"))
                action = run.action_open_messages()
                events = self.env["integration.event"].with_user(self.people[role])
                self.assertEqual(events.search_count(action["domain"]), 3)
