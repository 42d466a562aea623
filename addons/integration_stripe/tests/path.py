# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The whole path without the job runner: deliveries, drains, jobs of single events."""

import json
import time
from unittest.mock import patch

from odoo.addons.integration_core.messages import Delivery

from .common import SECRET, SimulatorCase


class PathCase(SimulatorCase):
    """An active connector; what the stand-in sends is worked on in this transaction."""

    def setUp(self):
        super().setUp()
        self.connector.state = "active"
        self.delivered = 0
        self.asked = set()

    def deliver(self, *events, version=None):
        """Sign events as the stand-in does and put them into the inbox.

        :param version: API version whose shape they have; None: the newest
        """
        stored = []
        for one in events:
            body = self.sim.resources["events"].body(one, version)
            body = json.dumps(body).encode()
            headers = {
                name.lower(): value
                for name, value in self.sim.outbox.headers(body, [SECRET]).items()
            }
            delivery = Delivery(body, headers, time.time(), 300)
            self.assertEqual(self.adapter._authenticate(delivery, [SECRET.encode()]), 0)
            messages = self.adapter._split(self.gate, body, headers)
            results = self.env["integration.intake"]._store(self.gate, messages, {})
            stored += results
        return stored

    def deliver_new(self):
        """Everything that happened at the stand-in since the last time."""
        return self.deliver(*self.new_events())

    def work(self):
        """What a drain and the jobs of single events do, in this transaction."""
        pipeline = self.env["integration.pipeline"]
        ready = self.env["integration.drain"]._ready
        for _round in range(60):
            rows = [
                row
                for drain in range(self.connector.drain_count)
                for row in ready(self.connector, drain, 100)
            ]
            alone = self.events("retry")
            if not rows and not alone and not self.read_missing():
                return
            if rows:
                pipeline._inbound(self.connector, rows)
            for event in alone:
                row = pipeline._rows(event.ids)
                fresh = event._read_first(self.connector, row)
                pipeline._inbound(self.connector, row, fresh=fresh, alone=True)
            self.env.invalidate_all()
        self.fail("the events do not come to an end")

    def read_missing(self):
        """What the jobs of waiting messages do: read what they refer to.

        :return: whether something was read that may wake them
        """
        plans = self.connector._plans()
        wanted = {}
        for event in self.events("waiting"):
            if event.waiting_for.partition(":")[0] in plans:
                wanted.setdefault(event.waiting_for, event)
        fresh = wanted.keys() - self.asked
        self.asked |= fresh
        with patch.object(self.env.cr, "commit"):
            for name in fresh:
                wanted[name]._job_fetch()
        return bool(fresh)

    def events(self, *states):
        """Incoming messages, oldest first."""
        domain = [("connector_id", "=", self.connector.id), ("direction", "=", "in")]
        if states:
            domain.append(("state", "in", states))
        return self.env["integration.event"].search(domain, order="id")

    def new_events(self):
        events = list(self.sim.events.values())[self.delivered :]
        self.delivered += len(events)
        return events
