# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Field types of our own."""

from odoo import fields


class LooseMany2one(fields.Many2one):
    """A many2one without a foreign key in PostgreSQL.

    For rows that must outlive what they name (log, tombstones) and for the intake
    path: a foreign key takes a lock on the hot parent row at every insert, about a
    third of the whole statement (facts: mechanisms §1, "FK").
    """

    def update_db_foreign_key(self, model, column):
        """Override of `odoo` to leave the constraint out."""
