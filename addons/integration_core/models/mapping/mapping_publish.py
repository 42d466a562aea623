# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models


class IntegrationApprovalPublish(models.AbstractModel):
    """Putting a version into use: of a field mapping, or of a data format.

    What is shown to the second person is what the version changes.
    """

    _name = "integration.approval.publish"
    _inherit = "integration.approval.handler"
    _description = "Approval: a version goes into use"

    @api.model
    def _content_table(self, approval) -> dict | None:
        """Override of `integration.approval.handler`: the versions side by side."""
        record = approval._record()
        return record._approval_table(approval) if record else None


class IntegrationMapping(models.Model):
    """Who drafts a mapping does not approve it, whoever submits it."""

    _inherit = "integration.mapping"

    def _approval_barred(self):
        """Who made this version, and everybody who changed it since."""
        self.ensure_one()
        # sudo: who decides may not read all users.
        mapping = self.sudo()
        drafters = mapping.create_uid | mapping.line_ids.create_uid
        drafters |= mapping.change_ids.user_id
        return drafters - self.env.ref("base.user_root")
