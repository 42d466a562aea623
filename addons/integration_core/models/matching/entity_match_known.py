# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from ...messages import Item


class IntegrationEntityUpsert(models.AbstractModel):
    """Records that need no key: those we wrote there ourselves, and merged ones."""

    _inherit = "integration.entity.upsert"

    @api.model
    def _match(self, connector, items: list[Item]) -> None:
        """Override of `integration.entity.upsert`: our own mark goes before any key."""
        self._follow_references(connector, items)
        return super()._match(connector, [item for item in items if not item.res_id])

    @api.model
    def _follow_references(self, connector, items: list[Item]) -> None:
        """Link objects to the records that a write of ours named in them.

        A message may overtake the answer to our own call. Only records that the
        technical user may see, and that no other object stands for.
        """
        marked = {item.external_id: self._marked_id(item) for item in items}
        wanted = {res_id for res_id in marked.values() if res_id}
        if not wanted:
            return
        model = self.env[self._record_model].with_context(active_test=False)
        domain = [("id", "in", list(wanted))]
        if "company_id" in model._fields:
            domain += [("company_id", "in", [False, *self.env.companies.ids])]
        free = set(model.search(domain).ids)
        free -= self.env["integration.external.id"]._bound_ids(
            connector, self._entity, self._record_model, free
        )
        for item in items:
            res_id = marked[item.external_id]
            if res_id in free:
                item.res_id, item.operation = res_id, "link"
                item.matched = self.env._("the reference we had left in it")
                free.discard(res_id)

    @api.model
    def _marked_id(self, item: Item) -> int:
        """Id of the record that a write of ours named in the object, or 0."""
        named = self.env["integration.outbound"]._named(item)
        return named[1] if named and named[0] == self._record_model else 0

    @api.model
    def _drop_missing(self, items: list[Item]) -> None:
        """Override of `integration.entity.upsert`: a merged record is not missing."""
        before = {id(item): (item.res_id, item.link) for item in items}
        super()._drop_missing(items)
        lost = [item for item in items if not item.res_id]
        if not lost:
            return
        targets = self.env["integration.merged.record"]._targets(
            self._record_model, [before[id(item)][0] for item in lost]
        )
        records = self.env[self._record_model]
        for item in lost:
            old_id, link = before[id(item)]
            target = records.browse(targets.get(old_id, ())).exists()
            if not target:
                continue
            item.notes.pop()  # that it was deleted
            self.env["integration.external.id"]._carry_over(
                records.browse(old_id), target
            )
            item.res_id = target.id
            item.link = link and link._replace(res_id=target.id)
