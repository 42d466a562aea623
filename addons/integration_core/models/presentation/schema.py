# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from markupsafe import Markup

from odoo import api, fields, models


class IntegrationSchema(models.Model):
    """The fields of a data format as a table people can read."""

    _inherit = "integration.schema"

    field_html = fields.Html("Fields", compute="_compute_field_html", sanitize=False)

    @api.depends("field_table")
    def _compute_field_html(self):
        head = [
            self.env._("Field"),
            self.env._("Type"),
            self.env._("Required"),
            self.env._("Meaning"),
        ]
        for schema in self:
            rows = [
                [
                    row["field"],
                    row["type"]
                    if isinstance(row["type"], str)
                    else _types(row["type"]),
                    self.env._("yes") if row["required"] else "",
                    row["meaning"],
                ]
                for row in schema.field_table or []
            ]
            schema.field_html = _table(head, rows)


def _types(names: list) -> str:
    return " / ".join(name for name in names if name != "null")


def _table(head: list[str], rows: list[list[str]]) -> Markup:
    """A plain table; every text is escaped."""
    cells = Markup("").join(Markup("<th scope='col'>%s</th>") % text for text in head)
    body = Markup("").join(
        Markup("<tr>%s</tr>")
        % Markup("").join(Markup("<td>%s</td>") % text for text in row)
        for row in rows
    )
    return Markup(
        "<table class='table table-sm'><thead><tr>%s</tr></thead>"
        "<tbody>%s</tbody></table>"
    ) % (cells, body)
