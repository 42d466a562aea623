# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class IntegrationOwnershipStamp(models.Model):
    """When the present value of a field came into being.

    Kept only for fields that a rule *newest* is about. Odoo's own history does not
    serve: most fields are not tracked, and a record's last change may be about
    another field. Written by SQL alone; nobody reads it on a screen.
    """

    _name = "integration.ownership.stamp"
    _description = "Time of a Value"
    _log_access = False

    model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="model", required=True, readonly=True)
    field = fields.Char(required=True, readonly=True)
    changed_at = fields.Datetime(required=True, readonly=True)

    _value_uniq = models.UniqueIndex("(model, res_id, field)")
