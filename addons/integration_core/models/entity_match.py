# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from ..engine.errors import DuplicateCandidateError
from ..messages import Item


class IntegrationEntityUpsert(models.AbstractModel):
    """Which Odoo record an unbound object is."""

    _inherit = "integration.entity.upsert"

    # === HOOKS FOR A CONCRETE ENTITY === #

    @api.model
    def _match_keys(self, item: Item) -> list[tuple]:
        """(field, normalised value) that identify a record, strongest first."""
        return []

    @api.model
    def _match_domain(self) -> list:
        """Which records may be matched at all."""
        return []

    # === MATCH === #

    @api.model
    def _match(self, connector, items: list[Item]) -> None:
        """Find the record of an unbound object: one exact match binds it.

        A record that is bound to another object of the same connector is no
        candidate. Several candidates are for a person to decide.
        """
        claimed: set = set()
        wanted: dict[str, set] = {}
        # Not by event: all objects of a page share one.
        keys = [self._match_keys(item) for item in items]
        for pairs in keys:
            for name, value in pairs:
                wanted.setdefault(name, set()).add(value)
        found = {name: self._search_key(name, vals) for name, vals in wanted.items()}
        ids = {i for by_value in found.values() for m in by_value.values() for i in m}
        if not ids:
            return
        claimed = self.env["integration.external.id"]._bound_ids(
            connector, self._entity, self._record_model, ids
        )
        for item, pairs in zip(items, keys, strict=True):
            for name, value in pairs:
                free = [i for i in found[name].get(value, []) if i not in claimed]
                if len(free) > 1:
                    item.fail(self._several(item, name, value, free))
                if free:
                    break
            else:
                continue
            if item.open:
                item.res_id, item.operation = free[0], "link"
                claimed.add(free[0])

    @api.model
    def _search_key(self, name: str, values: set) -> dict:
        """Normalised value → ids of the records that have it: one query a key."""
        model = self.env[self._record_model].with_context(active_test=False)
        found: dict = {}
        for record in model.search(
            [(name, "in", list(values)), *self._match_domain()], order="id"
        ):
            found.setdefault(record[name], []).append(record.id)
        return found

    @api.model
    def _several(self, item: Item, name: str, value: str, ids: list[int]):
        """The error for a person: which records could be meant, and by what."""
        records = self.env[self._record_model].browse(ids)
        return DuplicateCandidateError(
            self.env._(
                "%(count)s records could be meant: %(names)s all have %(value)s.",
                count=len(ids),
                names=", ".join(records[:4].mapped("display_name")),
                value=value,
            ),
            hint=self.env._(
                "We do not guess. Merge the records in Odoo, or change the one that "
                "is not meant, then retry."
            ),
            details={"model": self._record_model, "ids": ids, "key": name},
        )
