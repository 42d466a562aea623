# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models

from ...engine import masking
from ...engine.normalise import NORMALISERS


class IntegrationMatchReview(models.Model):
    """How far a record agrees with what the other system says."""

    _inherit = "integration.match.review"

    def _entity_model(self):
        return self.env["integration.entity"]._for(self.entity)

    def _incoming(self) -> dict:
        """What the message says, whole, to compare it; not for showing."""
        self.ensure_one()
        # sudo: whether values agree is shown to roles that may not read them.
        return self.sudo().incoming or {}

    def _said(self) -> dict:
        """Key → value for the reader, masked for who does not decide."""
        values = self._incoming().get("values") or {}
        if self.env["integration.event"]._may_operate():
            return values
        return masking.mask(values)

    def _keys(self) -> dict:
        """Key → what the entity knows about it, of those the message speaks of."""
        self.ensure_one()
        known = self._entity_model()._identity_keys()
        said = self._incoming().get("values") or {}
        keys = {key: identity for key, identity in known.items() if key in said}
        for key in said.keys() - known.keys():
            field = key.partition(".")[2]
            keys[key] = self._entity_model()._custom_identity(field)
        return keys

    def _labels(self) -> dict:
        return {key: identity.label for key, identity in self._keys().items()}

    def _marks(self, record) -> dict:
        """Key → same, changed, or missing where the record has nothing."""
        self.ensure_one()
        incoming = self._incoming()
        marks = {}
        for key, identity in self._keys().items():
            clean = NORMALISERS[identity.normaliser].clean
            there = clean(incoming["values"][key], incoming.get("country") or "")
            country = self._entity_model()._record_country(record)
            here = clean(record[identity.field] or "", country)
            marks[key] = "missing" if not here else "changed"
            if here and here == there:
                marks[key] = "same"
        return marks

    def _is_proved(self, agreeing: list) -> bool:
        """Whether the keys that agree are enough to link it with one click."""
        self.ensure_one()
        if not self.money:
            return True
        rules = self.env["integration.match.rule"]._compiled(
            self.connector_id, self.entity
        )
        trusted = {rule.key for rule in rules if rule.verified or rule.binds}
        keys = self._keys()
        return any(key in trusted or keys[key].verified for key in agreeing)
