# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import ValidationError

PERIOD_POLICIES = [
    ("hold", "Hold for the accountant"),
    ("note", "Book on the next open day, with a note"),
    ("accept", "Accept, for a stated reason"),
]


class AccountJournal(models.Model):
    """What becomes of a synchronised entry whose period is locked."""

    _inherit = "account.journal"

    integration_period_policy = fields.Selection(
        PERIOD_POLICIES,
        string="Entry in a locked period",
        required=True,
        default="hold",
        tracking=True,
        help="Odoo books an entry of a locked period on a later day. Hold: nothing is "
        "booked until an accountant decides. The other two book it at once and list "
        "it under Integrations, Money, Shifted Documents.",
    )
    integration_period_reason = fields.Char(
        string="Reason for accepting",
        tracking=True,
        help="Stands in the note of every entry that is booked on another day.",
    )
    integration_period_user_id = fields.Many2one(
        "res.users",
        string="Who decides",
        domain="[('share', '=', False)]",
        help="Gets the activity when an entry waits. Empty: the person who is "
        "responsible for the connector.",
    )

    @api.constrains("integration_period_policy", "integration_period_reason")
    def _check_integration_period_reason(self):
        for journal in self:
            reason = (journal.integration_period_reason or "").strip()
            if journal.integration_period_policy == "accept" and not reason:
                raise ValidationError(
                    self.env._(
                        "Say why %(journal)s accepts entries on other days: the "
                        "reason stands in the note of each of them.",
                        journal=journal.display_name,
                    )
                )
