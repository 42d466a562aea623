# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models


class IntegrationMergedRecord(models.Model):
    """Changes that were asked for go along when records are merged."""

    _inherit = "integration.merged.record"

    @api.model
    def _note(self, model, source_ids, target_id):
        """Override to take change requests along."""
        result = super()._note(model, source_ids, target_id)
        self.env["integration.approval"]._follow_merge(model, source_ids, target_id)
        return result


class IntegrationApproval(models.Model):
    _inherit = "integration.approval"

    @api.model
    def _follow_merge(self, model: str, source_ids: list, target_id: int) -> None:
        """What was sent waits for its answer on the record that is left.

        What nobody approved yet is withdrawn: the record that is left may have another
        value, so somebody must look again.
        """
        requests = self.sudo().search(
            [
                ("change_state", "in", ("waiting", "sent")),
                ("model", "=", model),
                ("res_id", "in", source_ids),
            ]
        )
        waiting = requests.filtered(lambda r: r.state == "requested")
        for request in waiting:
            request.decision_reason = self.env._(
                "%(record)s was merged into another record. Ask there again.",
                record=request.content["record"],
            )
            request._withdraw()
            request._tell_requester()
        sent = (requests - waiting)._ids
        if sent:
            # In SQL: which record a request is about is closed to everything else.
            self.env.cr.execute(
                "UPDATE integration_approval SET res_id = %s WHERE id = ANY(%s)",
                (target_id, list(sent)),
            )
            self.invalidate_model(["res_id"])
