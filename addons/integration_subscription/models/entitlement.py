# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models

STATES = [("active", "Active"), ("ended", "Ended")]


class IntegrationEntitlement(models.Model):
    """One feature that a customer may use, or could for a time.

    A feature that was withdrawn stays as history; granted again, it is a new row.
    Written by the entity alone (`entity_entitlement.py`). Instants are UTC.
    """

    _name = "integration.entitlement"
    _description = "Entitlement"
    _order = "state, name, since desc, id desc"
    _rec_names_search = ["name", "lookup_key", "partner_id"]

    summary_id = fields.Many2one(
        "integration.entitlement.summary",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        related="summary_id.partner_id", store=True, index=True, string="Customer"
    )
    connector_id = fields.Many2one(
        related="summary_id.connector_id", store=True, index=True
    )
    company_id = fields.Many2one(
        related="summary_id.company_id", store=True, index=True
    )
    name = fields.Char(required=True, readonly=True, string="Feature")
    lookup_key = fields.Char(
        required=True,
        readonly=True,
        index=True,
        string="Key",
        help="By what programs know the feature.",
    )
    feature_ref = fields.Char(readonly=True, string="Feature there")
    external_id = fields.Char(readonly=True, string="Id there")
    state = fields.Selection(
        STATES, required=True, readonly=True, default="active", index=True
    )
    since = fields.Datetime(
        required=True,
        readonly=True,
        help="When the system told that it is granted, or when Odoo first read it.",
    )
    ended_at = fields.Datetime(
        readonly=True,
        string="Ended",
        help="When the system told that it is not granted any more.",
    )

    _granted_uniq = models.UniqueIndex(
        "(summary_id, lookup_key) WHERE state = 'active'",
        "The customer has this feature already.",
    )
