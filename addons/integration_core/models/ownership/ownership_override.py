# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

LONGEST = timedelta(days=366)


class IntegrationOwnership(models.Model):
    """Overrides: for one record and one field Odoo decides until a date.

    The methods without a leading underscore are what the form calls when somebody
    edits a field that is owned elsewhere.
    """

    _inherit = "integration.ownership"

    # === ASKED BY THE FORM === #

    @api.model
    def owned_fields(self, model: str, res_id: int) -> dict:
        """What another system decides of a record.

        :return: field → owner (label), label (of the field), may_override,
            may_request; {} where Odoo decides everything
        """
        record = self._guarded_record(model, res_id, "read")
        owned = self._owned_on(record)
        may_override = self._may_override()
        return {
            name: {
                "owner": self._owner_label(found.owner),
                "label": record._fields[name]._description_string(self.env),
                "may_override": may_override,
                "may_request": "integration.approval.change" in self.env.registry,
            }
            for name, found in owned.items()
            if found.on_conflict != "accept"
        }

    @api.model
    def override_field(
        self, model: str, res_id: int, names: list[str], until: str, reason: str
    ) -> bool:
        """Let Odoo decide fields of one record until a date.

        :param names: fields that another system decides
        :param until: ISO date, the last day of the override
        :raises UserError: no reason, a date that is past or too far away, or a field
            that nobody else owns
        :raises AccessError: neither operator nor manager
        """
        record = self._guarded_record(model, res_id, "write")
        if not self._may_override():
            raise AccessError(
                self.env._(
                    "Only operators and managers of Integrations override a data "
                    "owner. Send a change request instead."
                )
            )
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why: the reason is kept in the sync log."))
        valid_to = self._end_of(until)
        owned = self._owned_on(record)
        for name in names:
            if name not in owned:
                raise UserError(
                    self.env._(
                        "“%(field)s” is not owned by another system; it can simply be "
                        "changed.",
                        field=name,
                    )
                )
        targets = {n: record._governed_targets(n) for n in names}
        for name, records in targets.items():
            for target in records:
                self._make_override(target, name, owned[name], valid_to, reason)
        return True

    @api.model
    def request_change(self, model: str, res_id: int, values: dict, reason: str):
        """Ask the owner of fields to change them; a second person approves first.

        :param values: field → new value, of fields with one owner
        :return: name of the request
        :raises UserError: the fields are not owned elsewhere, or have several owners
        """
        record = self._guarded_record(model, res_id, "write")
        owned = self._owned_on(record)
        owners = {owned[name].owner for name in values if name in owned}
        if len(owners) != 1 or set(values) - set(owned):
            raise UserError(
                self.env._("Ask one owner for its own fields, one request each.")
            )
        target = record._governed_targets(next(iter(values)))[:1]
        owner = owners.pop()
        approval = self.env["integration.approval.change"]._request_change(
            target,
            values,
            self._owner_label(owner),
            (reason or "").strip(),
            owner=owner,
        )
        return approval.display_name

    # === HELPERS === #

    @api.model
    def _guarded_record(self, model: str, res_id: int, operation: str):
        """The record a person works on, with that person's rights.

        :raises UserError: no rules for such records
        """
        if model not in self.env["integration.write.guard"]._guarded():
            raise UserError(self.env._("No data owners are set for such records."))
        record = self.env[model].browse(int(res_id)).exists()
        record.check_access(operation)
        return record

    @api.model
    def _owned_on(self, record) -> dict:
        """Field → owner of what is shown on a form, also of what it passes on to."""
        guard = self.env["integration.write.guard"]
        names = guard._guarded().get(record._name, frozenset())
        by_target: dict = {}
        for name in names if record else ():
            by_target.setdefault(record._governed_targets(name), []).append(name)
        owned: dict = {}
        for targets, fields_of in by_target.items():
            for found in guard._owned(targets, fields_of).values():
                owned |= found
        return owned

    @api.model
    def _may_override(self) -> bool:
        user = self.env.user
        return user.has_group("integration_core.group_operator") or user.has_group(
            "integration_core.group_manager"
        )

    @api.model
    def _end_of(self, until: str):
        """The end of a day of the person, naive UTC.

        :raises UserError: not a date, past, or more than a year away
        """
        try:
            day = fields.Date.to_date(until)
        except ValueError:
            day = None
        today = fields.Date.context_today(self)
        if not day or not today <= day <= today + LONGEST:
            raise UserError(
                self.env._(
                    "An override ends on a day of the next twelve months: choose one."
                )
            )
        zone = ZoneInfo(self.env.user.tz or "UTC")
        end = datetime.combine(day, time.max, zone).astimezone(timezone.utc)
        return end.replace(tzinfo=None, microsecond=0)

    @api.model
    def _make_override(self, record, name, owned, valid_to, reason) -> None:
        connector = self.env["integration.connector"].sudo().browse(owned.connector_id)
        # sudo: only what was checked above is written, nobody writes overrides freely.
        rules = self.sudo()
        rules.search(
            [
                ("model", "=", record._name),
                ("res_id", "=", record.id),
                ("field", "=", name),
            ]
        ).active = False
        # One that is past its date makes room before the new row comes.
        rules.flush_model(["active"])
        rules.create(
            {
                "entity": owned.entity,
                "field": name,
                "operation": "*",
                "owner": "odoo",
                "company_id": connector.company_id.id,
                "model": record._name,
                "res_id": record.id,
                "valid_to": valid_to,
                "reason": reason,
            }
        )._log_override(
            connector,
            owned.external_id,
            self.env._(
                "%(field)s: Odoo decides until %(date)s instead of %(owner)s. "
                "%(reason)s",
                field=record._fields[name]._description_string(self.env),
                date=fields.Datetime.context_timestamp(self, valid_to).date(),
                owner=self._owner_label(owned.owner),
                reason=reason,
            ),
        )

    # === THE END OF AN OVERRIDE === #

    def action_end_override(self):
        """End overrides now; the owner's values are read again."""
        if not self.env.su and not self._may_override():
            raise AccessError(
                self.env._("Only operators and managers of Integrations may do this.")
            )
        self.check_access("read")
        self.sudo()._end_overrides(
            self.env._("ended by %(user)s", user=self.env.user.name)
        )
        return True

    @api.model
    def _cron_expire(self) -> None:
        """Scheduled action: end the overrides whose date is past."""
        self.search(
            [("res_id", "!=", False), ("valid_to", "<=", fields.Datetime.now())],
            limit=500,
        )._end_overrides(self.env._("its date is past"))

    def _end_overrides(self, why: str) -> None:
        """Archive overrides, say so in the log, and ask the owner for its value.

        What was agreed about the field is forgotten, so that the owner's value counts
        as changed when it comes, even if it is the one it always had.
        """
        overrides = self.filtered("res_id")
        for override in overrides:
            links = (
                self.env["integration.external.id"]
                .sudo()
                .search(
                    [
                        ("model", "=", override.model),
                        ("res_id", "=", override.res_id),
                        ("entity", "=", override.entity),
                    ]
                )
            )
            for link in links:
                override._return_to(link, why)
        overrides.active = False

    def _return_to(self, link, why: str) -> None:
        """Give a field back to the owner behind a link."""
        kept = {
            key: value
            for key, value in (link.base or {}).items()
            if key.removeprefix("=").rpartition(".")[2] != self.field
        }
        link.write({"base": kept, "digest": False})
        connector = link.connector_id
        can_read = connector._may_work() and connector._adapter()._can_fetch
        if can_read and not link.role:
            link._enqueue_read()
        self._log_override(
            connector,
            link.external_id,
            self.env._(
                "The override of %(field)s has ended: %(why)s. %(next)s",
                field=self._field_label(),
                why=why,
                next=self.env._("The owner's value is read again.")
                if can_read
                else self.env._("The next message of the owner brings its value."),
            ),
        )

    def _log_override(self, connector, external_id: str, text: str) -> None:
        self.ensure_one()
        self.env["integration.job.log"]._append(
            connector,
            [
                {
                    "operation": "override",
                    "status": "warning",
                    "message": text,
                    "entity": self.entity,
                    "external_id": external_id,
                    "model": self.model,
                    "res_id": self.res_id,
                    "document_name": self.record_name or None,
                    "actor_id": self.env.uid,
                }
            ],
        )
