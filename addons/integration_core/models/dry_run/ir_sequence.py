# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models

from odoo.addons.base.models.ir_sequence import _predict_nextval

from .dry_run import is_dry


class IrSequence(models.Model):
    """In a dry run numbers are foretold: a rollback does not give them back.

    Nothing is locked either: a sequence without gaps would make everybody else who
    needs a number fail at once.
    """

    _inherit = "ir.sequence"

    def _next_do(self):
        """Override of `base`."""
        if not is_dry(self.env):
            return super()._next_do()
        return self.get_next_char(_foretell(self, self, f"{self.id:03d}"))


class IrSequenceDateRange(models.Model):
    _inherit = "ir.sequence.date_range"

    def _next(self):
        """Override of `base`."""
        if not is_dry(self.env):
            return super()._next()
        sequence = self.sequence_id
        name = f"{sequence.id:03d}_{self.id:03d}"
        return sequence.get_next_char(_foretell(sequence, self, name))


def _foretell(sequence, holder, name: str) -> int:
    """The next number of a sequence, as if those before it had been drawn.

    :param holder: the sequence or its range: who has ``number_next``
    :param name: what PostgreSQL calls it, after ``ir_sequence_``
    """
    told = holder.env.cr.cache.setdefault("integration_foretold", {})
    if name in told:
        told[name] += sequence.number_increment
    elif sequence.implementation == "standard":
        told[name] = _predict_nextval(holder, name)
    else:
        told[name] = holder.number_next
    return told[name]
