# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import itertools
import os
from unittest.mock import patch

from odoo.addons.integration_core.engine import versions
from odoo.addons.integration_core.messages import Source
from odoo.addons.integration_core.tests.sending import SendingMixin
from odoo.addons.test_integration_adapter.tests.stand_in import StandIn
from odoo.addons.test_integration_core.tests.common import SYSTEM

from .refund_common import RefundCase

# Seconds: later than anything the gateway says of a write itself.
LATER = 2_000_000_000
REFUND_KEYS = ("payment", "amount", "reason")


class Gateway(StandIn):
    """A system that gives money back, and says how far each refund is."""

    status = "pending"

    def change(self, method, path, sent, key):
        """Override: a new refund has a state."""
        entry = super().change(method, path, sent, key)
        entry["record"].setdefault("status", self.status)
        self.told[-1]["record"].setdefault("status", self.status)
        return entry


class SentRefundCase(SendingMixin, RefundCase):
    """A connector that sends refunds, over real HTTP, to a gateway in a thread."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.peer = Gateway()
        cls.addClassCleanup(cls.peer.stop)
        hosts = {"INTEGRATION_PRIVATE_HOSTS": f"127.0.0.1:{cls.peer.port}"}
        cls.startClassPatcher(patch.dict(os.environ, hosts))
        adapter = cls.registry[f"integration.adapter.{SYSTEM}"]
        cls.startClassPatcher(patch.object(adapter, "_can_send", frozenset({"refund"})))
        cls.connector._set_state("draft", "")
        cls.connector.base_url = f"http://127.0.0.1:{cls.peer.port}"
        cls.out_flow = cls.env["integration.flow"].create(
            {
                "connector_id": cls.connector.id,
                "entity": "refund",
                "direction": "out",
                "mode": "live",
                "mapping_id": cls._out_mapping().id,
            }
        )
        cls.connector._set_state("active", "")
        for person in (cls.operator, cls.manager, cls.second):
            person.group_ids |= cls.env.ref("account.group_account_invoice")

    @classmethod
    def _out_mapping(cls):
        mapping = cls.env["integration.mapping"].create(
            {
                "name": "Plain refund out",
                "system": SYSTEM,
                "entity": "refund",
                "direction": "out",
                "version": 90,
                "line_ids": [
                    (0, 0, {"kind": "value", "target": name, "source": name})
                    for name in REFUND_KEYS
                ],
            }
        )
        mapping.sudo().state = "approved"
        return mapping

    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        # Odoo's guard compares the time-out as one number; ours is (connect, read).
        if isinstance(kwargs.get("timeout"), tuple):
            kwargs["timeout"] = max(kwargs["timeout"])
        return super()._request_handler(session, request, **kwargs)

    def setUp(self):
        super().setUp()
        self.peer.objects.clear()
        self.peer.writes.clear()
        self.peer.by_key.clear()
        self.peer.told.clear()
        self.peer._numbers = itertools.count(1)
        self.peer.faults, self.peer.status = [], "pending"

    def _limit(self, amount: float) -> None:
        """The amount above which a second person is asked."""
        self.connector.sudo().refund_approval_amount = amount

    def _dialog(self, source, user=None, **values):
        """The dialog on a payment, invoice or credit note, filled in."""
        user = user or self.operator
        action = source.with_user(user).action_integration_refund()
        return (
            self.env["integration.refund.request"]
            .with_user(user)
            .with_context(**action["context"])
            .create(values)
        )

    def _ask(self, source, user=None, **values):
        """Ask for a refund in the dialog; returns it."""
        action = self._dialog(source, user, **values).action_refund()
        return self.env["integration.refund"].browse(action["res_id"])

    def _messages(self, refund):
        self.env.flush_all()
        return self.env["integration.event"].search(
            [("model", "=", refund._name), ("res_id", "=", refund.id)], order="id"
        )

    def _approval(self, refund):
        return self.env["integration.approval"].search(
            [("model", "=", refund._name), ("res_id", "=", refund.id)]
        )

    def _hear(self, entry: dict):
        """The gateway's own message about a write, with the mark of our request."""
        version = versions.from_iso(entry["at"])
        source = Source(entry["record"], version, reference=entry["reference"])
        message = self.env["integration.fetch"]._message("refund", entry["id"], source)
        stored = self.env["integration.intake"]._store(
            self.connector._webhook_gate(), [message], {"correlation_id": "0" * 32}
        )
        self._drain()
        uuid = stored[0]["uuid"]
        return self.env["integration.event"].search([("uuid", "=", uuid)])
