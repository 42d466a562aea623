# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import hashlib

from odoo import api, models
from odoo.exceptions import UserError

from ...engine import canonical, json_text, masking, strict_json
from ...engine.errors import IntegrationError
from ...engine.masking import masked_logger

_logger = masked_logger(__name__)

REPLAY = "replay"
# What the request keeps of a preview: never the content of the message.
KEPT = (
    "outcome",
    "operation",
    "model",
    "document_name",
    "diff",
    "error",
    "amount",
    "currency",
)


class IntegrationEvent(models.Model):
    """An edited message that moves money waits for a second person."""

    _inherit = "integration.event"

    def _ask_second_person(self, original, was: str, reason: str) -> None:
        """Hold these edited messages, and ask a second person about them.

        :param original: the message they replace, cancelled already
        :param was: the state it was in, for the case that nobody agrees
        """
        self.sudo().write(
            {
                "unapproved": True,
                "state": "review",
                "error_class": "business_rule",
                "error": self.env._(
                    "Edited by %(user)s: a second person must approve it, because it "
                    "moves money.",
                    user=self.env.user.name,
                ),
                "hint": self.env._("A manager approves or refuses it under Approvals."),
            }
        )
        preview = self._preview_of_edit()
        amount = float(preview.get("amount") or 0) or original.amount
        currency = self._currency_of(preview) or original.currency_id
        # What is blocked is listed with what it is worth.
        self[0].sudo().write({"amount": amount, "currency_id": currency.id})
        approval = self.env["integration.approval"]._request(
            self[0],
            REPLAY,
            {
                "event_ids": self.ids,
                "original_id": original.id,
                "was": was,
                "changes": self[0]._masked_changes(original),
                "preview": preview,
            },
            self.env._(
                "Process the edited message: %(entity)s %(id)s",
                entity=self[0]._entity_word(),
                id=self[0].external_id or "",
            ).strip(),
            reason=reason,
            amount=amount,
            currency=currency,
            effect=self._effect_of(preview),
        )
        self.sudo()._open_exceptions(f"approval:{approval.id}")

    def _entity_word(self) -> str:
        words = dict(self.env["integration.entity"]._entity_selection())
        return words.get(self.entity, self.env._("Message"))

    def _preview_of_edit(self) -> dict:
        """What the first of these would do now, as plain masked data; {} unknown."""
        try:
            previews = self._preview_replay()
        except UserError as error:
            # Somebody books at this moment: the request is worth more than its preview.
            _logger.info("No preview of an edited message: %s", error)
            return {}
        if not previews:
            return {}
        preview = previews[0].as_dict()
        # Requests are kept for ever, and read by people who may not see the content.
        kept = {name: preview[name] for name in KEPT}
        return masking.mask(kept | {"diff": _masked_diff(kept["diff"])})

    def _currency_of(self, preview: dict):
        return self.env["res.currency"].search(
            [("name", "=", preview.get("currency") or "")], limit=1
        )

    def _effect_of(self, preview: dict) -> str:
        """What follows from the approval, in a few words."""
        if not preview or preview["outcome"] in ("fetch", ""):
            return self.env._("The edited message is worked on")
        if preview["outcome"] in ("fail", "waiting"):
            return self.env._(
                "It would still not pass: %(why)s",
                why=(preview["error"] or {}).get("message", ""),
            )
        operations = dict(
            self.env["integration.job.log"]._fields["operation"].selection
        )
        done = operations.get(preview["operation"]) or self.env._("Nothing changes")
        return f"{done}: {preview['document_name']}".rstrip(": ")

    def _masked_changes(self, original) -> list:
        """[place, before, after] of what was edited, without personal data."""
        try:
            before, after = (
                strict_json.loads(event.sudo()._read_body())
                for event in (original, self)
            )
        except IntegrationError:
            return []  # one of them is no JSON: there is nothing to compare
        return [
            [place, _short(left), _short(right)]
            for place, left, right in json_text.masked_changes(
                before, after, masking.mask
            )
        ]


class IntegrationApprovalReplay(models.AbstractModel):
    """Approval of an edited message that moves money."""

    _name = "integration.approval.replay"
    _inherit = "integration.approval.handler"
    _description = "Approval: process an edited message"

    @api.model
    def _events(self, content: dict):
        return self.env["integration.event"].browse(content["event_ids"]).exists()

    @api.model
    def _content_hash(self, record, content: dict) -> str:
        """Override of `integration.approval.handler`: the edited content itself."""
        parts = [
            [e.uuid, e.entity, hashlib.sha256(e.sudo()._read_body()).hexdigest()]
            for e in self._events(content)
        ]
        return canonical.digest(parts)

    @api.model
    def _barred(self, record, approval):
        """Override of `integration.approval.handler`: who edited it."""
        return self._events(approval.content).sudo().edited_by_id

    @api.model
    def _still_wanted(self, record, approval) -> bool:
        """Override of `integration.approval.handler`: not overtaken, not skipped."""
        return any(_waits(event) for event in self._events(approval.content))

    @api.model
    def _granted(self, record, approval) -> None:
        """Override of `integration.approval.handler` to put it to work."""
        events = self._events(approval.content).filtered(_waits)
        if not events:
            raise UserError(
                self.env._(
                    "The message no longer waits: it was skipped, or a newer one of "
                    "the same object was applied. Refuse this request."
                )
            )
        said = self.env._("Approved by %(user)s", user=self.env.user.name)
        events.sudo().write(
            {
                "unapproved": False,
                "state": "pending",
                "attempts": 0,
                "error_class": False,
                "error": False,
                "hint": False,
            }
        )
        self.env["integration.exception"]._close(events.ids, said)
        for event in events.sudo():
            self.env["integration.job.log"]._append(
                event.connector_id,
                [dict(event._log_row("replay", said), actor_id=self.env.uid)],
            )
        events.connector_id.sudo()._wake_all(together=True)

    @api.model
    def _refused(self, record, approval) -> None:
        """Override of `integration.approval.handler`: the original waits again."""
        content = approval.content
        events = self._events(content).filtered(_waits)
        if not events:
            return  # skipped by a person, or overtaken by a newer message
        why = approval.decision_reason or self.env._("Withdrawn")
        events._finish_by_person(
            events,
            "cancelled",
            "refuse",
            self.env._("The edited copy was not approved: %(why)s", why=why),
        )
        original = self.env["integration.event"].sudo().browse(content["original_id"])
        if original.exists().state == "cancelled":
            original.write({"state": content["was"], "finished_at": False})
            original._open_exceptions()

    @api.model
    def _content_table(self, approval) -> dict:
        """Override of `integration.approval.handler`: what was edited."""
        changes = approval.content.get("changes") or []
        return {
            "first": self.env._("Place in the message"),
            "columns": [
                {"key": "before", "label": self.env._("As received")},
                {"key": "after", "label": self.env._("Edited")},
            ],
            "rows": [
                {
                    "key": place,
                    "label": place,
                    "cells": {"before": before, "after": after},
                    "status": _status(before, after),
                }
                for place, before, after in changes
            ],
            "empty": self.env._(
                "The places cannot be named: open the message and show its content."
            ),
            "note": self.env._(
                "Personal data is hidden here. The message shows it, for a reason that "
                "is logged."
            ),
        }


def _waits(event) -> bool:
    return event.unapproved and event.state == "review"


def _masked_diff(diff: dict) -> dict:
    """Each of two values is hidden as the field alone would be."""
    return {
        name: [masking.mask({name: value})[name] for value in pair]
        if isinstance(pair, list) and len(pair) == 2
        else pair
        for name, pair in (diff or {}).items()
    }


def _status(before, after) -> str:
    if before is None:
        return "added"
    return "missing" if after is None else "changed"


def _short(value):
    """A value of the message in one cell."""
    text = value if isinstance(value, str) else json_text.pretty(value)
    if value is None or len(text) <= 200:
        return value if isinstance(value, (bool, int, type(None))) else text
    return text[:200] + "…"
