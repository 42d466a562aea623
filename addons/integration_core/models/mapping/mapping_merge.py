# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import logging
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.fields import Command

from .mapping_change import HEAD_FIELDS, LINE_FIELDS, WHOLE, WHOLE_KEY

LINES = ("line_ids", "top_line_ids")


class Clash(NamedTuple):
    """Something both changed: the other's change, and what this save wanted."""

    change: object
    mine: str


class IntegrationMapping(models.Model):
    """Two people at one mapping: what does not touch is merged, the rest is kept.

    A save that carries the ``write_token`` it started from is compared with the
    history since then. The form sends it always; a caller over RPC may.
    """

    _inherit = "integration.mapping"

    kept_from_id = fields.Many2one(
        "integration.mapping",
        string="Kept beside",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="Made of a save that met somebody else's change of that version.",
    )
    kept_token = fields.Integer(readonly=True, copy=False)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        plain = [{k: v for k, v in v.items() if k != "write_token"} for v in vals_list]
        if self.env.context.get(WHOLE_KEY) is WHOLE:
            return super().create(plain)
        # The lines of a new mapping are no changes of it.
        whole = self.with_context(**{WHOLE_KEY: WHOLE})
        made = super(IntegrationMapping, whole).create(plain)
        return made.with_env(self.env)

    def write(self, vals):
        vals = dict(vals)
        if "write_token" in vals:
            self.ensure_one()
            token = vals.pop("write_token")
            self._check_token(token, vals)
        heads = [name for name in HEAD_FIELDS if name in vals]
        before = [mapping._head(heads) for mapping in self] if heads else []
        result = super().write(vals)
        self._note_head(before, heads)
        return result

    def _head(self, names) -> dict:
        return {
            name: self[name].id if self._fields[name].relational else self[name]
            for name in names
        }

    def _note_head(self, before: list[dict], names: list[str]) -> None:
        entries = []
        for mapping, old in zip(self if names else (), before, strict=False):
            new = mapping._head(names)
            changed = [name for name in names if old[name] != new[name]]
            if changed:
                entries.append(
                    (
                        mapping,
                        "write",
                        0,
                        "",
                        {name: old[name] for name in changed},
                        {name: new[name] for name in changed},
                    )
                )
        if entries:
            self.browse(entry[0].id for entry in entries)._note_changes(entries)

    # === WHAT OTHERS DID MEANWHILE === #

    def _check_token(self, token, vals: dict) -> None:
        """Drop from ``vals`` what is done already; refuse what clashes.

        :param token: the state this save started from
        :raises RedirectWarning: somebody changed the same; leads to where the save
            was kept
        """
        content = {*LINES, *HEAD_FIELDS} & vals.keys()
        if not content:
            return
        now = self._hold()
        if token == now:
            return
        since = self.env["integration.mapping.change"].search(
            [("mapping_id", "=", self.id), ("token", ">", token or 0)]
        )
        if not isinstance(token, int) or token > now:
            raise UserError(
                self.env._("The state this save started from is unknown. Load it anew.")
            )
        clashes = self._clashes(since, vals)
        if clashes:
            self._refuse(clashes, vals, now)
        self._drop_removed(since, vals)
        self._tell_merged(since)

    def _hold(self) -> int:
        """The token now; until the end of the transaction nobody else changes it.

        Weak enough for a reference to this row from elsewhere.
        """
        self.flush_recordset()
        self.env.cr.execute(
            "SELECT COALESCE(write_token, 1) FROM integration_mapping WHERE id = %s "
            "FOR NO KEY UPDATE",
            (self.id,),
        )
        return self.env.cr.fetchone()[0]

    def _clashes(self, since, vals: dict) -> list[Clash]:
        found = [
            Clash(change, str(vals[name]))
            for change in since.filtered(lambda c: not c.line)
            for name, value in (change.after or {}).items()
            if name in vals and vals[name] != value
        ]
        for name in LINES:
            for command in vals.get(name) or ():
                found += self._command_clashes(since, command)
        return found

    def _command_clashes(self, since, command) -> list[Clash]:
        """What one change of the lines meets."""
        code, line_id = command[0], command[1]
        theirs = since.filtered(lambda change: change.line == line_id and line_id)
        if code == Command.UPDATE:
            return [
                Clash(change, self._wanted_text(command[2]))
                for change in theirs
                if change.operation == "unlink" or _differ(change.after, command[2])
            ]
        if code in (Command.DELETE, Command.UNLINK):
            wanted = self.env._("removed")
            return [Clash(c, wanted) for c in theirs if c.operation == "write"]
        if code == Command.CREATE:
            return self._new_line_clashes(since, command[2])
        if code in (Command.CLEAR, Command.SET):
            return [Clash(change, self.env._("all lines replaced")) for change in since]
        return []

    def _new_line_clashes(self, since, values: dict) -> list[Clash]:
        """A new line for a place that somebody else just filled."""
        lines = self.env["integration.mapping.line"]
        parent = lines.browse(values.get("parent_id") or []).exists()
        path = values.get("target") or ""
        if parent:
            path = f"{parent._path()}.{path}"
        return [
            Clash(change, self._wanted_text(values))
            for change in since
            if change.operation == "create"
            and change.path == path
            and (change.after or {}).get("kind") != "list"
        ]

    def _wanted_text(self, values: dict) -> str:
        change = self.env["integration.mapping.change"].new({"line": 1})
        parts = [
            f"{change._label(name)} {change._value_text(name, values[name]) or '–'}"
            for name in LINE_FIELDS
            if name in values
        ]
        return ", ".join(parts)

    def _drop_removed(self, since, vals: dict) -> None:
        """A line that the other removed too needs no second removal."""
        gone = set(since.filtered(lambda c: c.operation == "unlink").mapped("line"))
        for name in LINES:
            if name in vals:
                vals[name] = [
                    command
                    for command in vals[name]
                    if not (
                        command[0] in (Command.DELETE, Command.UNLINK, Command.LINK)
                        and command[1] in gone
                    )
                ]

    def _tell_merged(self, since) -> None:
        others = since.user_id - self.env.user
        if others:
            self.env.user._bus_send(
                "simple_notification",
                {
                    "type": "info",
                    "message": self.env._(
                        "%(name)s changed other lines of this mapping meanwhile. "
                        "Both changes are saved.",
                        name=", ".join(others.mapped("name")),
                    ),
                },
            )

    # === WHAT CANNOT BE MERGED IS KEPT === #

    def _refuse(self, clashes: list[Clash], vals: dict, token: int) -> None:
        """:raises RedirectWarning: says who changed what; this save is a draft now"""
        change = clashes[0].change
        moment = fields.Datetime.context_timestamp(self, change.create_date)
        lines = [
            self.env._(
                "%(field)s: %(theirs)s. You wanted: %(mine)s.",
                field=clash.change.path or self.env._("The mapping"),
                theirs=clash.change.text,
                mine=clash.mine,
            )
            for clash in clashes[:5]
        ]
        kept = self._keep(vals, token)
        message = self.env._(
            "Not saved: %(name)s changed the same at %(time)s.\n%(lines)s\n"
            "Nothing of both is lost: your version is kept as %(draft)s.",
            name=change.user_id.name,
            time=moment.strftime("%H:%M"),
            lines="\n".join(lines),
            draft=kept["name"],
        )
        action = {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": kept["id"],
            "views": [(False, "form")],
            "target": "current",
        }
        refusal = RedirectWarning(message, action, self.env._("Compare both"))
        # Nothing is broken: without this Odoo logs it as an error with a traceback.
        refusal.loglevel = logging.INFO
        raise refusal

    def _keep(self, vals: dict, token: int) -> dict:
        """Keep a refused save as a draft of its own, whatever happens to this
        transaction; the same save repeated finds its draft again.

        :return: id and name of the draft
        """
        # A cursor of its own: what is refused here is rolled back.
        with self.env.registry.cursor() as cr:
            mapping = self.with_env(self.env(cr=cr))
            kept = mapping.search(
                [
                    ("kept_from_id", "=", self.id),
                    ("kept_token", "=", token),
                    ("create_uid", "=", self.env.uid),
                    ("state", "=", "draft"),
                ],
                limit=1,
            )
            kept = kept or mapping._kept_draft(vals, token)
            return {"id": kept.id, "name": kept.display_name}

    def _kept_draft(self, vals: dict, token: int):
        draft, copies = self._copy_version()
        whole = draft.with_context(**{WHOLE_KEY: WHOLE})
        for name in LINES:
            for command in vals.get(name) or ():
                whole._repeat(command, copies)
        draft.sudo().write({"kept_from_id": self.id, "kept_token": token})
        heads = {name: vals[name] for name in ("name", "note") if name in vals}
        if heads:
            whole.write(heads)
        return draft

    def _repeat(self, command, copies: dict) -> None:
        """One change of the refused save on the copy."""
        code, line_id = command[0], command[1]
        lines = self.env["integration.mapping.line"]
        line = lines.browse(copies.get(line_id, 0)).exists()
        values = dict(command[2]) if len(command) > 2 and command[2] else {}
        if values.get("parent_id"):
            values["parent_id"] = copies.get(values["parent_id"], False)
        if code == Command.UPDATE and line:
            line.write(values)
        elif code == Command.UPDATE:
            self._bring_back(line_id, values)
        elif code == Command.CREATE:
            lines.create(dict(values, mapping_id=self.id))
        elif code in (Command.DELETE, Command.UNLINK):
            line.unlink()

    def _bring_back(self, line_id: int, values: dict) -> None:
        """A line that the other one removed, as it was, with the refused change."""
        gone = self.env["integration.mapping.change"].search(
            [("line", "=", line_id), ("operation", "=", "unlink")], limit=1
        )
        before = {k: v for k, v in (gone.before or {}).items() if k != "parent_id"}
        if before or values.get("target"):
            self.env["integration.mapping.line"].create(
                {**before, **values, "mapping_id": self.id}
            )


def _differ(theirs: dict | None, mine: dict) -> bool:
    """Whether both wrote one field with another value."""
    return any(
        (value or False) != (mine[name] or False)
        for name, value in (theirs or {}).items()
        if name in mine
    )
