# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models


class IntegrationMergedRecord(models.Model):
    """Where a record went that was merged into another one.

    A message that was being applied while somebody merged may still name the record
    that is gone by now; without this it would be made again.
    """

    _name = "integration.merged.record"
    _description = "Merged Record"

    model = fields.Char(required=True, readonly=True)
    res_id = fields.Integer(required=True, readonly=True)
    target_id = fields.Integer(required=True, readonly=True)

    _record_uniq = models.UniqueIndex("(model, res_id)")

    @api.model
    def _note(self, model: str, source_ids: list[int], target_id: int) -> None:
        """Keep where these records went; those merged into them before go along."""
        notes = self.sudo()
        earlier = notes.search([("model", "=", model), ("target_id", "in", source_ids)])
        earlier.target_id = target_id
        known = set(
            notes.search([("model", "=", model), ("res_id", "in", source_ids)]).mapped(
                "res_id"
            )
        )
        notes.create(
            [
                {"model": model, "res_id": res_id, "target_id": target_id}
                for res_id in source_ids
                if res_id not in known
            ]
        )

    @api.model
    def _targets(self, model: str, res_ids: list[int]) -> dict:
        """Id of a record that is gone → id of the one that stands for it."""
        notes = self.sudo().search([("model", "=", model), ("res_id", "in", res_ids)])
        return {note.res_id: note.target_id for note in notes}
