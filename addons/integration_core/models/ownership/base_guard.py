# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models


class Base(models.AbstractModel):
    """What the guard of data owners needs of every model.

    Rows of an import meet it as every other write of a person does: an import of a
    file ends in `_load_records_write` and `_load_records_create` for each row, whatever
    started it, and what is refused becomes the message of that row. Modules load their
    data with them as well, as superuser: that is Odoo's own doing.
    """

    _inherit = "base"

    def _governed_targets(self, name: str):
        """The records whose owned field a write of this field changes.

        A template of products overrides it: its variants are what systems know.

        :param name: field of this model
        """
        return self

    def _with_own_defaults(self, vals_list, names) -> list[dict]:
        """Values of new records in which ``names`` are said by the hub alone.

        A value that is left out is taken from the context (``default_state``), then
        from what a person keeps as default (`ir.default`), and only then from the
        field. Both of the former are the caller's: what a caller may not give must
        not come in by them either. Nothing changes for the superuser.

        :param names: fields that only the hub sets
        """
        if self.env.su:
            return vals_list
        # What nobody gives stays out: False would be stored as 0 in a field of ids.
        given = self.default_get(list(names))
        found = {name: self._fields[name].default for name in given}
        return [
            {name: get(self) if get else False for name, get in found.items()} | vals
            for vals in vals_list
        ]

    def _load_records_write(self, values):
        guard = self.env["integration.write.guard"]
        if self.env.su or not guard._guarded():
            return super()._load_records_write(values)
        watched = guard._check(self, values)
        result = super()._load_records_write(values)
        guard._check_after(watched)
        return result

    def _load_records_create(self, vals_list):
        guard = self.env["integration.write.guard"]
        if self.env.su or not guard._guarded():
            return super()._load_records_create(vals_list)
        watched = [x for v in vals_list for x in guard._check(self.browse(), v)]
        result = super()._load_records_create(vals_list)
        guard._check_after(watched)
        return result
