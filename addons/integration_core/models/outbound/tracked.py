# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models, tools

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
        if self.pool.ready and (wanted := self._integration_subscriptions()):
            records._integration_mark_origin()
            self.env["integration.outbound"]._note_created(records, wanted)
        return records

    def write(self, vals):
        # Context is gone when the values are flushed, so the transaction remembers.
        if "integration_connector_id" in self.env.context:
            self._integration_mark_origin()
        return super().write(vals)

    def unlink(self):
        if self.pool.ready and (wanted := self._integration_subscriptions()):
            self.env["integration.outbound"]._note_deleted(self, wanted)
        return super().unlink()

    def _write_multi(self, vals_list):
        result = super()._write_multi(vals_list)
        # Nothing while the addons are being loaded: what their data or a new computed
        # field changes is no change by anybody, and tables may be half made.
        if self.pool.ready and (wanted := self._integration_subscriptions()):
            self.env["integration.outbound"]._note_changed(self, vals_list, wanted)
        return result

    @tools.ormcache()
    def _integration_subscriptions(self) -> tuple:
        """Flows that send this model, see `integration.outbound`; no SQL once known.

        Here, although it belongs there: a record set less for every write in Odoo.
        """
        return self.env["integration.outbound"]._subscriptions().get(self._name, ())

    def _integration_mark_origin(self) -> None:
        """Remember that a sync writes these records: its system has the values."""
        connector_id = self.env.context.get("integration_connector_id")
        if connector_id:
            marks = self.env.cr.precommit.data.setdefault(ORIGIN, set())
            marks.update((connector_id, self._name, id_) for id_ in self._ids)
