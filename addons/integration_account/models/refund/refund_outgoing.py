# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from odoo.addons.integration_core.const import ATTENTION_STATES
from odoo.addons.integration_core.engine.errors import IntegrationError, Skip
from odoo.addons.integration_core.messages import Outgoing

from .entity_refund import STATES

REFUND = "refund"


class IntegrationOutgoing(models.AbstractModel):
    """What became of a refund's message is what became of the refund."""

    _inherit = "integration.outgoing"

    @api.model
    def _finish(self, connector, items: list[Outgoing], alone: bool) -> bool:
        """Override of `integration_core` to tell the refund."""
        woken = super()._finish(connector, items, alone)
        for item in items:
            if item.entity == REFUND and item.model == "integration.refund":
                self._tell_refund(connector, item)
        return woken

    @api.model
    def _tell_refund(self, connector, item: Outgoing) -> None:
        # sudo: core's own table.
        refund = self.env["integration.refund"].sudo().browse(item.res_id).exists()
        if refund and item.outcome == "done":
            refund._accepted(item.external_id, self._said_of_refund(connector, item))
        elif refund and item.outcome == "fail":
            event = self.env["integration.event"].sudo().browse(item.event_id)
            if event.state in ATTENTION_STATES:
                refund._not_accepted(event)

    @api.model
    def _said_of_refund(self, connector, item: Outgoing) -> dict:
        """The peer's answer as a canonical record; {}: it says nothing we can read."""
        source, plan = item.written.source, connector._plans().get(REFUND)
        if source is None or plan is None:
            return {}
        try:
            return plan.mapping.apply(source.record)
        except (IntegrationError, Skip, KeyError):
            return {}  # its own message will say what is wrong with it


class IntegrationRefund(models.Model):
    """What the answer to our request means."""

    _inherit = "integration.refund"

    def _accepted(self, external_id: str, said: dict) -> None:
        """The system took the request.

        Its own message may have come before its answer; then that stays.

        :param said: canonical record of the answer, or {}
        """
        self.ensure_one()
        before, values = self.state, {}
        if not self.external_id:
            values["external_id"] = external_id
        if before in ("approved", "sent", "refused"):
            values["state"] = STATES.get(said.get("status"), "sent")
            values["failure_reason"] = said.get("failure_reason") or False
        if values:
            self.write(values)
            self._meet_known(self.connector_id, {self.external_id: self})
            self._state_changed(before)
            self._find_credit_notes()

    def _not_accepted(self, event) -> None:
        """The request waits for a person.

        Refused only where the system said no: then the payment is free for another
        refund. Whatever else stopped it may still arrive.
        """
        self.ensure_one()
        before = self.state
        if self.external_id or before not in ("approved", "sent"):
            return
        values = {"failure_reason": (event.error or "")[:1000]}
        if event.state == "dead" and event.error_class == "permanent":
            values["state"] = "refused"
        self.write(values)
        self._state_changed(before)

    def _state_changed(self, before: str) -> None:
        """Say it in the chatter, and give somebody a task where money stays behind.

        :param before: the state it had
        """
        self.ensure_one()
        if self.state == before:
            return
        words = dict(self._fields["state"]._description_selection(self.env))
        text = f"{words[before]} → {words[self.state]}"
        why = self.failure_reason
        self._tell(f"{text}: {why}" if why else text)
        if self.state in ("failed", "refused"):
            self._plan_task(
                self.env._("A refund did not reach the customer"),
                self.env._(
                    "%(name)s: %(why)s. The customer is still owed the money: refund "
                    "it again or pay it otherwise.",
                    name=self.name,
                    why=why or words[self.state],
                ),
            )


class IntegrationEvent(models.Model):
    """What people do with a refund's message is done to the refund."""

    _inherit = "integration.event"

    def _refunds(self):
        """Refunds, not known there yet, that these messages were to take out."""
        mine = self.filtered(
            lambda event: (
                event.direction == "out" and event.model == "integration.refund"
            )
        )
        # sudo: core's own table.
        refunds = self.env["integration.refund"].sudo().browse(mine.mapped("res_id"))
        return refunds.exists().filtered(lambda refund: not refund.external_id)

    def action_retry(self):
        """Override of `integration_core`: what was refused is asked for again."""
        refunds = self.sudo()._refunds().filtered(lambda r: r.state == "refused")
        for refund in refunds:
            self.env["integration.refund"]._check_room(
                refund._payment(), refund.amount, refund.currency_id
            )
        result = super().action_retry()
        refunds.write({"state": "approved", "failure_reason": False})
        return result

    @api.model
    def _finish_by_person(self, events, state: str, operation: str, reason: str):
        """Override of `integration_core`: skipped means that it never happens."""
        result = super()._finish_by_person(events, state, operation, reason)
        refunds = events._refunds().filtered(
            lambda refund: refund.state in ("approved", "sent", "refused")
        )
        refunds.write({"state": "canceled", "failure_reason": reason})
        return result
