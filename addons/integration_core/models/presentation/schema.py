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
                    self._type_words(row["type"]),
                    self.env._("yes") if row["required"] else "",
                    row["meaning"],
                ]
                for row in schema.field_table or []
            ]
            schema.field_html = _table(head, rows)

    def _type_words(self, types) -> str:
        """JSON's types in the words of people; "null" is not one of them."""
        words = {
            "string": self.env._("text"),
            "integer": self.env._("whole number"),
            "number": self.env._("number"),
            "boolean": self.env._("yes or no"),
            "object": self.env._("group of fields"),
            "array": self.env._("list"),
        }
        names = [types] if isinstance(types, str) else types
        return " / ".join(words.get(n, n) for n in names if n != "null")


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
