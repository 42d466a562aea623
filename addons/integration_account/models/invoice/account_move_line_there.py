# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class AccountMoveLine(models.Model):
    """Which line of the other system a line stands for: credit notes name it."""

    _inherit = "account.move.line"

    integration_line = fields.Char(
        string="Line in the other system",
        readonly=True,
        copy=False,
        help="Id of the line there. A credit note that takes this line back is booked "
        "on the same account and product.",
    )
