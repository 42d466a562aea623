# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models
from odoo.exceptions import UserError

from ..engine import canonical


class IntegrationMapping(models.Model):
    """Who drafts a mapping does not put it into use."""

    _inherit = "integration.mapping"

    may_approve = fields.Boolean(compute="_compute_may_approve")

    def _compute_may_approve(self):
        approvals = self.env["integration.approval"]
        for mapping in self:
            mapping.may_approve = approvals._open_for(mapping, "publish").may_decide

    # === ACTION METHODS === #

    def action_submit(self):
        """Ask a second person to put this draft into use.

        :raises UserError: it is no draft, or a line cannot run
        """
        for mapping in self:
            if mapping.state != "draft":
                raise UserError(self.env._("Only a draft can be submitted."))
            mapping.check_access("write")
            mapping.action_check()
            self.env["integration.approval"]._request(
                mapping,
                "publish",
                mapping._governed_content(),
                self.env._("Put %(name)s into use", name=mapping.display_name),
            )
        return True

    def action_approve(self):
        """Approve the open request (a second person only)."""
        for mapping in self:
            request = self.env["integration.approval"]._open_for(mapping, "publish")
            if not request:
                raise UserError(self.env._("Nothing waits for approval here."))
            request.action_approve()
        return True

    def action_withdraw(self):
        """Take a submitted draft back."""
        self.check_access("write")
        for mapping in self:
            self.env["integration.approval"]._open_for(mapping, "publish")._withdraw()
        return True

    # === CALLED BY integration.approval === #

    def _governed_content(self) -> dict:
        """What an approval of this version covers, as plain data."""
        self.ensure_one()
        return {
            "mapping": [self.system, self.entity, self.direction, self.version],
            "lines": [line._content() for line in self.top_line_ids.sorted()],
            "value_maps": [m._version_token() for m in self.line_ids.value_map_id],
        }

    def _content_hash(self) -> str:
        return canonical.digest(self._governed_content())

    def _approval_granted(self, approval) -> None:
        """Put this version into use; flows of the version before go over to it."""
        self.ensure_one()
        before = self.search(
            [
                ("id", "!=", self.id),
                ("system", "=", self.system),
                ("entity", "=", self.entity),
                ("direction", "=", self.direction),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "approved"),
            ]
        )
        self.sudo().state = "approved"
        for flow in before.flow_ids.sudo():
            flow.mapping_id = self
            flow.connector_id._log(
                "configure",
                self.env._(
                    "Flow %(flow)s uses %(mapping)s now",
                    flow=flow.display_name,
                    mapping=self.display_name,
                ),
                actor_id=self.env.uid,
            )
        before.sudo().state = "retired"

    def _approval_refused(self, approval) -> None:
        """The draft stays a draft."""
