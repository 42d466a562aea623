# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine import canonical
from .change_request import CHANGE
from .change_value import plain_value, same_value, text_value, wanted_value


class IntegrationApprovalChange(models.AbstractModel):
    """Approval of a change that is asked of the system that owns a field.

    Nothing is written in Odoo: the change goes to the owner, and Odoo changes when the
    owner's own message comes back.
    """

    _name = "integration.approval.change"
    _inherit = "integration.approval.handler"
    _description = "Approval: ask the owner for a change"

    # === ASKING === #

    @api.model
    def _request_change(
        self, record, values: dict, owner_label: str, reason: str, *, owner: str = ""
    ):
        """Ask a second person to agree to a change at the owner of some fields.

        :param record: one record that the user may write
        :param values: field → new value, as the web client sends it
        :param owner_label: who owns the fields, for people
        :param reason: why, in the words of the person who asks
        :param owner: key of the owning system, if the caller knows it
        :return: the `integration.approval` (with sudo: who asks may not read it)
        :raises UserError: no reason, nothing differs, or it waits already
        """
        record.ensure_one()
        record.check_access("write")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: the second person reads it."))
        wanted = self._wanted(record, values)
        self._check_waits(record, wanted)
        name = record.display_name
        connector = self._connector(record, owner or self._system(owner_label))
        approval = self.env["integration.approval"]._request(
            record,
            CHANGE,
            {"record": name, "owner": owner_label, "fields": wanted},
            self.env._(
                "Change %(record)s at %(owner)s", record=name, owner=owner_label
            ),
            reason=reason,
            effect=self._effect(record, wanted),
            subject=",".join(sorted(wanted)),
        )
        approval._set_change(
            "waiting", owner_label=owner_label, connector_id=connector.id
        )
        return approval.sudo()

    @api.model
    def _wanted(self, record, values: dict) -> dict:
        """Field → {"value", "before", "after"} of what would really change."""
        wanted = {}
        for name, raw in values.items():
            value = wanted_value(record, name, raw)
            if same_value(record, name, value):
                continue
            before = text_value(record, name, plain_value(record, name))
            after = text_value(record, name, value)
            wanted[name] = {"value": value, "before": before, "after": after}
        if not wanted:
            raise UserError(self.env._("Odoo has these values already."))
        return wanted

    @api.model
    def _check_waits(self, record, wanted: dict) -> None:
        """:raises UserError: one of the fields is part of a request that waits"""
        waiting = self.env["integration.approval"].sudo()._open_for(record, CHANGE)
        for request in waiting:
            if wanted.keys() & request.content["fields"].keys():
                raise UserError(
                    self.env._(
                        "%(user)s asked for a change of this field already; it waits "
                        "for approval.",
                        user=request.requester_id.name,
                    )
                )

    @api.model
    def _system(self, label: str) -> str:
        """Key of a system by its name for people, or ''."""
        systems = self.env["integration.connector"]._fields["system"]
        words = {word: key for key, word in systems._description_selection(self.env)}
        return words.get(label, "")

    @api.model
    def _links(self, record, system: str):
        """Links of the record to that system, those of this company first."""
        # sudo: whoever asks for a change may know nothing of integrations.
        links = (
            self.env["integration.external.id"]
            .sudo()
            .search(
                [
                    ("model", "=", record._name),
                    ("res_id", "=", record.id),
                    ("role", "=", ""),
                    ("connector_id.state", "!=", "retired"),
                ]
            )
        )
        if system:
            links = links.filtered(lambda link: link.connector_id.system == system)
        return links.sorted(
            lambda link: (link.company_id not in self.env.companies, not link.primary)
        )

    @api.model
    def _connector(self, record, system: str):
        """The connector over which the owner is asked, or nothing."""
        found = self._links(record, system)[:1].connector_id
        if found or not system:
            return found
        connectors = self.env["integration.connector"].sudo()
        return connectors.search(
            [
                ("system", "=", system),
                ("company_id", "in", self.env.companies.ids),
                ("state", "!=", "retired"),
            ],
            limit=1,
        )

    @api.model
    def _effect(self, record, wanted: dict) -> str:
        """From → to of each field, in one line."""
        return "; ".join(
            f"{_label(record, name)}: {one['before'] or '–'} → {one['after'] or '–'}"
            for name, one in wanted.items()
        )

    # === DECIDED === #

    @api.model
    def _content_hash(self, record, content: dict) -> str:
        """Override of `integration.approval.handler`: from what to what.

        The values the record has now are part of it: what the owner changed meanwhile
        must be looked at again.
        """
        # sudo: whoever decides need not see the record.
        record = record.sudo()
        present = {n: plain_value(record, n) for n in content["fields"]}
        return canonical.digest(record._name, record.id, content["fields"], present)

    @api.model
    def _granted(self, record, approval) -> None:
        """Override of `integration.approval.handler` to ask the owner."""
        older = approval.sudo().search(
            [
                ("id", "!=", approval.id),
                ("change_state", "=", "sent"),
                ("model", "=", approval.model),
                ("res_id", "=", approval.res_id),
            ]
        )
        wanted = approval.content["fields"].keys()
        older.filtered(lambda r: wanted & r.content["fields"].keys())._answer(
            "superseded", self.env._("Asked for again.")
        )
        self._send(record.sudo(), approval)

    @api.model
    def _send(self, record, approval) -> None:
        """Send exactly these fields to the owner, or ask a person to change them."""
        values = {n: one["value"] for n, one in approval.content["fields"].items()}
        system = approval.sudo().connector_id.system or ""
        link = self._links(record, system)[:1]
        try:
            if not link:
                raise UserError(
                    self.env._(
                        "The record is not linked to %(owner)s.",
                        owner=approval.owner_label,
                    )
                )
            event = (
                self.env["integration.outbound"].sudo()._request_change(link, values)
            )
        except UserError as error:
            self._ask_by_hand(record, approval, str(error))
            return
        approval._set_change(
            "sent",
            event_id=event.id,
            connector_id=link.connector_id.id,
            by_hand=False,
            answer=False,
        )

    @api.model
    def _ask_by_hand(self, record, approval, why: str) -> None:
        """No flow sends it: the responsible person is asked to change it there."""
        request = approval.sudo()
        request._set_change("sent", by_hand=True, event_id=False, answer=why)
        user = request.connector_id.user_id or request.approver_id
        request.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=fields.Date.context_today(request),
            summary=self.env._(
                "Change it in %(owner)s: %(record)s",
                owner=request.owner_label,
                record=request.content["record"],
            ),
            note=f"{request.effect} ({why})",
            user_id=user.id,
        )

    @api.model
    def _refused(self, record, approval) -> None:
        """Override of `integration.approval.handler`: nothing is asked of the owner."""
        state = "expired" if approval.state == "expired" else "refused"
        approval._set_change(state, answer=approval.decision_reason)

    @api.model
    def _still_wanted(self, record, approval) -> bool:
        """Override of `integration.approval.handler`: not there yet, not deleted."""
        wanted = approval.content["fields"].items()
        return bool(record) and not all(
            same_value(record, name, one["value"]) for name, one in wanted
        )

    @api.model
    def _content_table(self, approval) -> dict:
        """Override of `integration.approval.handler`: a row a field."""
        content = approval.content
        model = self.env[approval.model]
        return {
            "columns": [
                {"key": "before", "label": self.env._("Now")},
                {"key": "after", "label": self.env._("Asked for")},
            ],
            "rows": [
                {
                    "key": name,
                    "label": _label(model, name),
                    "cells": {"before": one["before"], "after": one["after"]},
                    "status": "changed" if one["before"] else "added",
                }
                for name, one in content["fields"].items()
            ],
            "empty": self.env._("Nothing is asked for."),
            "note": self.env._(
                "%(owner)s owns it: Odoo changes when %(owner)s sends the new value.",
                owner=content["owner"],
            ),
        }


class IntegrationOutcome(models.AbstractModel):
    """What arrives may be the answer to a change that was asked for."""

    _inherit = "integration.outcome"

    @api.model
    def _finish(self, connector, items, alone, elapsed):
        """Override to compare with changes that were asked of the system."""
        woken = super()._finish(connector, items, alone, elapsed)
        self._note_answers(connector, items)
        return woken

    @api.model
    def _finish_bulk(self, connector, items, meta, elapsed):
        """Override to compare with changes that were asked of the system."""
        failed = super()._finish_bulk(connector, items, meta, elapsed)
        self._note_answers(connector, items)
        return failed

    @api.model
    def _note_answers(self, connector, items) -> None:
        self.env["integration.approval"]._note_arrived(
            connector,
            {
                (item.model, item.res_id): set(item.diff)
                for item in items
                if item.outcome == "done" and item.model and item.res_id
            },
        )


class IntegrationOutgoing(models.AbstractModel):
    """A change that was asked for may be refused when it is sent."""

    _inherit = "integration.outgoing"

    @api.model
    def _finish(self, connector, items, alone):
        """Override to tell who asked for a change that it could not be sent."""
        woken = super()._finish(connector, items, alone)
        self.env["integration.approval"]._note_sent([i.event_id for i in items])
        return woken


def _label(record, name: str) -> str:
    field = record._fields.get(name)
    if field is None:
        return name
    return field.get_description(record.env, ["string"])["string"]
