# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models

from .common import as_sentence, instant, selection_label, step

# Which station of the path an error class belongs to.
STATION = {
    "mapping": "mapping",
    "schema": "format",
    "ownership": "owner",
    "missing_reference": "match",
    "duplicate_candidate": "match",
}
STATIONS = ("mapping", "format", "owner", "match", "applied")
# Skipped before anything was translated.
EARLY_SKIPS = ("not_subscribed", "stale", "duplicate", "superseded")


class IntegrationEvent(models.Model):
    """The way of one message as a ticked list: where it stands and why."""

    _inherit = "integration.event"

    story = fields.Json(compute="_compute_story")

    @api.depends_context("uid")
    @api.depends("state", "error_class", "error", "skip_reason", "read_first")
    def _compute_story(self):
        for event in self:
            event.story = {"steps": event._story_steps()} if event.id else False

    def _story_steps(self) -> list[dict]:
        self.ensure_one()
        steps = [self._story_received(), self._story_proof()]
        if self.state == "skipped" and self.skip_reason in EARLY_SKIPS:
            return steps + [self._story_end()]
        halt = self._halted_at()
        for name in self._stations()[:-1]:
            steps.append(self._story_station(name, halt))
        return steps + [self._story_end()]

    def _stations(self) -> tuple:
        """Stations of this message; one that is a mere hint is read first."""
        return ("read", *STATIONS) if self.read_first else STATIONS

    def _halted_at(self) -> str:
        """Station where the message stands now; empty once it has passed all."""
        if self.state in ("done", "skipped", "cancelled"):
            return ""
        if self._is_set_aside_unread():
            return STATIONS[0]
        if self.error_class in STATION:
            return STATION[self.error_class]
        if self.error_class and not self.read_first:
            return "applied"
        # Not begun, or the system did not give the object: nothing came after that.
        return self._stations()[0]

    def _is_set_aside_unread(self) -> bool:
        """Intake itself set it aside: unreadable, or an id that was used before."""
        unread = not self.entity or "#" in (self.source_event_id or "")
        return self.state == "quarantine" and unread

    def _story_received(self) -> dict:
        name = self.connector_id.sudo().name or ""
        if self.direction == "out":
            sentence = self.env._("Recorded in Odoo for %(name)s.", name=name)
        else:
            sentence = self.env._(
                "“%(type)s” from %(name)s, %(size)s bytes.",
                type=self.source_type or self.env._("unknown"),
                name=name,
                size=self.body_size or 0,
            )
        return step(
            "received",
            self.env._("Received"),
            sentence,
            "done",
            time=instant(self.received_at),
        )

    def _story_proof(self) -> dict:
        if self.credential_id:
            sentence = self.env._("The signature fits a secret of this connector.")
        elif self.direction == "out":
            sentence = self.env._("Made by Odoo itself.")
        else:
            sentence = self.env._("We read it from the system ourselves.")
        return step("proof", self.env._("Authentic"), sentence, "done")

    def _titles(self) -> dict:
        return {
            "read": self.env._("Read from the system"),
            "mapping": self.env._("Translated"),
            "format": self.env._("In the agreed format"),
            "owner": self.env._("Allowed to change these fields"),
            "match": self.env._("Matched"),
            "applied": self.env._("Applied in Odoo"),
        }

    def _passed_sentence(self, name: str) -> str:
        return {
            "read": self.env._("The whole object was read."),
            "mapping": self.env._("Every field of the mapping was read."),
            "format": self.env._("All values have the right type."),
            "owner": self.env._("No rule gives these fields to another system."),
            "match": (
                self.env._("Belongs to %(record)s.", record=self._document_label())
                if self.res_id
                else self.env._("The record is known.")
            ),
        }[name]

    def _story_station(self, name: str, halt: str) -> dict:
        title = self._titles()[name]
        stations = self._stations()
        if not halt or stations.index(name) < stations.index(halt):
            if self.state == "cancelled":
                return step(name, title, "", "todo")
            return step(name, title, self._passed_sentence(name), "done")
        if name != halt:
            return step(name, title, "", "todo")
        return self._story_halt(name, title)

    def _story_halt(self, name: str, title: str) -> dict:
        """The station where it stands: waiting in the queue, trying, or stopped."""
        if not self.error_class:
            return step(name, title, self._queue_sentence(), "current")
        waiting = self.state in ("pending", "retry", "waiting", "sending")
        problem = as_sentence(self.error or selection_label(self, "error_class"))
        return step(
            name,
            title,
            problem,
            "current" if waiting else "blocked",
            button=self._halt_button(name),
        )

    def _queue_sentence(self) -> str:
        if self.state == "retry" and self.read_first:
            return self.env._("Is being asked for.")
        return self.env._("Waits in the queue.")

    def _halt_button(self, name: str) -> dict | None:
        if name == "mapping" and self.entity:
            return next(iter(self._cause_buttons()), None)
        return None

    def _document_label(self) -> str:
        if not self.res_id or self.model not in self.env:
            return ""
        # sudo: the name of the document is in the sync log anyway.
        record = self.env[self.model].sudo().browse(self.res_id).exists()
        return record.display_name or ""

    def _story_end(self) -> dict:
        title = self._titles()["applied"]
        time = instant(self.finished_at)
        if self.state == "done":
            sentence = self._applied_sentence()
            return step("applied", title, sentence, "done", time=time)
        if self.state == "skipped":
            return step(
                "applied",
                self.env._("No action needed"),
                as_sentence(selection_label(self, "skip_reason")),
                "done",
                time=time,
            )
        if self.state == "cancelled":
            reason = self.log_ids.sorted("id")[-1:].message or ""
            return step(
                "applied",
                self.env._("Skipped by a person"),
                reason,
                "blocked",
                time=time,
            )
        if self._halted_at() == "applied":
            return self._story_halt("applied", title)
        return step("applied", title, "", "todo")

    def _applied_sentence(self) -> str:
        """What was done to which document, in the words of the sync log."""
        log = self.log_ids.filtered(lambda line: line.status != "error").sorted("id")[
            -1:
        ]
        if not log:
            return self.env._("Done.")
        return log.sentence
