# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models


class Base(models.AbstractModel):
    """Rows of an import meet the same guard as every other write of a person.

    An import of a file ends in these two methods for each row, whatever started it;
    what is refused becomes the message of that row. Modules load their data with them
    as well, as superuser: that is Odoo's own doing.
    """

    _inherit = "base"

    def _load_records_write(self, values):
        if not self.env.su:
            guard = self.env["integration.write.guard"]
            if guard._guarded():
                guard._check(self, values)
        return super()._load_records_write(values)

    def _load_records_create(self, vals_list):
        if not self.env.su:
            guard = self.env["integration.write.guard"]
            for vals in vals_list if guard._guarded() else ():
                guard._check(self.browse(), vals)
        return super()._load_records_create(vals_list)
