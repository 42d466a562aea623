# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json

from odoo import api, fields, models
from odoo.exceptions import UserError


class IntegrationSendPreview(models.TransientModel):
    """Shows what a flow would send of a record. Nothing is sent or written."""

    _name = "integration.send.preview"
    _description = "What Would Be Sent"

    flow_id = fields.Many2one("integration.flow", required=True, readonly=True)
    record_model = fields.Char(related="flow_id.record_model")
    res_id = fields.Many2oneReference(model_field="record_model", string="Record")
    verdict = fields.Char(compute="_compute_result")
    outcome = fields.Char(compute="_compute_result")
    key_table = fields.Json(compute="_compute_result")
    content = fields.Text(
        compute="_compute_result", help="What the other system would get, as it is."
    )

    @api.depends("flow_id", "res_id")
    def _compute_result(self):
        for preview in self:
            preview.verdict = preview.outcome = preview.content = False
            preview.key_table = {}
            if not preview.res_id or not preview.flow_id:
                continue
            try:
                flow = preview.flow_id._origin
                flow.connector_id.check_access("read")
                self.env[preview.record_model].browse(preview.res_id).check_access(
                    "read"
                )
                [found] = self.env["integration.outgoing"]._preview(
                    flow, [preview.res_id]
                )
            except UserError as error:
                preview.verdict, preview.outcome = str(error), "problem"
                continue
            preview.outcome = found["outcome"]
            preview.verdict = preview._sentence(found)
            preview.key_table = preview._compare_table(found)
            if found["record"]:
                preview.content = json.dumps(
                    found["record"], indent=2, ensure_ascii=False, default=str
                )

    def _sentence(self, found: dict) -> str:
        name = self.flow_id.connector_id.name
        if found["outcome"] == "create":
            return self.env._("A new object would be made in %(name)s.", name=name)
        if found["outcome"] == "update":
            return self.env._(
                "%(id)s would be changed in %(name)s.",
                id=found["external_id"],
                name=name,
            )
        return self.env._("Nothing would be sent. %(why)s", why=found["message"])

    def _compare_table(self, found: dict) -> dict:
        """Value of the widget integration_compare."""
        words = {
            "sent": self.env._("Is sent"),
            "same": self.env._("Equal there"),
            "owned": self.env._("Not sent: the other system owns it"),
            "withheld": self.env._("Stays in Odoo, as the flow says"),
            "empty": self.env._("Empty, so it is not mentioned"),
            "unmapped": self.env._("The mapping does not use it"),
        }
        order = list(words)
        return {
            "plain": True,
            "first": self.env._("Field"),
            "columns": [
                {"key": "value", "label": self.env._("In Odoo")},
                {"key": "why", "label": self.env._("What happens")},
            ],
            "rows": [
                {
                    "key": row["key"],
                    "label": row["key"],
                    "cells": {"value": row["value"], "why": words[row["why"]]},
                    "strong": row["why"] == "sent",
                }
                for row in sorted(found["keys"], key=lambda x: order.index(x["why"]))
            ],
        }


class IntegrationFlow(models.Model):
    _inherit = "integration.flow"

    def action_preview_sending(self):
        """Open the dialog that shows what would be sent, with the newest record."""
        self.ensure_one()
        records, domain = self.sudo()._sent_records()
        newest = records.search(domain, order="write_date desc, id desc", limit=1)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What would be sent"),
            "res_model": "integration.send.preview",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_flow_id": self.id,
                "default_res_id": newest.id,
            },
        }
