# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from ...messages import Item
from .entity_upsert import stamp_of

# Canonical address type → type of the child contact in Odoo; main is the partner.
CHILD_TYPES = {"invoice": "invoice", "delivery": "delivery", "other": "other"}


class IntegrationEntityCustomer(models.AbstractModel):
    """A party that buys, with its addresses and tax registrations."""

    _name = "integration.entity.customer"
    _inherit = "integration.entity.partner"
    _description = "Entity: customer"
    _entity = "customer"
    _entity_label = "Customer"
    _rank = 10

    _plain_fields = {
        "email": "email",
        "phone": "phone",
        "website": "website",
        "reference": "ref",
        "note": "comment",
    }

    # === VALUES === #

    @api.model
    def _values(self, item: Item) -> dict:
        """Override of `integration.entity.partner` to add address and VAT."""
        values = super()._values(item)
        record = item.canonical
        if record.get("is_company") is not None:
            values["is_company"] = record["is_company"]
        if "addresses" in record:
            main = self._address(item, "main") or {}
            values |= self._address_values(item, main)
        if "tax_ids" in record:
            values["vat"] = self._vat(item) or False
        return values

    @api.model
    def _address(self, item: Item, kind: str) -> dict | None:
        for address in item.canonical.get("addresses") or []:
            if address["type"] == kind:
                return address
        return None

    @api.model
    def _vat(self, item: Item) -> str:
        """The first valid VAT number; the others and invalid ones are noted."""
        found = ""
        for tax_id in item.canonical["tax_ids"] or []:
            value = tax_id["value"]
            if (tax_id.get("kind") or "vat") != "vat":
                message = self.env._(
                    "The tax number %(number)s (%(kind)s) has no place in Odoo.",
                    number=value,
                    kind=tax_id["kind"],
                )
                self._note_once(item, f"tax:{value}", value, message)
                continue
            number = self._valid_vat(value, tax_id.get("country"))
            if not number:
                message = self.env._(
                    "The VAT number %(number)s is not valid and was left out.",
                    number=value,
                )
                self._note_once(item, f"tax:{value}", value, message)
            elif found:
                message = self.env._("A further VAT number: %(number)s.", number=number)
                self._note_once(item, f"tax:{value}", value, message)
            found = found or number
        return found

    # === FURTHER ADDRESSES === #

    @api.model
    def _after(self, connector, items: list[Item], records: dict) -> None:
        """Override of `integration.entity.upsert` to write further addresses."""
        new = []
        for item in items:
            if "addresses" not in item.canonical:
                continue
            for kind, child_type in CHILD_TYPES.items():
                address = self._address(item, kind)
                link = item.links.get(f"address:{kind}")
                sent = address and self._sent_part(item, kind, records)
                if sent:
                    item.bindings.append(self._child_binding(item, kind, sent.id))
                    if item.links:  # else the answer to the sending says what it is
                        self._write_child(item, sent, kind, address)
                elif address and not link:
                    vals = self._child(item, address, child_type)
                    if self._may_add(item, kind, vals):
                        new.append((item, kind, vals))
                elif link and link.res_id in records:
                    self._write_child(item, records[link.res_id], kind, address)
        if not new:
            return
        children = self.env["res.partner"].create(
            [dict(vals) for _item, _kind, vals in new]
        )
        for (item, kind, vals), child in zip(new, children, strict=True):
            item.bindings.append(self._child_binding(item, kind, child.id))
            item.diff |= {
                f"{kind}.{name}": pair
                for name, pair in self._creation_diff(vals).items()
                if name not in ("parent_id", "type")
            }
            if item.operation == "none":
                item.operation = "update"

    @api.model
    def _child(self, item: Item, address: dict, child_type: str) -> dict:
        return dict(
            self._child_values(item, address), type=child_type, parent_id=item.res_id
        )

    @api.model
    def _child_values(self, item: Item, address: dict) -> dict:
        return dict(
            self._address_values(item, address),
            name=address.get("name") or False,
            phone=address.get("phone") or False,
            active=True,
        )

    @api.model
    def _write_child(self, item: Item, child, kind: str, address: dict | None) -> None:
        """Bring a further address up to date; one the peer dropped is archived."""
        changes = self._child_changes(item, child, kind, address)
        if not changes:
            return
        item.diff |= {
            f"{kind}.{k}": [self._human(k, self._now(child, k)), self._human(k, v)]
            for k, v in changes.items()
        }
        child.write(changes)
        self._keep_forms(item, child, changes, f"{kind}.")
        if item.operation == "none":
            item.operation = "update"

    @api.model
    def _records(self, items: list[Item]) -> dict:
        """Override of `integration.entity.upsert` to add the further addresses."""
        records = super()._records(items)
        children = self.env["res.partner"].browse(
            link.res_id for item in items for role, link in item.links.items() if role
        )
        if children:
            records |= {c.id: c for c in children.exists() if c.id not in records}
        return records

    @api.model
    def _judge_parts(self, item: Item, records: dict) -> None:
        """Override of `integration.entity.upsert`: the further addresses."""
        if not item.judge or "addresses" not in item.canonical:
            return
        for kind, child_type in CHILD_TYPES.items():
            address = self._address(item, kind)
            link = item.links.get(f"address:{kind}")
            if link and link.res_id in records:
                self._child_changes(item, records[link.res_id], kind, address)
            elif address and not link and not self._sent_part(item, kind, records):
                self._may_add(item, kind, self._child(item, address, child_type))

    @api.model
    def _child_changes(self, item: Item, child, kind: str, address) -> dict:
        """What of an address is to be written: its fields are those of the customer."""
        wanted = self._child_values(item, address) if address else {"active": False}
        agreed = (item.link.base or {}) if item.link else {}
        changes = {}
        for name, value in wanted.items():
            key, stamp = f"{kind}.{name}", stamp_of(value)
            item.base[key] = stamp
            current = self._now(child, name)
            if current == value:
                continue
            taken = self._decided(item, name, value, current, key)
            # Without a rule: what the peer only repeats takes back nothing in Odoo.
            if agreed.get(key) != stamp if taken is None else taken:
                changes[name] = value
        return changes

    @api.model
    def _may_add(self, item: Item, kind: str, vals: dict) -> bool:
        """Whether a further address may be made: if each of its values may be set."""
        for name in vals.keys() - {"type", "parent_id"}:
            item.base[f"{kind}.{name}"] = stamp_of(vals[name])
        if not item.judge:
            return True
        values = {k: v for k, v in vals.items() if v and k in self._rule_fields()}
        values.pop("active", None)
        values.pop("parent_id", None)
        verdicts = []
        for name, value in values.items():
            key = f"{kind}.{name}"
            verdicts.append(self._decided(item, name, value, False, key))
        return False not in verdicts

    @api.model
    def _child_binding(self, item: Item, kind: str, res_id: int) -> dict:
        return {
            "entity": item.entity,
            "external_id": item.external_id,
            "role": f"address:{kind}",
            "model": "res.partner",
            "res_id": res_id,
            "version": item.source.version,
        }
