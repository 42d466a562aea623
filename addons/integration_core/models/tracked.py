# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

# Where a transaction keeps what the sync itself writes: (connector, model, id).
ORIGIN = "integration_core.origin"


class IntegrationTracked(models.AbstractModel):
    """Records whose changes go out: a message in the transaction of the change.

    Inherit it last, ``_inherit = ["res.partner", "integration.tracked"]``: then its
    hooks lie under those of all other addons. A change is seen where it is written to
    the database (``_write_multi``), so that stored computed fields count, such as the
    state of payment of an invoice, and values that stay equal do not. Only ids and
    names of fields are kept; the record is read when it is sent.

    Costs one look-up in a cache where no flow sends the model, and one statement a
    flush where flows do.
    """

    _name = "integration.tracked"
    _description = "Record that is sent"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        outbound = self.env["integration.outbound"]
        subscriptions = outbound._subscribed(self._name)
        if subscriptions:
            records._mark_origin()
            outbound._note_created(records, subscriptions)
        return records

    def write(self, vals):
        # Context is gone when the values are flushed, so the transaction remembers.
        if "integration_connector_id" in self.env.context:
            self._mark_origin()
        return super().write(vals)

    def unlink(self):
        outbound = self.env["integration.outbound"]
        subscriptions = outbound._subscribed(self._name)
        if subscriptions:
            outbound._note_deleted(self, subscriptions)
        return super().unlink()

    def _write_multi(self, vals_list):
        result = super()._write_multi(vals_list)
        outbound = self.env["integration.outbound"]
        subscriptions = outbound._subscribed(self._name)
        if subscriptions:
            outbound._note_changed(self, vals_list, subscriptions)
        return result

    def _mark_origin(self) -> None:
        """Remember that a sync writes these records: its system has the values."""
        connector_id = self.env.context.get("integration_connector_id")
        if connector_id:
            marks = self.env.cr.precommit.data.setdefault(ORIGIN, set())
            marks.update((connector_id, self._name, id_) for id_ in self._ids)
