# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from typing import NamedTuple

from odoo import api, models

from ...engine.normalise import NORMALISERS
from ...messages import Item


class IdentityKey(NamedTuple):
    """Something by which people and systems tell one record from another.

    :param label: what people call it
    :param field: Odoo field that holds it
    :param normaliser: how two values are compared, see ``engine.normalise``
    :param verified: nobody can give somebody else's value
    :param hint: many records share a value: shown to people, never links by itself
    """

    label: str
    field: str
    normaliser: str = "reference"
    verified: bool = False
    hint: bool = False


class IntegrationEntityUpsert(models.AbstractModel):
    """Which Odoo record an unbound object is.

    An entity says which keys there are; which of them count, in which order and how
    far, is data (`integration.match.rule`).
    """

    _inherit = "integration.entity.upsert"

    # === HOOKS FOR A CONCRETE ENTITY === #

    @api.model
    def _identity_keys(self) -> dict[str, IdentityKey]:
        """Name → key, all that is worth comparing; the names are for good."""
        return {}

    @api.model
    def _custom_identity(self, field: str) -> IdentityKey:
        """A field of the record that only a rule names."""
        return IdentityKey(self._field_label(field), field)

    @api.model
    def _identity_value(self, item: Item, key: str, field: str):
        """What a message says about a key; by default the value for its field."""
        return item.vals.get(field)

    @api.model
    def _identity_country(self, item: Item) -> str:
        """ISO code of the country that numbers of the message belong to, or ''."""
        return ""

    @api.model
    def _record_country(self, record) -> str:
        """The same for a record of Odoo."""
        return ""

    @api.model
    def _match_domain(self) -> list:
        """Which records may be matched at all."""
        return []

    @api.model
    def _duplicate_domain(self) -> list:
        """Which records are compared with each other on the screen *Duplicates*."""
        return self._match_domain()

    @api.model
    def _match_fits(self, item: Item, record) -> bool:
        """Whether a record that agrees may be meant, besides :meth:`_match_domain`."""
        return True

    @api.model
    def _match_facts(self, records) -> list[tuple]:
        """Further lines for a person who compares: (label, {record id: text})."""
        return []

    # === MATCH === #

    @api.model
    def _match(self, connector, items: list[Item]) -> None:
        """Find the record of an unbound object: one exact match binds it.

        What a person decided goes first. A record that is bound to another object of
        the same connector is no candidate. Several candidates are for a person, and so
        is one that agrees in nothing but what anybody can type where money moves.
        """
        items = self._follow_decisions(connector, items)
        rules = self.env["integration.match.rule"]._compiled(connector, self._entity)
        # Not by event: all objects of a page share one.
        values = [self._normal_values(item, rules) for item in items]
        found = self._search_keys(rules, values)
        ids = {i for by_value in found.values() for m in by_value.values() for i in m}
        if not ids:
            return
        claimed = self.env["integration.external.id"]._bound_ids(
            connector, self._entity, self._record_model, ids
        )
        for item, own in zip(items, values, strict=True):
            rule, free = self._first_found(item, rules, own, found, claimed)
            if not free:
                continue
            doubt = self._doubt(item, rule, rules, own, free)
            if doubt:
                item.fail(doubt)
                continue
            item.res_id, item.operation = free[0].id, "link"
            item.matched = self._identity_label(rule)
            claimed.add(free[0].id)

    @api.model
    def _normal_values(self, item: Item, rules) -> dict:
        """Key → normal form, for those the message says something about."""
        values = {}
        for rule in rules:
            raw = self._identity_value(item, rule.key, rule.field)
            if raw:
                country = self._identity_country(item)
                values[rule.key] = NORMALISERS[rule.normaliser].clean(raw, country)
        return {key: value for key, value in values.items() if value}

    @api.model
    def _first_found(self, item: Item, rules, own: dict, found: dict, claimed: set):
        """The first rule by which free records are found, and these records."""
        for rule in rules:
            records = self.env[self._record_model].browse(
                i
                for i in found.get(rule.key, {}).get(own.get(rule.key), ())
                if i not in claimed
            )
            records = records.filtered(lambda record: self._match_fits(item, record))
            if records:
                return rule, records
        return None, self.env[self._record_model]

    @api.model
    def _normal_of(self, record, rule) -> str:
        """Normal form of what a record has for a rule's key."""
        clean = NORMALISERS[rule.normaliser].clean
        return clean(record[rule.field] or "", self._record_country(record))

    @api.model
    def _identity_label(self, rule) -> str:
        """What people call the key of a compiled rule, within a sentence."""
        identity = self._identity_keys().get(rule.key)
        return identity.label.lower() if identity else self._field_label(rule.field)

    @api.model
    def _contradiction(self, record, rules, own: dict):
        """A verified key that both sides have and in which they differ, or None."""
        for rule in rules:
            if not rule.verified or not own.get(rule.key):
                continue
            there = self._normal_of(record, rule)
            if there and there != own[rule.key]:
                return rule
        return None
