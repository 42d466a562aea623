# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from odoo.addons.integration_core.messages import Item

# Canonical kind → type of a product in Odoo.
TYPES = {"service": "service", "goods": "consu"}
# Fields that all variants of a product share.
SHARED = ("name", "description_sale", "type")


class IntegrationEntityProduct(models.AbstractModel):
    """Something that is sold: one product variant in Odoo.

    What is Odoo's own stays so: accounts, taxes, category, unit and price of a product
    are never written. New products belong to every company, as Odoo's do; they are
    matched by their reference among those the connector's company may use.
    """

    _name = "integration.entity.product"
    _inherit = "integration.entity.upsert"
    _description = "Entity: product"
    _entity = "product"
    _entity_label = "Product"
    _record_model = "product.product"
    _rank = 10

    # === VALUES === #

    @api.model
    def _values(self, item: Item) -> dict:
        """Override of `integration.entity.upsert`."""
        record = item.canonical
        values = {}
        if record.get("name"):
            values["name"] = record["name"]
        if "description" in record:
            values["description_sale"] = record["description"] or False
        if "sku" in record:
            values["default_code"] = (record["sku"] or "").strip() or False
        if record.get("kind"):
            values["type"] = TYPES[record["kind"]]
        if "active" in record:
            values["active"] = record["active"]
        self._note_rest(item)
        return values

    @api.model
    def _note_rest(self, item: Item) -> None:
        """What a product of Odoo has no place for."""
        unit, url = item.canonical.get("unit"), item.canonical.get("url")
        if unit:
            self._note_once(
                item,
                "unit",
                unit,
                self.env._(
                    "It is counted in “%(unit)s” there; the product keeps its unit.",
                    unit=unit,
                ),
            )
        if url:
            self._note_once(
                item, "url", url, self.env._("It has a web page: %(url)s.", url=url)
            )

    @api.model
    def _new_values(self, item: Item) -> dict:
        """Override of `integration.entity.upsert`.

        A service, unless the system says otherwise; free of charge until somebody sets
        a price, because Odoo's own default of 1.00 is nobody's price.
        """
        values = {"list_price": 0.0}
        if not item.vals.get("type"):
            values["type"] = "service"
        if not item.vals.get("name"):
            values["name"] = item.vals.get("default_code") or item.external_id
        return values

    @api.model
    def _custom_allowed(self, field) -> bool:
        """Override of `integration.entity.upsert`: fields of the template as well."""
        if field is not None and field.inherited:
            field = self.env["product.template"]._fields[field.name]
        return super()._custom_allowed(field)

    # === UPDATE === #

    @api.model
    def _changes(self, item: Item, record) -> dict:
        """Override of `integration.entity.upsert`: siblings keep what they share.

        One of several variants must not rename the others.
        """
        changes = super()._changes(item, record)
        left_out = [name for name in SHARED if name in changes]
        if left_out and self._has_siblings(record):
            for name in left_out:
                del changes[name]
            self._note_once(
                item,
                "variant",
                {name: item.vals[name] for name in left_out},
                self.env._(
                    "It is one of several variants in Odoo; what they share stays: "
                    "%(fields)s.",
                    fields=", ".join(self._field_label(name) for name in left_out),
                ),
            )
        return changes

    @api.model
    def _has_siblings(self, record) -> bool:
        template = record.product_tmpl_id.with_context(active_test=False)
        return len(template.product_variant_ids) > 1

    @api.model
    def _after(self, connector, items: list[Item], records: dict) -> None:
        """Override of `integration.entity.upsert`: a template follows its variants.

        It is archived with its last active variant, as Odoo's own button does.
        """
        changed = self.env["product.product"].browse(
            item.res_id
            for item in items
            if "active" in item.diff
            or (item.operation == "create" and item.vals.get("active") is False)
        )
        templates = changed.with_context(active_test=False).product_tmpl_id
        for template in templates:
            active = any(template.product_variant_ids.mapped("active"))
            if template.active != active:
                template.active = active
