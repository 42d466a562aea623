# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models, tools

from ...messages import Item


class IntegrationEntity(models.AbstractModel):
    """What rules of data owners can be about: fields, stages, whole records."""

    _inherit = "integration.entity"

    # Key of the canonical record → Odoo fields of the record that it fills. No rule
    # can speak of what is neither here nor a custom field.
    _field_map: dict = {}
    # Odoo fields of what hangs on the record and is linked with a role: addresses.
    _part_fields: frozenset = frozenset()
    # Whether rules decide field by field while values are compared; otherwise they
    # decide about the message as a whole, before anything is done: documents.
    _judged_by_field = False

    @api.model
    @tools.ormcache("self._name")
    def _rule_fields(self) -> list[str]:
        """Odoo fields a rule may name: those of ``_field_map``; an entity with one
        record adds what ``custom`` may fill."""
        if not self._record_model:
            return []
        own = dict.fromkeys(f for names in self._field_map.values() for f in names)
        return list(own)

    @api.model
    def _fields_of(self, name: str) -> tuple:
        """Odoo fields behind a key of the canonical record, or the field itself."""
        if name in self._field_map:
            return self._field_map[name]
        return (name.removeprefix("custom."),)

    @api.model
    def _label_of(self, name: str) -> str:
        """An Odoo field as people call it."""
        model = self.env.get(self._record_model)
        field = model._fields.get(name) if model is not None else None
        return field._description_string(self.env) if field else name

    @api.model
    def _stages(self) -> list[tuple]:
        """(key, label) of the stages of a record's life; none where it has none."""
        model = self.env.get(self._record_model)
        if model is None or "active" not in model._fields:
            return []
        return [
            ("active", self.env._("In use")),
            ("archived", self.env._("Archived")),
        ]

    @api.model
    def _stage_of(self, record) -> str:
        """Key of the stage a record is at, '' where there are no stages.

        Called record by record of one recordset: read fields, make no queries.
        """
        if not record or "active" not in record._fields:
            return ""
        return "active" if record.active else "archived"

    @api.model
    def _record_of(self, item: Item):
        """The linked record an item is about, empty when there is none."""
        link = item.link
        return self.env[self._record_model].browse(link.res_id if link else [])


class IntegrationEntityUpsert(models.AbstractModel):
    """Entities that write fields are judged field by field."""

    _inherit = "integration.entity.upsert"

    _judged_by_field = True

    @api.model
    @tools.ormcache("self._name")
    def _rule_fields(self) -> list[str]:
        """Override of `integration.entity` to add what ``custom`` may fill."""
        names = super()._rule_fields()
        if not names:
            return names
        fields = self.env[self._record_model]._fields
        extra = [name for name in fields if self._custom_allowed(fields[name])]
        return [*names, *sorted(set(extra) - set(names))]


class IntegrationEntityPartner(models.AbstractModel):
    """Fields of customers and contacts."""

    _inherit = "integration.entity.partner"

    _field_map = {
        "name": ("name",),
        "email": ("email",),
        "phone": ("phone",),
        "note": ("comment",),
        "active": ("active",),
        "language": ("lang",),
    }
    _address_fields = ("street", "street2", "city", "zip", "country_id", "state_id")


class IntegrationEntityCustomer(models.AbstractModel):
    """Fields of customers."""

    _inherit = "integration.entity.customer"

    _field_map = {
        **IntegrationEntityPartner._field_map,
        "is_company": ("is_company",),
        "website": ("website",),
        "reference": ("ref",),
        "addresses": IntegrationEntityPartner._address_fields,
        "tax_ids": ("vat",),
    }
    _part_fields = frozenset(
        {"name", "phone", "active", *IntegrationEntityPartner._address_fields}
    )


class IntegrationEntityContact(models.AbstractModel):
    """Fields of contacts."""

    _inherit = "integration.entity.contact"

    _field_map = {
        **IntegrationEntityPartner._field_map,
        "job_title": ("function",),
        "customer": ("parent_id",),
    }
