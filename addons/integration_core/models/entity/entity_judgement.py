# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models

from ...engine import ownership as engine
from ...engine.errors import OwnershipError
from ...messages import Item
from ..dry_run.dry_run import is_dry
from .entity_upsert import stamp_of


class IntegrationEntityUpsert(models.AbstractModel):
    """Data owners decide about each value before it is written.

    Everything that is needed is read once for the batch (`_judge` of
    `integration.ownership`); without rules for the entity nothing is read at all.
    """

    _inherit = "integration.entity.upsert"

    @api.model
    def _decided(self, item: Item, name: str, value, current, key: str = "") -> bool:
        """Whether a value is to be written, by the rules of data owners.

        Fills ``refused`` or ``conflicts`` of the item where it is not, and its notes.

        :param name: Odoo field the rules know
        :param value: what the peer says, in the form ``write`` takes
        :param current: what Odoo has, in that form
        :param key: name under which ``base`` keeps the value, else the field's
        :return: None where no rule speaks of the field
        """
        rules = item.judge.rules_for(name) if item.judge else None
        if not rules:
            return None
        key = key or name
        base = (item.link.base or {}) if item.link else {}
        incoming = stamp_of(value)
        found = item.judge.verdict(
            rules,
            name,
            key,
            incoming,
            stamp_of(current),
            (self._is_empty(name, value), self._is_empty(name, current)),
            base,
        )
        pair = [self._human(name, current), self._human(name, value)]
        if found == engine.REFUSE:
            item.refused[key] = pair
        elif found == engine.REVIEW:
            item.conflicts[key] = pair
        elif found == engine.ACCEPT:
            self._say(item, self._accepted_note(name, rules))
        elif found == engine.TAKE and base.get(key) == incoming:
            self._say(item, self._restored_note(item, name))
        return found in (engine.TAKE, engine.ACCEPT)

    @api.model
    def _is_empty(self, name: str, value) -> bool:
        """Whether there is no value: “no” and 0 are values."""
        field = self.env[self._record_model]._fields[name]
        plain = ("boolean", "integer", "float", "monetary")
        return not value and field.type not in plain

    @api.model
    def _judge_parts(self, item: Item, records: dict) -> None:
        """Hook: judge what hangs on the record, before anything is written."""

    @api.model
    def _say(self, item: Item, note: str) -> None:
        """A note, once: what hangs on a record is judged before it is written."""
        if note not in item.notes:
            item.notes.append(note)

    @api.model
    def _note_refused(self, item: Item) -> None:
        """For a look ahead: what the data owners would not let through."""
        for key, pair in {**item.refused, **item.conflicts}.items():
            text = (
                self.env._(
                    "%(field)s would stay “%(before)s”: %(sender)s does not own it"
                )
                if key in item.refused
                else self.env._("%(field)s would wait for a decision: %(after)s")
            )
            item.notes.append(
                text
                % {
                    "field": self._part_label(key),
                    "before": _short(pair[0]),
                    "after": _short(pair[1]),
                    "sender": self.env["integration.ownership"]._owner_label(
                        item.judge.sender
                    ),
                }
            )

    @api.model
    def _accepted_note(self, name: str, rules: list) -> str:
        owner = self.env["integration.ownership"]._owner_label(rules[0].owner)
        return self.env._(
            "%(field)s belongs to %(owner)s; taken over as the rule allows it.",
            field=self._field_label(name),
            owner=owner,
        )

    @api.model
    def _restored_note(self, item: Item, name: str) -> str:
        owner = self.env["integration.ownership"]._owner_label(item.judge.sender)
        return self.env._(
            "%(field)s had been changed in Odoo; the value of its owner %(owner)s was "
            "put back.",
            field=self._field_label(name),
            owner=owner,
        )

    @api.model
    def _stop_conflicts(self, item: Item) -> None:
        """Values that a person must decide about stop the message, nothing written."""
        names = [self._part_label(key) for key in item.conflicts]
        judge = item.judge
        item.fail(
            OwnershipError(
                self.env._(
                    "%(sender)s changed what it does not decide: %(fields)s.",
                    sender=self.env["integration.ownership"]._owner_label(judge.sender),
                    fields=", ".join(
                        self.env._(
                            "%(field)s from “%(before)s” to “%(after)s”",
                            field=name,
                            before=_short(pair[0]),
                            after=_short(pair[1]),
                        )
                        for name, pair in zip(
                            names, item.conflicts.values(), strict=True
                        )
                    ),
                ),
                hint=self.env._(
                    "Choose: keep Odoo's values, or take theirs this once. The rule is "
                    "under Design › Data Owners."
                ),
                details={"cause": self._conflict_cause(item.conflicts)},
            )
        )
        self.env["integration.ownership.decision"]._open(
            judge.connector, item, {key: item.base[key] for key in item.conflicts}
        )

    @api.model
    def _conflict_cause(self, keys) -> str:
        """What such messages have in common: the fields they fight about."""
        return f"ownership:{self._entity}:{','.join(sorted(keys))}"[:200]

    @api.model
    def _part_label(self, key: str) -> str:
        """A key of ``base`` as people call it: a field, or that of an address."""
        part, _dot, name = key.rpartition(".")
        label = self._field_label(name)
        return f"{part}: {label}" if part else label

    @api.model
    def _keep_forms(self, item: Item, record, changes: dict, prefix="") -> None:
        """Note what Odoo made of the values it was given: agreed as well.

        Odoo completes a web address, cleans a text. Without this an owner's value
        would look changed for ever, and be written again with each message.
        """
        if not self.env["integration.ownership"]._rules_of(self._entity):
            return
        for name in changes:
            key = f"{prefix}{name}"
            made = stamp_of(self._now(record, name))
            if made == item.base.get(key):
                item.base.pop(f"={key}", None)
            else:
                item.base[f"={key}"] = made

    @api.model
    def _admit_new(self, connector, items: list[Item]) -> None:
        """Whether the sender may make new records at all."""
        rules = self.env["integration.ownership"]._rules_of(self._entity)
        if not rules or not items:
            return
        found = engine.choose(
            rules.rules,
            engine.ANY,
            "create",
            engine.ANY,
            connector.company_id.id,
            fields.Datetime.now(),
        )
        verdict = engine.may_do(found, connector.system)
        for item in items if verdict != engine.TAKE else ():
            self.env["integration.ownership"]._turn_away(
                connector, self, item, "create", found[0], verdict
            )

    @api.model
    def _log_refused(self, connector, items: list[Item]) -> None:
        """A line of the sync log for each object of which values were refused."""
        owners = self.env["integration.ownership"]
        rows = []
        for item in items:
            if not item.refused or not item.open:
                continue
            if is_dry(self.env):
                self._note_refused(item)
            text = self.env._(
                "Not taken over from %(sender)s, which does not decide it: %(fields)s",
                sender=owners._owner_label(connector.system),
                fields=", ".join(self._part_label(key) for key in item.refused),
            )
            rows.append(
                {
                    "operation": "refuse",
                    "status": "warning",
                    "error_class": "ownership",
                    "message": text,
                    "diff": item.refused,
                    "direction": "in",
                    "entity": item.entity,
                    "external_id": item.external_id,
                    "event_id": item.event_id or None,
                    "correlation_id": item.correlation_id,
                    "model": item.model,
                    "res_id": item.res_id,
                    "document_name": item.document_name or None,
                }
            )
        self.env["integration.job.log"]._append(connector, rows)


def _short(value) -> str:
    return str(value if value is not None else "–")[:60]
