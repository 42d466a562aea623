# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from odoo import api, fields, models

from .. import amounts
from .subscription import RUNNING

# Nothing is invoiced while the first payment is open, while it stands still, and for
# what is unpaid: there invoices stay drafts.
INVOICED = ("trialing", "active", "past_due")


class IntegrationSubscription(models.Model):
    """What comes next: the next invoice, or the end."""

    _inherit = "integration.subscription"

    next_invoice_at = fields.Datetime(
        compute="_compute_next",
        store=True,
        string="Next invoice",
        help="End of the current period. Empty: none is to come, because it ends, "
        "stands still or its invoices are not collected.",
    )
    next_amount = fields.Monetary(
        compute="_compute_amounts",
        store=True,
        aggregator=None,
        string="Next amount",
        help="Of the lines that are due next, before taxes, discounts and usage.",
    )
    monthly_amount = fields.Monetary(
        compute="_compute_amounts",
        store=True,
        aggregator=None,
        string="Per month",
        help="What its lines come to in a month, before taxes, discounts and usage; "
        "nothing once it has ended.",
    )
    ends_at = fields.Datetime(
        compute="_compute_next",
        store=True,
        string="Ends",
        help="When it ended, or will end as far as it is known.",
    )
    period_label = fields.Char(compute="_compute_period_label", string="Billed")

    @api.depends("line_ids.label", "description", "external_id")
    def _compute_name(self):
        for subscription in self:
            plan = ", ".join(line.label for line in subscription.line_ids if line.label)
            subscription.name = (
                plan or subscription.description or subscription.external_id
            )

    @api.depends(
        "status",
        "period_end",
        "ended_at",
        "cancel_at",
        "cancel_at_period_end",
        "pause_invoices",
        "resumes_at",
    )
    def _compute_next(self):
        for subscription in self:
            subscription.ends_at = subscription._end()
            subscription.next_invoice_at = (
                subscription._is_invoiced_next() and subscription.period_end
            )

    def _end(self):
        """When it ended or will end; False: it goes on."""
        if self.ended_at or self.status in ("canceled", "expired"):
            return self.ended_at or self.canceled_at
        if self.cancel_at:
            return self.cancel_at
        return self.cancel_at_period_end and self.period_end

    def _is_invoiced_next(self) -> bool:
        """Whether the end of the current period brings an invoice to be paid."""
        end, goes_on = self.period_end, self.resumes_at
        if self.status not in INVOICED or not end or self.cancel_at_period_end:
            return False
        if self.cancel_at and self.cancel_at <= end:
            return False
        return not self.pause_invoices or bool(goes_on and goes_on <= end)

    @api.depends(
        "status",
        "currency_id",
        "period_end",
        "next_invoice_at",
        "line_ids.amount",
        "line_ids.interval",
        "line_ids.interval_count",
        "line_ids.period_end",
    )
    def _compute_amounts(self):
        for subscription in self:
            end, due, month = subscription.period_end, Decimal(0), Decimal(0)
            if subscription.next_invoice_at:
                lines = subscription.line_ids
                due = sum(
                    line._exact_amount()
                    for line in lines.filtered(
                        lambda line, end=end: (line.period_end or end) == end
                    )
                )
            if subscription.status in RUNNING:
                month = subscription._lines_a_month()
            subscription.next_amount = float(due)
            subscription.monthly_amount = float(month)

    def _lines_a_month(self) -> Decimal:
        """What its lines come to in a month, whatever its status."""
        self.ensure_one()
        places = self.currency_id.decimal_places
        months = (
            amounts.of_month(
                line._exact_amount(), line.interval, line.interval_count, places
            )
            for line in self.line_ids
        )
        return sum(months, Decimal(0))

    @api.depends("line_ids.interval", "line_ids.interval_count")
    def _compute_period_label(self):
        for subscription in self:
            labels = {line._cycle_words() for line in subscription.line_ids} - {""}
            if len(labels) > 1:
                subscription.period_label = self.env._("In several periods")
            else:
                subscription.period_label = labels.pop() if labels else False
