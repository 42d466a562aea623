# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import os

from odoo.tests import new_test_user

from .. import settings
from ..engine import trace, versions
from ..engine.encryption import generate_key
from ..messages import Identity, Registration, Source

ROLES = ("manager", "operator", "designer", "auditor")
FIELDS = ("name", "email")


class ScreenMixin:
    """A connector of any installed system, people of every role, some messages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ring = {settings.keys_option().upper(): generate_key()}
        cls.classPatch(os, "environ", {**os.environ, **ring})
        cls.people = {role: cls._person(role) for role in (*ROLES,)}
        cls.second = cls._person("manager", "second")
        cls.system = cls._system()
        cls.mapping = cls._mapping()
        cls.connector = cls._connector("Tour")
        cls._answers_of_the_system()

    @classmethod
    def _person(cls, role, name=""):
        return new_test_user(
            cls.env,
            login=f"integration_{name or role}",
            groups=f"integration_core.group_{role},base.group_partner_manager",
        )

    @classmethod
    def _system(cls):
        """Whichever system is installed: the core itself brings none."""
        field = cls.env["integration.connector"]._fields["system"]
        systems = sorted(field.get_values(cls.env))
        if not systems:
            cls.skipTest(cls, "no addon with a system is installed")
        return systems[0]

    @classmethod
    def _mapping(cls):
        mapping = cls.env["integration.mapping"].create(
            {
                "name": "Tour",
                "system": cls.system,
                "entity": "customer",
                "version": 91,
                "line_ids": [
                    (0, 0, {"target": name, "source": name, "required": name == "name"})
                    for name in FIELDS
                ],
            }
        )
        mapping.sudo().state = "approved"
        return mapping

    @classmethod
    def _connector(cls, name):
        return cls.env["integration.connector"].create(
            {"name": name, "system": cls.system, "user_id": cls.people["manager"].id}
        )

    @classmethod
    def _answers_of_the_system(cls):
        """The peer's part of the conversation; its own tests are elsewhere."""
        adapter = cls.env.registry[f"integration.adapter.{cls.system}"]
        answers = {
            "_test_connection": lambda self, connector: Identity(
                "acct_1", "ACME, test mode"
            ),
            "_register_webhook": lambda self, connector: Registration("we_1", "whsec"),
            "_activation_gaps": lambda self, connector: [],
            "_setup_steps": lambda self, connector: [],
        }
        for name, answer in answers.items():
            cls.classPatch(adapter, name, answer)

    def _activate(self):
        self.connector.action_create_service_user()
        self.env["integration.flow"].create(
            {
                "connector_id": self.connector.id,
                "entity": "customer",
                "mapping_id": self.mapping.id,
                "mode": "live",
            }
        )
        self.connector._set_state("active", "")

    def _store(self, external_id, record, at):
        """One object read from the system, put into the inbox."""
        source = Source(record, versions.from_unix(at), False)
        fetch = self.env["integration.fetch"]
        message = fetch._message("customer", external_id, source)
        stored = self.env["integration.intake"]._store(
            self.connector._webhook_gate(),
            [message],
            {"correlation_id": trace.new_trace_id()},
        )
        return self.env["integration.event"].search([("uuid", "=", stored[0]["uuid"])])

    def _feed(self, external_id, record, at):
        """The same, worked on as a drain does."""
        event = self._store(external_id, record, at)
        self._drain()
        return event

    def _drain(self):
        self.env.flush_all()
        drains = self.env["integration.drain"]
        for drain in range(self.connector.drain_count):
            rows = drains._ready(self.connector, drain, 100)
            if rows:
                self.env["integration.pipeline"]._inbound(self.connector, rows)
        self.env.invalidate_all()
