# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import os
from unittest.mock import patch

from odoo.tests.common import TransactionCase, tagged

from odoo.addons.integration_core.engine.encryption import generate_key
from odoo.addons.integration_core.messages import Message
from odoo.addons.integration_core.tests.sending import SendingMixin

from .stand_in import StandIn

ADAPTER = "integration.adapter.demo_system"


@tagged("post_install", "-at_install")
class SendingCase(SendingMixin, TransactionCase):
    """A system that is written over real HTTP; jobs run in the test's transaction."""

    def setUp(self):
        super().setUp()
        self.peer = StandIn()
        self.addCleanup(self.peer.stop)
        environment = {
            "INTEGRATION_ENVIRONMENT": "test",
            "INTEGRATION_KEYS_TEST": generate_key(),
            "INTEGRATION_PRIVATE_HOSTS": f"127.0.0.1:{self.peer.port}",
        }
        self.enterContext(patch.dict(os.environ, environment))
        self.connector = self._connector("Demo")
        self.flow = self._flow("customer")
        self.env.flush_all()

    def _connector(self, name):
        connector = self.env["integration.connector"].create(
            {
                "name": name,
                "system": "demo_system",
                "environment": "test",
                "base_url": f"http://127.0.0.1:{self.peer.port}",
            }
        )
        connector.action_create_service_user()
        connector.state = "active"
        return connector

    def _flow(self, entity, direction="out", **values):
        return self.env["integration.flow"].create(
            {
                "connector_id": self.connector.id,
                "entity": entity,
                "direction": direction,
                "mode": "live",
                **values,
            }
        )

    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        # Odoo's guard compares the time-out as one number; ours is (connect, read).
        if isinstance(kwargs.get("timeout"), tuple):
            kwargs["timeout"] = max(kwargs["timeout"])
        return super()._request_handler(session, request, **kwargs)

    # === HELPERS === #

    def hear(self, entry):
        """The system tells of one of its objects; the drains take it in."""
        adapter = self.env[ADAPTER]
        message = adapter._message(entry)
        self.assertIsInstance(message, Message)
        self.env["integration.intake"]._store(
            self.connector._webhook_gate(), [message], {"correlation_id": "0" * 32}
        )
        self.env.flush_all()
        for drain in range(self.connector.drain_count):
            rows = self.env["integration.drain"]._ready(self.connector, drain, 100)
            if rows:
                self.env["integration.pipeline"]._inbound(self.connector.sudo(), rows)
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["integration.event"].search(
            [("source_event_id", "=", entry["event"])]
        )

    def partner(self, **values):
        return self.env["res.partner"].create({"name": "Deco Addict", **values})

    def events(self, record=None, **values):
        domain = [("direction", "=", "out"), ("connector_id", "=", self.connector.id)]
        if record:
            domain += [("model", "=", record._name), ("res_id", "=", record.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        self.env.flush_all()
        return self.env["integration.event"].search(domain, order="id")

    def link(self, record, connector=None):
        return self.env["integration.external.id"].search(
            [
                ("connector_id", "=", (connector or self.connector).id),
                ("model", "=", record._name),
                ("res_id", "=", record.id),
            ]
        )

    def logs(self, event):
        return self.env["integration.job.log"].search([("event_id", "in", event.ids)])
