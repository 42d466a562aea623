# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models

from .common import field_label


class IntegrationApproval(models.Model):
    """What exactly is approved, as a table."""

    _inherit = "integration.approval"

    content_table = fields.Json("What is approved", compute="_compute_content_table")

    @api.depends("content", "model")
    def _compute_content_table(self):
        for approval in self:
            rows = [
                {
                    "key": name,
                    "label": field_label(self.env, approval.model, name),
                    "cells": {"value": approval._content_text(name, value)},
                    "status": "same",
                }
                for name, value in (approval.content or {}).items()
            ]
            approval.content_table = {
                "columns": [{"key": "value", "label": self.env._("Setting")}],
                "rows": rows,
                "empty": self.env._("No settings."),
                "plain": True,
            }

    def _content_text(self, name: str, value) -> str:
        """A governed value in the words of the form; lists by their length."""
        if isinstance(value, list) and len(value) == 2 and isinstance(value[0], int):
            return value[1]
        if isinstance(value, list):
            return ", ".join(
                str(part[0]) if isinstance(part, list) else str(part) for part in value
            )
        if value in (None, False, ""):
            return ""
        field = (
            self.env[self.model]._fields.get(name) if self.model in self.env else None
        )
        if field is not None and field.type == "selection":
            words = dict(field._description_selection(self.env))
            return words.get(value, value)
        if field is not None and field.type == "many2one":
            # sudo: the name of what is approved is part of the request.
            record = self.env[field.comodel_name].sudo().browse(value).exists()
            return record.display_name or str(value)
        return str(value)
