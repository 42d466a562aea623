# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import inspect

from odoo import api, models
from odoo.exceptions import UserError

from ... import rpc_gate
from ..entity.entity_upsert import stamp_of
from .write_guard import Owned, _plain

# Which argument holds the values, where it is not ``vals``.
VALUES = {
    "copy": "default",
    "message_new": "custom_values",
    "message_update": "update_vals",
    "web_override_translations": "values",
}
# Methods that make records, out of what they are called on or of nothing.
MAKING = ("copy", "message_new")


class IntegrationWriteGuard(models.AbstractModel):
    """Refuses what people write into fields that another system owns.

    What a caller gives is followed to where it ends up: through commands of lists,
    related and inherited fields. A value that is the same as before is no change; one
    that Odoo's own onchange computes from what else was entered is Odoo's.
    """

    _inherit = "integration.write.guard"

    def _register_hook(self):
        """Override to have every call from outside checked."""
        super()._register_hook()
        rpc_gate.install()

    # === THE CHECK === #

    @api.model
    def _check_call(self, records, name: str, method, args, kwargs) -> list:
        """Check a call from outside before it runs.

        :param name: one of ``rpc_gate.WRITING``
        :return: for :meth:`_check_after`
        :raises UserError: it changes what another system owns
        """
        try:
            given = inspect.signature(method).bind(records, *args, **kwargs).arguments
        except TypeError:
            return []  # the call itself will say what is wrong with it
        watched = []
        for target, vals in self._given(records, name, given):
            watched += self._check(target, vals)
        return watched

    @api.model
    def _given(self, records, name: str, given: dict) -> list[tuple]:
        """(records, values) that a call wants to write; no records: to create."""
        if name in ("action_archive", "action_unarchive", "toggle_active"):
            return [(r, {"active": _wanted(r, name)}) for r in records if _has(r)]
        if name == "update_field_translations":
            # Texts by language: whether one of them changes anything is not looked at.
            return [(records, {given.get("field_name"): given.get("translations")})]
        if name == "web_save_multi":
            return list(zip(records, given.get("vals_list") or [], strict=False))
        if name == "web_resequence":
            field, start = given.get("field_name", "sequence"), given.get("offset", 0)
            return [(r, {field: i}) for i, r in enumerate(records, start)]
        if name == "create":
            vals_list = given.get("vals_list") or []
            vals_list = [vals_list] if isinstance(vals_list, dict) else vals_list
            return [(records.browse(), vals) for vals in vals_list]
        vals = given.get(VALUES.get(name, "vals")) or {}
        return [(records.browse() if name in MAKING else records, vals)]

    @api.model
    def _check(self, records, vals: dict) -> list[tuple]:
        """Refuse values for fields of these records that another system owns.

        :return: for :meth:`_check_after`
        :raises UserError: names the first of them, its owner and what can be done
        """
        if not isinstance(vals, dict):
            return []
        watched = []
        for targets, name, value, siblings in self._follow(records, vals):
            for target in targets:
                watched += self._behind(target, name)
                owned = self._refusal(target, name, value, siblings)
                if owned:
                    raise UserError(self._refusal_text(target, name, owned))
        return watched

    @api.model
    def _behind(self, record, name: str) -> list[tuple]:
        """(record, field, present value) of what a computed field may write when it
        is set: Odoo does not say which, so it is looked at afterwards."""
        field = record._fields.get(name)
        if field is None or not field.inverse or field.related:
            return []
        guarded = self._guarded().get(record._name, frozenset())
        behind = guarded.intersection(self.env.registry.field_depends[field])
        return [(record, one, _plain(record.sudo(), one)) for one in behind]

    @api.model
    def _check_after(self, watched: list) -> None:
        """Refuse what came to an owned field by a field that was computed from it.

        :raises UserError: the caller's transaction is rolled back
        """
        for record, name, before in watched:
            after = _plain(record.sudo(), name)
            if stamp_of(before or None) == stamp_of(after or None):
                continue
            owned = self._owned(record, [name]).get(record.id, {}).get(name)
            if owned and owned.on_conflict != "accept":
                raise UserError(self._refusal_text(record, name, owned))

    @api.model
    def _refusal(self, record, name: str, value, siblings) -> Owned | None:
        """The owner who keeps a value from being written; None: it may be.

        :param siblings: the other values given for the same record, None: unknown
        """
        if name not in self._guarded().get(record._name, ()):
            return None
        if siblings is not None and not _differs(record, name, value):
            return None
        owned = self._owned(record, [name]).get(record.id, {}).get(name)
        if owned is None or owned.on_conflict == "accept":
            return None
        if siblings and self._by_onchange(record, name, value, siblings):
            return None
        return owned

    @api.model
    def _refusal_text(self, record, name: str, owned: Owned) -> str:
        field = record._fields[name]._description_string(self.env)
        return self.env._(
            "%(field)s of %(record)s belongs to %(owner)s and is not changed here. "
            "Change it in %(owner)s, or edit it in its form in Odoo: that offers to "
            "send the change there, or to override it until a date.",
            field=field,
            record=record.sudo().display_name,
            owner=self.env["integration.ownership"]._owner_label(owned.owner),
        )

    # === WHERE VALUES END UP === #

    @api.model
    def _follow(self, records, vals: dict):
        """Yield (records, field, value, other values) for all that is reached."""
        for name, value in vals.items():
            field = records._fields.get(name)
            if field is None:
                continue
            siblings = {k: v for k, v in vals.items() if k != name}
            if records:
                targets = records
                if records._name in self._guarded():
                    targets = records._governed_targets(name)
                translated = isinstance(value, dict) and field.translate
                yield targets, name, value, None if translated else siblings
            if field.type in ("one2many", "many2many"):
                yield from self._follow_commands(field, value)
            elif field.related:
                yield from self._follow_related(records, vals, field, value)

    @api.model
    def _follow_commands(self, field, value):
        comodel = self.env[field.comodel_name]
        for command in value if isinstance(value, list | tuple) else ():
            if isinstance(command, list | tuple) and len(command) == 3:
                kind, res_id, vals = command
                if kind in (0, 1) and isinstance(vals, dict):
                    yield from self._follow(
                        comodel.browse(res_id if kind == 1 else []), vals
                    )

    @api.model
    def _follow_related(self, records, vals: dict, field, value):
        """A related field writes into another record; so does an inherited one."""
        path = field.related
        path = path.split(".") if isinstance(path, str) else list(path)
        if records:
            targets = records.sudo().mapped(".".join(path[:-1]))
        elif field.inherited and vals.get(path[0]):
            targets = self.env[records._fields[path[0]].comodel_name].browse(
                vals[path[0]]
            )
        else:
            return
        if isinstance(targets, models.BaseModel) and targets:
            yield from self._follow(targets.with_env(self.env), {path[-1]: value})

    @api.model
    def _by_onchange(self, record, name: str, value, siblings: dict) -> bool:
        """Whether Odoo itself computes this value from what else was entered.

        The web client sends such values together with those that a person typed.
        """
        entered = {k: v for k, v in siblings.items() if k in record._fields}
        if not entered or not record.has_access("write"):
            return False
        spec = {key: {} for key in (*entered, name)}
        answer = record.onchange(entered, list(entered), spec).get("value", {})
        if name not in answer:
            return False
        found = answer[name]
        if isinstance(found, dict):
            found = found.get("id")
        elif isinstance(found, list | tuple):
            found = found[0] if found else False
        return not _differs(record, name, value, found)


def _differs(record, name: str, value, present=...) -> bool:
    """Whether a value given from outside is another one than the present one."""
    field = record._fields[name]
    if field.type in ("one2many", "many2many"):
        return True
    new = record.new(origin=record)
    if present is ...:
        present = _plain(record.sudo(), name)
    try:
        cached = field.convert_to_cache(value, new, validate=False)
        asked = field.convert_to_cache(present, new, validate=False)
    except (TypeError, ValueError, KeyError):
        return True  # the write itself will refuse it, with its own words
    return stamp_of(cached or None) != stamp_of(asked or None)


def _has(record) -> bool:
    return "active" in record._fields


def _wanted(record, name: str) -> bool:
    """Whether the record is in use afterwards."""
    if name == "toggle_active":
        return not record.active
    return name == "action_unarchive"
