# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models

STATUSES = [
    ("incomplete", "First payment open"),
    ("trialing", "Trial"),
    ("active", "Active"),
    ("past_due", "Payment overdue"),
    ("unpaid", "Unpaid"),
    ("paused", "Paused"),
    ("canceled", "Ended"),
    ("expired", "Never began"),
]
#: It runs, or is meant to: what counts as a subscription that the customer has.
RUNNING = ("trialing", "active", "past_due", "unpaid", "paused")
PAUSES = [
    ("draft", "Invoices stay drafts"),
    ("uncollectible", "Invoices are given up"),
    ("void", "Invoices are voided"),
]
COLLECTIONS = [
    ("automatic", "Charged automatically"),
    ("invoice", "Invoice to be paid"),
]


class IntegrationSubscription(models.Model):
    """A subscription as another system keeps it; Odoo mirrors it and steers nothing.

    Written by the entity alone (`entity_subscription.py`). It books nothing: its
    invoices come by themselves and are linked (`account_move.py`). Instants are UTC.
    """

    _name = "integration.subscription"
    _description = "Subscription"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "integration.linked",
        "integration.governed",
    ]
    # Whoever reads it may comment on it and plan activities; nobody writes it.
    _mail_post_access = "read"
    _order = "started_at desc, id desc"
    _rec_names_search = ["name", "external_id", "partner_id"]

    name = fields.Char(
        string="Plan",
        compute="_compute_name",
        store=True,
        help="What is subscribed to, with quantities.",
    )
    description = fields.Char(readonly=True)
    external_id = fields.Char(required=True, readonly=True, string="Id there")
    connector_id = fields.Many2one(
        "integration.connector",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    active = fields.Boolean(default=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        related="partner_id.user_id",
        store=True,
        help="The salesperson of the customer.",
    )
    status = fields.Selection(
        STATUSES, required=True, readonly=True, default="incomplete", index=True
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    started_at = fields.Datetime(readonly=True, string="Began")
    ended_at = fields.Datetime(readonly=True, string="Ended")
    trial_start = fields.Datetime(readonly=True)
    trial_end = fields.Datetime(readonly=True)
    period_start = fields.Datetime(readonly=True)
    period_end = fields.Datetime(readonly=True)
    cancel_at_period_end = fields.Boolean(readonly=True, string="Ends with its period")
    cancel_at = fields.Datetime(readonly=True, string="Will end")
    canceled_at = fields.Datetime(readonly=True, string="Cancelled")
    cancel_reason = fields.Char(readonly=True, string="Reason for the end")
    pause_invoices = fields.Selection(
        PAUSES,
        readonly=True,
        string="Collection paused",
        help="What becomes of its invoices meanwhile.",
    )
    resumes_at = fields.Datetime(readonly=True, string="Goes on")
    collection = fields.Selection(COLLECTIONS, readonly=True)
    days_until_due = fields.Integer(readonly=True, string="Days to pay")
    line_ids = fields.One2many(
        "integration.subscription.line", "subscription_id", string="Lines"
    )
    invoice_ids = fields.One2many(
        "account.move", "integration_subscription_id", string="Invoices"
    )

    _object_uniq = models.UniqueIndex(
        "(connector_id, external_id)",
        "This subscription is there already.",
    )
    # Calendar and lists of what is invoiced or ends next.
    _next_idx = models.Index(
        "(company_id, next_invoice_at) WHERE next_invoice_at IS NOT NULL"
    )
