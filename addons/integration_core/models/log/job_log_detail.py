# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class IntegrationJobLogDetail(models.Model):
    """Message and values of one log line: the part that privacy may erase."""

    _name = "integration.job.log.detail"
    _description = "Sync Log Detail"
    _log_access = False
    _rec_name = "message"

    log_id = fields.Many2one(
        "integration.job.log", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", index=True)
    message = fields.Char()
    diff = fields.Json()
