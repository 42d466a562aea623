# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...engine import canonical

#: Value of the context key below while a whole version is made at once. An object, so
#: that no caller from outside can send it.
WHOLE = object()
WHOLE_KEY = "integration_whole_mapping"
#: What a line says: these are compared, kept in the history and merged.
LINE_FIELDS = (
    "parent_id",
    "sequence",
    "kind",
    "target",
    "source",
    "transform",
    "value_map_id",
    "reference_entity",
    "default",
    "required",
)
#: What depends on the content of a mapping's lines.
LINES_SAY = tuple(f"line_ids.{name}" for name in LINE_FIELDS)
HEAD_FIELDS = ("name", "note", "system", "entity", "direction", "company_id")


class IntegrationMappingChange(models.Model):
    """One change of a draft: who, when, from what to what. Append-only."""

    _name = "integration.mapping.change"
    _description = "Change of a Mapping"
    _order = "id desc"

    mapping_id = fields.Many2one(
        "integration.mapping", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="mapping_id.company_id", store=True, index=True
    )
    token = fields.Integer(help="State of the mapping that the change led to.")
    user_id = fields.Many2one("res.users", string="Changed by", required=True)
    operation = fields.Selection(
        [("create", "Added"), ("write", "Changed"), ("unlink", "Removed")],
        required=True,
    )
    line = fields.Integer(help="Id of the line; 0 for the mapping itself.")
    path = fields.Char("Common field")
    before = fields.Json()
    after = fields.Json()
    text = fields.Char("What", compute="_compute_text")

    @api.depends("operation", "before", "after")
    def _compute_text(self):
        for change in self:
            names = dict.fromkeys([*(change.before or {}), *(change.after or {})])
            parts = []
            for name in names:
                old = change._value_text(name, (change.before or {}).get(name))
                new = change._value_text(name, (change.after or {}).get(name))
                if change.operation == "write":
                    parts.append(f"{change._label(name)}: {old or '–'} → {new or '–'}")
                elif old or new:
                    parts.append(f"{change._label(name)}: {old or new}")
            change.text = ", ".join(parts)

    def _label(self, name: str) -> str:
        return self._said_by(name)._description_string(self.env)

    def _said_by(self, name: str):
        """The field a value belongs to: of a line, of the mapping, of a code list."""
        if self.line:
            return self.env["integration.mapping.line"]._fields[name]
        known = self.env["integration.mapping"]._fields
        return known.get(name) or self.env["integration.value.map.line"]._fields[name]

    def _value_text(self, name: str, value) -> str:
        """A stored value in the words of the form."""
        if value in (None, False, ""):
            return ""
        field = self._said_by(name)
        if field.type == "many2one":
            # sudo: the name of what stood there is part of the history.
            record = self.env[field.comodel_name].sudo().browse(value).exists()
            return record.display_name or ""
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        return self.env._("yes") if value is True else str(value)

    # === CRUD METHODS === #

    def write(self, vals):
        if not self.env.su:
            raise AccessError(self.env._("The history of a mapping stays as it is."))
        return super().write(vals)


class IntegrationMapping(models.Model):
    """Every change of a draft gives it a new token and a line of history."""

    _inherit = "integration.mapping"

    write_token = fields.Integer(
        default=1,
        readonly=True,
        copy=False,
        help="Grows with every change. A save that sends the token it has read is "
        "compared with what others changed since.",
    )
    change_ids = fields.One2many("integration.mapping.change", "mapping_id")

    def _note_changes(self, entries: list[tuple]) -> None:
        """Write history and give every mapping of it a new token.

        :param entries: (operation, line id or 0, path, before, after), per mapping of
            ``self``, one each
        """
        if self.env.context.get(WHOLE_KEY) is WHOLE:
            return
        # Addons load their data as superuser; everybody may send such a context.
        if self.env.su and self.env.context.get("install_mode"):
            entries = []
        tokens = self._next_tokens()
        # sudo: the history is written by the hub alone.
        changes = self.env["integration.mapping.change"].sudo()
        changes.create(
            [
                {
                    "mapping_id": mapping.id,
                    "token": tokens[mapping.id],
                    "user_id": self.env.uid,
                    "operation": operation,
                    "line": line,
                    "path": path,
                    "before": before,
                    "after": after,
                }
                for mapping, operation, line, path, before, after in entries
            ]
        )

    def _next_tokens(self) -> dict:
        """New token of each mapping; holds its row, so that one save comes after
        the other. The later of two at the same moment is repeated by Odoo and then
        sees what the first one did."""
        if not self:
            return {}
        self.flush_recordset(["write_token"])
        self.env.cr.execute(
            "UPDATE integration_mapping SET write_token = COALESCE(write_token, 1) + 1 "
            "WHERE id = ANY(%s) RETURNING id, write_token",
            (self.ids,),
        )
        tokens = dict(self.env.cr.fetchall())
        self.invalidate_recordset(["write_token"], flush=False)
        return tokens


class IntegrationMappingLine(models.Model):
    """Lines tell their mapping what changes."""

    _inherit = "integration.mapping.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._note("create", [({}, line._said()) for line in lines])
        return lines

    def write(self, vals):
        before = [line._said() for line in self]
        result = super().write(vals)
        self._note(
            "write",
            [
                _only_changed(old, line._said())
                for old, line in zip(before, self, strict=True)
            ],
        )
        return result

    def unlink(self):
        self._note("unlink", [(line._said(), {}) for line in self])
        return super().unlink()

    def _said(self) -> dict:
        """What the line says, as plain JSON values; ids for records."""
        self.ensure_one()
        return {
            name: self[name].id if self._fields[name].relational else self[name]
            for name in LINE_FIELDS
        }

    def _note(self, operation: str, pairs: list[tuple]) -> None:
        entries = [
            (line.mapping_id, operation, line.id, line._path(), before, after)
            for line, (before, after) in zip(self, pairs, strict=True)
            if before or after
        ]
        if entries:
            self.mapping_id._note_changes(entries)


def _only_changed(before: dict, after: dict) -> tuple[dict, dict]:
    """The differing values of both sides."""
    names = canonical.diff(before, after)
    return {n: before[n] for n in names}, {n: after[n] for n in names}
