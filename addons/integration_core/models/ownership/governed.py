# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models, tools


class IntegrationGoverned(models.AbstractModel):
    """Records of which single fields may be owned by another system.

    Inherited by the models whose fields rules can be about, it sees every explicit
    write: as a mixin it stands innermost, so what Odoo's own overrides make of a write
    passes here as well. People are refused before (`integration.write.guard`); what
    arrives here outside of a sync is Odoo's own doing. It goes through, is logged, and
    the next sync decides.

    Without a rule for the model it costs one look-up in memory.
    """

    _name = "integration.governed"
    _description = "Record with data owners"

    def write(self, vals):
        if self._looked_after().isdisjoint(vals):
            return super().write(vals)
        guard = self.env["integration.write.guard"]
        names = guard._looked_after(self._name, vals)
        if not names:
            return super().write(vals)
        before = guard._values(self, names)
        res = super().write(vals)
        guard._changed_by_odoo(self, names, before)
        return res

    @tools.ormcache("self._name")
    def _looked_after(self) -> frozenset:
        """Fields of which a change outside of a sync is noted; mostly none."""
        guard = self.env["integration.write.guard"]
        return guard._own_writes().get(self._name, frozenset())
