# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from .common import comparison, instant, notice, selection_label, step

STATIONS = ("match", "format", "owner", "mapping", "applied")
# Left out before anything of the record was looked at.
EARLY_SKIPS = ("not_subscribed", "superseded", "coalesced", "filtered", "not_final")


class IntegrationEvent(models.Model):
    """Outgoing messages in the words of the way out."""

    _inherit = "integration.event"

    # === COMPUTE METHODS === #

    @api.depends("direction", "res_id")
    def _compute_display_name(self):
        outgoing = self.filtered(lambda e: e.direction == "out")
        labels = dict(self.env["integration.entity"]._entity_selection())
        for event in outgoing:
            label = labels.get(event.entity, event.entity or "")
            event.display_name = f"{label} {event._document_label()}".strip()
        return super(IntegrationEvent, self - outgoing)._compute_display_name()

    @api.depends("direction", "res_id")
    def _compute_title(self):
        outgoing = self.filtered(lambda e: e.direction == "out")
        for event in outgoing:
            event.title = self.env._(
                "%(document)s to %(connector)s: %(state)s",
                document=event._document_label() or event.display_name,
                connector=event.connector_id.name or "",
                state=(selection_label(event, "state") or "").lower(),
            )
        return super(IntegrationEvent, self - outgoing)._compute_title()

    @api.depends("log_ids")
    def _compute_result(self):
        outgoing = self.filtered(lambda e: e.direction == "out")
        for event in outgoing:
            sent = event.log_ids.filtered(lambda line: line.diff).sorted("id")[-1:]
            event.ledger = False
            table = comparison(
                self.env,
                [(False, "", sent.diff)] if sent else [],
                self.env._("Nothing was sent by this message."),
            )
            # What the other system had before is not known here.
            table["columns"] = [{"key": "after", "label": self.env._("Sent")}]
            event.result = table
        return super(IntegrationEvent, self - outgoing)._compute_result()

    def _same_object_domain(self) -> list:
        """Override: what is not known there yet is the same record."""
        if self.direction == "out" and not self.external_id:
            return [
                ("connector_id", "=", self.connector_id.id),
                ("lane", "=", self.lane),
            ]
        return super()._same_object_domain()

    # === NOTICE === #

    def _notice(self) -> dict | bool:
        """Override of the hub's sentences for messages that come in."""
        if self.direction != "out":
            return super()._notice()
        if self.state == "waiting":
            return notice(
                "info",
                self.env._("Waits until %(name)s is sent.", name=self._awaited()),
                self.env._("It refers to a record that the other system lacks."),
                self.env._("It goes on by itself; after a while we ask a person."),
            )
        return super()._notice()

    def _awaited(self) -> str:
        """Name of the record this message waits for."""
        return self.env["integration.outgoing"]._lane_name(self.waiting_for)

    def _notice_attention(self) -> dict:
        """Override: what did not happen is that something was sent."""
        found = super()._notice_attention()
        if self.direction != "out":
            return found
        if self.error_class == "unknown_outcome":
            what = self.env._("Whether this arrived could not be found out.")
        elif self.state == "review":
            what = self.env._("This needs your decision. Nothing was sent.")
        else:
            what = self.env._("This was not sent.")
        return dict(found, what=what)

    # === STORY === #

    def _story_steps(self) -> list[dict]:
        """Override: from the change in Odoo to the answer of the other system."""
        if self.direction != "out":
            return super()._story_steps()
        steps = [self._story_change()]
        if self.state == "skipped" and self.skip_reason in EARLY_SKIPS:
            return [*steps, self._story_end()]
        halt = self._halted_at()
        steps += [self._story_station(name, halt) for name in self._stations()[:-1]]
        return [*steps, self._story_end()]

    def _stations(self) -> tuple:
        """Override."""
        return STATIONS if self.direction == "out" else super()._stations()

    def _halted_at(self) -> str:
        """Override: what is being sent has passed everything but the call."""
        if self.direction == "out" and self.state == "sending":
            return "applied"
        return super()._halted_at()

    def _story_change(self) -> dict:
        names = self._changed_labels()
        sentence = self.env._("%(document)s.", document=self._document_label())
        if names:
            sentence = self.env._(
                "%(document)s: %(fields)s.",
                document=self._document_label(),
                fields=", ".join(names),
            )
        return step(
            "received",
            self.env._("Changed in Odoo"),
            sentence,
            "done",
            time=instant(self.received_at),
        )

    def _changed_labels(self) -> list[str]:
        if self.model not in self.env:
            return []
        fields_of = self.env[self.model]._fields
        return [
            fields_of[name]._description_string(self.env)
            for name in self.changed or []
            if name in fields_of
        ]

    def _titles(self) -> dict:
        """Override."""
        titles = super()._titles()
        if self.direction != "out":
            return titles
        return titles | {
            "match": self.env._("What it refers to is known there"),
            "owner": self.env._("Odoo may send these fields"),
            "applied": self.env._("Sent"),
        }

    def _passed_sentence(self, name: str) -> str:
        """Override."""
        if self.direction != "out":
            return super()._passed_sentence(name)
        return {
            "match": (
                self.env._("It is %(id)s there.", id=self.external_id)
                if self.external_id
                else self.env._("It is new there.")
            ),
            "format": self.env._("All values have the right type."),
            "owner": self.env._("The other system owns none of what is sent."),
            "mapping": self.env._("Only what may leave was translated."),
        }[name]

    def _queue_sentence(self) -> str:
        """Override."""
        if self.direction == "out" and self.state == "sending":
            return self.env._("Is being sent.")
        return super()._queue_sentence()
