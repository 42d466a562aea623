# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models
from odoo.exceptions import UserError


class AccountTax(models.Model):
    """A tax that values of other systems stand for."""

    _inherit = "account.tax"

    def write(self, vals):
        """Override: who waits for an archived tax goes on once it is back."""
        result = super().write(vals)
        if "active" in vals:
            self._mapped_lines()._refresh()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_mapped(self):
        """A tax that documents of another system use must be replaced first."""
        line = self._mapped_lines()[:1]
        if line:
            raise UserError(
                self.env._(
                    "%(tax)s stands for %(value)s in the value map %(map)s. Choose "
                    "another tax there first, or archive this one.",
                    tax=line.record_name,
                    value=line.note or line.external_value,
                    map=line.map_id.name,
                )
            )

    def _mapped_lines(self):
        """Lines of value maps that stand for these taxes, of any company."""
        # sudo: core's own table; who keeps taxes need not know integrations.
        lines = self.env["integration.value.map.line"].sudo()
        return lines.search([("model", "=", self._name), ("res_id", "in", self.ids)])
