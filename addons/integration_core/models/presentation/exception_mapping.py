# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models

#: Classes of errors that another version of a mapping may solve.
READ_WRONG = ("mapping", "schema")


class IntegrationMapping(models.Model):
    """From a mapping to the messages that it could not read."""

    _inherit = "integration.mapping"

    stopped_count = fields.Integer("Stopped", compute="_compute_stopped_count")

    def _compute_stopped_count(self):
        exceptions = self.env["integration.exception"]
        for mapping in self:
            mapping.stopped_count = (
                exceptions.search_count(mapping._stopped_domain(), limit=1000)
                if mapping.system and mapping.direction == "in"
                else 0
            )

    def _stopped_domain(self) -> list:
        """Open exceptions of the connectors whose messages this mapping reads."""
        self.ensure_one()
        domain = [
            ("state", "=", "open"),
            ("error_class", "in", READ_WRONG),
            ("entity", "=", self.entity),
            ("connector_id.system", "=", self.system),
        ]
        if self.company_id:
            domain.append(("company_id", "=", self.company_id.id))
        return domain

    def action_open_stopped(self):
        """The messages; *Preview* there tries them with this version."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "integration_core.action_attention"
        )
        return dict(
            action,
            domain=self._stopped_domain(),
            context={"integration_try_mapping": self.id},
        )
