# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain


class IntegrationValueMapLine(models.Model):
    _name = "integration.value.map.line"
    _description = "Value Map Line"
    _order = "map_id, external_value, id"
    _rec_name = "external_value"

    map_id = fields.Many2one(
        "integration.value.map", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, index=True
    )
    external_value = fields.Char(required=True, string="Value there")
    canonical_value = fields.Char(string="Common value")
    note = fields.Char(string="What it is")
    model = fields.Char(related="map_id.model", store=True)
    res_id = fields.Many2oneReference(
        model_field="model",
        string="Record in Odoo",
        help="What the value stands for in this company.",
    )
    record_company_id = fields.Many2one(
        "res.company",
        string="In company",
        index=True,
        compute="_compute_record_company_id",
        store=True,
        readonly=False,
        precompute=True,
        help="The same value may stand for another record in another company.",
    )
    seen = fields.Json(
        readonly=True, help="What the other system says about it, in the common format."
    )

    _external_uniq = models.UniqueIndex(
        "(map_id, external_value, COALESCE(record_company_id, 0))",
        "This value is already in the map.",
    )

    @api.depends("map_id.company_id", "record_company_id")
    def _compute_company_id(self):
        for line in self:
            line.company_id = line.record_company_id or line.map_id.company_id

    @api.depends("map_id.model", "map_id.company_id")
    def _compute_record_company_id(self):
        for line in self:
            if not line.map_id.model:
                line.record_company_id = False
            elif not line.record_company_id:
                line.record_company_id = line.map_id.company_id or self.env.company

    @api.constrains("map_id", "canonical_value", "res_id", "record_company_id")
    def _check_complete(self):
        for line in self:
            if not line.map_id.model and not line.canonical_value:
                raise ValidationError(
                    self.env._(
                        "Say what “%(value)s” means in the common format.",
                        value=line.external_value,
                    )
                )
            if line.map_id.model and line.res_id:
                line._check_record()

    def _check_record(self) -> None:
        """:raises ValidationError: the record is not one of the line's company"""
        model = self.env[self.map_id.model].with_context(active_test=False)
        own = Domain("id", "=", self.res_id) & Domain(
            model._check_company_domain(self.record_company_id)
        )
        if not model.sudo().search_count(own):
            raise ValidationError(
                self.env._(
                    "“%(value)s” can only stand for a record of %(company)s.",
                    value=self.external_value,
                    company=self.record_company_id.name,
                )
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._forget_compiled()
        lines.filtered("res_id")._record_chosen({})
        return lines

    def write(self, vals):
        self._check_bound_stays(vals)
        before = self._records_now() if "res_id" in vals else None
        result = super().write(vals)
        self._forget_compiled()
        if before is not None:
            self._record_chosen(before)
        return result

    def _check_bound_stays(self, vals: dict) -> None:
        """:raises UserError: a bound line would speak of something else unseen"""
        for name in {"external_value", "map_id", "record_company_id"} & set(vals):
            field = self._fields[name]
            if any(
                line.res_id and field.convert_to_write(line[name], line) != vals[name]
                for line in self
            ):
                raise UserError(
                    self.env._(
                        "This line stands for a record. Add a new line for another "
                        "value, and remove this one if it is no longer needed."
                    )
                )

    def unlink(self):
        self._forget_compiled()
        self.filtered("res_id").write({"res_id": False})
        return super().unlink()

    def _forget_compiled(self) -> None:
        """Mappings that use a code list are compiled anew.

        Lines that stand for records are part of none; they are looked up by the batch.
        """
        if any(not line.map_id.model for line in self):
            self.env.registry.clear_cache()
