# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest.mock import patch

from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons.integration_core.engine import trace, versions
from odoo.addons.integration_core.engine.encryption import generate_key
from odoo.addons.integration_core.messages import Identity, Source

SYSTEM = "demo_system"


# After all addons: a company cannot be made while account is only half loaded.
@tagged("post_install", "-at_install")
class CoreCase(TransactionCase):
    """An active connector with a live customer flow, people, and a way to feed it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._prepare_company()
        # These tests are about core alone: the peer itself is met in the tests of
        # test_integration_adapter and end to end.
        adapter = cls.registry[f"integration.adapter.{SYSTEM}"]
        cls.startClassPatcher(patch.object(adapter, "_can_fetch", False))
        cls.startClassPatcher(
            patch.object(
                adapter,
                "_test_connection",
                lambda adapter, connector: Identity("acct_demo", "Demo account"),
            )
        )
        cls.manager = cls._person("manager")
        cls.second = cls._person("manager", "second")
        cls.operator = cls._person("operator")
        cls.designer = cls._person("designer")
        cls.auditor = cls._person("auditor")
        cls.connector = cls._connector("Demo")
        cls.mapping = cls._mapping()
        cls.flow = cls._flow("customer", cls.mapping)
        cls.contact_flow = cls._flow("contact", cls._mapping("contact"))
        cls.connector._set_state("active", "")

    @classmethod
    def _prepare_company(cls):
        """Hook: a company of its own, before connectors are made for it."""

    @classmethod
    def _person(cls, role: str, name: str = ""):
        return new_test_user(
            cls.env,
            login=f"integration_{name or role}",
            groups=f"integration_core.group_{role}",
        )

    @classmethod
    def _connector(cls, name: str, company=None):
        connector = cls.env["integration.connector"].create(
            {
                "name": name,
                "system": SYSTEM,
                "company_id": (company or cls.env.company).id,
                "user_id": cls.manager.id,
            }
        )
        connector.action_create_service_user()
        return connector

    @classmethod
    def _mapping(cls, entity: str = "customer"):
        """A mapping that takes a canonical record as it is."""
        lines = {
            "customer": (
                "name",
                "is_company",
                "email",
                "phone",
                "language",
                "reference",
                "note",
                "tax_ids",
                "addresses",
                "custom",
            ),
            "contact": ("name", "email", "phone", "job_title"),
        }[entity]
        mapping = cls.env["integration.mapping"].create(
            {
                "name": f"Plain {entity}",
                "system": SYSTEM,
                "entity": entity,
                "version": 90,
                "line_ids": [
                    (0, 0, {"kind": "value", "target": name, "source": name})
                    for name in lines
                ],
            }
        )
        if entity == "contact":
            mapping.line_ids = [
                (
                    0,
                    0,
                    {
                        "kind": "reference",
                        "target": "customer",
                        "source": "customer",
                        "reference_entity": "customer",
                    },
                )
            ]
        mapping.sudo().state = "approved"
        return mapping

    @classmethod
    def _flow(cls, entity: str, mapping, connector=None):
        return cls.env["integration.flow"].create(
            {
                "connector_id": (connector or cls.connector).id,
                "entity": entity,
                "mapping_id": mapping.id,
                "mode": "live",
                "missing_reference": "wait",
            }
        )

    # === FEEDING === #

    def _store(self, external_id: str, record: dict, at: int = 100, **kw):
        """Put an object into the inbox, as if the hub had read it at second ``at``."""
        entity = kw.pop("entity", "customer")
        connector = kw.pop("connector", self.connector)
        source = Source(record, versions.from_unix(at), kw.pop("deleted", False))
        message = self.env["integration.fetch"]._message(entity, external_id, source)
        for name, value in kw.items():
            setattr(message, name, value)
        stored = self.env["integration.intake"]._store(
            connector._webhook_gate(),
            [message],
            {"correlation_id": trace.new_trace_id()},
        )
        return self.env["integration.event"].search([("uuid", "=", stored[0]["uuid"])])

    def _drain(self, connector=None):
        """Work through everything ready, as a drain does, in this transaction."""
        connector = connector or self.connector
        self.env.flush_all()
        drains = self.env["integration.drain"]
        for drain in range(connector.drain_count):
            rows = drains._ready(connector, drain, 100)
            if rows:
                self.env["integration.pipeline"]._inbound(connector, rows)

    def _feed(self, external_id: str, record: dict, at: int = 100, **kw):
        event = self._store(external_id, record, at, **kw)
        self._drain(kw.get("connector"))
        event.invalidate_recordset()
        return event

    def _fetching(self):
        """Within it the system lets single objects be read."""
        adapter = self.registry[f"integration.adapter.{SYSTEM}"]
        return patch.object(adapter, "_can_fetch", True)

    def _link(self, external_id: str, entity="customer", role=""):
        return self.env["integration.external.id"].search(
            [
                ("connector_id", "=", self.connector.id),
                ("entity", "=", entity),
                ("external_id", "=", external_id),
                ("role", "=", role),
            ]
        )

    def _partner(self, external_id: str, **kw):
        return self.env["res.partner"].browse(self._link(external_id, **kw).res_id)

    def _logs(self, event):
        return self.env["integration.job.log"].search([("event_id", "=", event.id)])

    def _new_ring(self, *names: str) -> str:
        return ",".join(f"{name}:{generate_key().split(':', 1)[1]}" for name in names)
