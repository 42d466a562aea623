# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models
from odoo.tools import html2plaintext

from .entity_customer import CHILD_TYPES

ADDRESS_FIELDS = ("street", "street2", "city", "zip", "country_id", "state_id")
# What of an address contact matters: its own fields, and whose it is.
CHILD_FIELDS = (*ADDRESS_FIELDS, "name", "phone", "type", "parent_id", "active")


class IntegrationEntityPartner(models.AbstractModel):
    """Partners on their way out: what customers and contacts have in common."""

    _inherit = "integration.entity.partner"

    @api.model
    def _export_keys(self) -> dict[str, frozenset]:
        """Override of `integration.entity`."""
        plain = {key: frozenset({name}) for key, name in self._plain_fields.items()}
        own = {"name": "name", "language": "lang", "active": "active"}
        return plain | {key: frozenset({name}) for key, name in own.items()}

    @api.model
    def _export_plain(self, record) -> dict:
        """The keys of :meth:`_export_keys` here."""
        found = {key: record[name] or None for key, name in self._plain_fields.items()}
        if found.get("note"):
            found["note"] = html2plaintext(found["note"]).strip() or None
        return found | {
            "name": record.name or None,
            "language": (record.lang or "").replace("_", "-") or None,
            "active": record.active,
        }

    @api.model
    def _export_address(self, record, kind: str) -> dict | None:
        """An address of Odoo as a canonical one; None where nothing of it is known."""
        region = record.state_id.code or record.state_id.name
        address = {
            "line1": record.street or None,
            "line2": record.street2 or None,
            "city": record.city or None,
            "region": region or None,
            "postal_code": record.zip or None,
            "country": record.country_id.code or None,
        }
        return dict(address, type=kind) if any(address.values()) else None


class IntegrationEntityCustomer(models.AbstractModel):
    """Customers on their way out, with their addresses and VAT number."""

    _inherit = "integration.entity.customer"

    @api.model
    def _export_keys(self) -> dict[str, frozenset]:
        """Override of `integration.entity.partner`."""
        children = {f"child_ids.{name}" for name in CHILD_FIELDS}
        return super()._export_keys() | {
            "is_company": frozenset({"is_company"}),
            "tax_ids": frozenset({"vat"}),
            "addresses": frozenset({*ADDRESS_FIELDS, *children}),
        }

    @api.model
    def _export_domain(self) -> list:
        """Override of `integration.entity`: whom a message may be matched with, but not
        our own companies."""
        # sudo: of all companies, also those that the technical user does not see.
        companies = self.env["res.company"].sudo()
        own = companies.search_fetch([], ["partner_id"]).partner_id
        return [*self._match_domain(), ("id", "not in", own.ids)]

    @api.model
    def _export_owner(self, records) -> dict[int, int]:
        """Override of `integration.entity`: an address goes with its customer."""
        found = {}
        for record in records:
            if not record.parent_id:
                found[record.id] = record.id
            elif record.type in CHILD_TYPES.values() and not record.parent_id.parent_id:
                found[record.id] = record.parent_id.id
        return found

    @api.model
    def _export(self, connector, records) -> dict[int, dict]:
        """Override of `integration.entity`."""
        return {
            record._origin.id: dict(
                self._export_plain(record),
                is_company=record.is_company,
                tax_ids=self._export_tax_ids(record),
                addresses=self._export_addresses(record),
            )
            for record in records
        }

    @api.model
    def _export_tax_ids(self, record) -> list[dict]:
        """The VAT number; Odoo keeps “/” for a customer that has none."""
        number = "".join(ch for ch in (record.vat or "").upper() if ch.isalnum())
        if not number:
            return []
        prefix = "GR" if number[:2] == "EL" else number[:2]
        known = prefix in self._countries()
        country = prefix if known else record.country_id.code
        return [{"kind": "vat", "value": number, "country": country or None}]

    @api.model
    def _export_addresses(self, record) -> list[dict]:
        """The customer's own address, and the oldest of each further kind."""
        found = [self._export_address(record, "main")]
        for kind, child_type in CHILD_TYPES.items():
            child = self._export_child(record, child_type)
            address = self._export_address(child, kind) if child else None
            if address:
                address |= {"name": child.name or None, "phone": child.phone or None}
            found.append(address)
        return [address for address in found if address]

    @api.model
    def _export_child(self, record, child_type: str):
        """The record of a further address that is sent, or an empty one."""
        of_kind = record.child_ids.filtered(lambda c: c.type == child_type and c.active)
        return of_kind.sorted(lambda c: c._origin.id)[:1]

    @api.model
    def _sent_part(self, item, kind: str, records: dict):
        """The address that Odoo itself has sent, of an object that it made: no second
        one is made of what the object tells of it."""
        none = self.env["res.partner"]
        if f"address:{kind}" in item.links or self._marked_id(item) != item.res_id:
            return none
        child = self._export_child(records[item.res_id], CHILD_TYPES[kind])
        # sudo: core's own table.
        taken = (
            self.env["integration.external.id"]
            .sudo()
            .search_count(
                [
                    ("connector_id", "=", self.env.context["integration_connector_id"]),
                    ("model", "=", child._name),
                    ("res_id", "in", child.ids),
                ],
                limit=1,
            )
        )
        return none if taken else child

    @api.model
    def _parts_there(self, item, record) -> tuple[dict, dict]:
        """Override of `integration.entity`: the further addresses."""
        parts, values = {}, {}
        for kind, child_type in CHILD_TYPES.items():
            address = self._address(item, kind)
            child = self._export_child(record, child_type) if address else None
            if child:
                parts[f"address:{kind}"] = child
                said = self._child_values(item, address)
                values |= {f"{kind}.{name}": value for name, value in said.items()}
        return parts, values
