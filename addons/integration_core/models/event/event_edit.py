# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models
from odoo.exceptions import UserError

from ...const import ATTENTION_STATES
from ...engine import strict_json
from ...engine.errors import IntegrationError, SchemaError
from ...fields import LooseMany2one
from ...messages import Item, Message
from ...preview_messages import PreviewSource
from ..inbound.intake import COLUMNS


class IntegrationEvent(models.Model):
    """A person corrects the content of a message and has it worked on.

    The message itself stays as it came, as a tombstone: the edited one is a row of its
    own without the system's id. Where money moves it waits until a second person
    agreed; see `integration.approval.replay`.
    """

    _inherit = "integration.event"

    edited_by_id = LooseMany2one("res.users", readonly=True, string="Edited by")
    unapproved = fields.Boolean(
        readonly=True,
        help="Edited by a person, moves money, and no second person agreed yet.",
    )

    # The last line: no road of ours or anybody's puts it to work before.
    _unapproved_stands = models.Constraint(
        "CHECK (unapproved IS NOT TRUE OR state IN ('review', 'skipped', 'cancelled'))",
        "An edited message that moves money waits for a second person's approval.",
    )

    # === ACTION METHODS === #

    def action_edit(self):
        """Open the dialog in which the content is corrected."""
        self.ensure_one()
        self._check_editable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Edit and process again"),
            "res_model": "integration.edit",
            "view_mode": "form",
            "target": "new",
            "context": {"default_event_id": self.id},
        }

    def action_retry(self):
        """Override: what waits for a second person is not put to work by anybody."""
        ready = self.filtered(lambda e: not e.unapproved)
        if self and not ready:
            raise UserError(
                self.env._(
                    "It was edited and moves money: it goes on once a second person "
                    "approves it, under Approvals."
                )
            )
        return super(IntegrationEvent, ready).action_retry()

    # === BUSINESS METHODS === #

    def _check_editable(self) -> None:
        """:raises UserError: not a message that failed, or waits for an approval"""
        self._require_operator()
        self.check_access("read")
        if self.direction != "in":
            raise UserError(
                self.env._(
                    "What Odoo sends is made from its record: change the record, then "
                    "press Retry."
                )
            )
        if self.state not in ATTENTION_STATES:
            raise UserError(
                self.env._("Only a message that waits for a person can be edited.")
            )
        if self.unapproved:
            raise UserError(
                self.env._(
                    "It was edited already and waits for a second person. Withdraw "
                    "that request first."
                )
            )
        if self.kind == "effect" and self._overtakers():
            raise UserError(
                self.env._(
                    "Later messages about the same object wait behind this one, and "
                    "an edited copy would come after them. Press Retry or Skip."
                )
            )

    def _overtakers(self) -> int:
        """How many unfinished messages of the same lane came after this one."""
        return self.sudo().search_count(
            [
                ("connector_id", "=", self.connector_id.id),
                ("lane", "=", self.lane),
                ("id", ">", self.id),
                ("state", "not in", ("done", "skipped", "cancelled")),
            ]
        )

    def _edit_and_replay(self, body: bytes, reason: str):
        """Replace a message that failed by an edited one.

        :param body: the whole content, as the system would have sent it
        :param reason: why, for the sync log and the second person
        :return: the new messages, one or, where one delivery says two things, two
        :raises UserError: no reason, nothing changed, or it cannot be read
        """
        self.ensure_one()
        # Nobody else may decide about it meanwhile.
        self.lock_for_update()
        self.invalidate_recordset()
        self._check_editable()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: the reason is kept in the sync log."))
        event = self.sudo()
        messages = event._edited_messages(body)
        was = event.state
        self._finish_by_person(
            self,
            "cancelled",
            "replay",
            self.env._("Replaced by an edited copy: %(why)s", why=reason.strip()),
        )
        edited = event.browse(
            [event._store_edited(message, reason.strip()) for message in messages]
        )
        for one in edited:
            one._log_edit(event, reason.strip())
        if event._moves_money() or any(one._moves_money() for one in edited):
            edited.with_env(self.env)._ask_second_person(self, was, reason.strip())
        event.connector_id._wake_all(together=True)
        return edited.with_env(self.env)

    def _moves_money(self) -> bool:
        """Whether working on this message may book or pay something."""
        self.ensure_one()
        entity = self.env["integration.entity"]._for(self.entity)
        return (
            self.kind == "effect"
            or bool(self.amount)
            or (entity is not None and entity._moves_money())
        )

    def _store_edited(self, message: Message, reason: str) -> int:
        """Insert the edited copy of this message; the id of its row."""
        gate = self.connector_id._webhook_gate()
        intake = self.env["integration.intake"]
        meta = {"correlation_id": self.correlation_id, "headers": self.headers or {}}
        row = dict(zip(COLUMNS, intake._row(gate, message, meta), strict=True))
        row |= {
            # The system's own id stays with what the system sent.
            "source_event_id": None,
            "replay_of_id": self.id,
            "causation_id": self.id,
            "edited_by_id": self.env.uid,
            "forced": True,
        }
        self.env.cr.execute(
            f"INSERT INTO integration_event ({', '.join(row)}) "
            f"VALUES ({', '.join(['%s'] * len(row))}) RETURNING id",
            tuple(row.values()),
        )
        return self.env.cr.fetchone()[0]

    def _log_edit(self, original, reason: str) -> None:
        line = self._log_row(
            "replay",
            self.env._(
                "Edited copy of message %(uuid)s: %(why)s",
                uuid=original.uuid,
                why=reason,
            ),
        )
        self.env["integration.job.log"]._append(
            self.connector_id, [dict(line, actor_id=self.env.uid)]
        )

    def _try_edited(self, body: bytes) -> list:
        """What the edited content would do now: previews; nothing is written.

        :raises UserError: it cannot be read, or would be about another object
        """
        messages = self._edited_messages(body)
        if self.entity and self.external_id:
            return self._preview_replay({self.id: messages[0].body})
        return self.env["integration.dry.run"]._preview(
            self.connector_id, [PreviewSource(body=m.body) for m in messages[:1]]
        )

    # === IS IT A MESSAGE? === #

    def _edited_messages(self, body: bytes) -> list[Message]:
        """The edited content as the adapter reads it.

        :raises UserError: unchanged, unreadable, about another object, or an edit that
            would have no effect
        """
        if body == self._read_body():
            raise UserError(self.env._("Nothing was changed. Press Retry instead."))
        try:
            messages = self._parse_edited(body)
        except IntegrationError as error:
            raise UserError(self._edit_problem(error)) from error
        for message in messages:
            self._check_counts(message)
        return messages

    def _parse_edited(self, body: bytes) -> list[Message]:
        """:raises engine.errors.SchemaError: no message of this system, or another's"""
        if body.lstrip()[:1] in (b"{", b"["):
            strict_json.loads(body)  # says where it is wrong better than any adapter
        if self.source_type and self.source_type == f"poll.{self.entity}":
            return [self._parse_reading(body)]
        adapter = self.connector_id._adapter()
        gate = self.connector_id._webhook_gate()
        messages = adapter._split_safely(gate, body, {})
        if self.entity and self.external_id:
            about = (self.entity, self.external_id)
            mine = [m for m in messages if (m.entity, m.external_id) == about]
            if not mine and not messages[0].error:
                raise SchemaError(
                    self.env._(
                        "It would be about another object than %(id)s.",
                        id=self.external_id,
                    )
                )
            messages = mine or messages
        for message in messages:
            if message.error:
                raise message.error
        return messages

    def _parse_reading(self, body: bytes) -> Message:
        """An object that the hub had read itself."""
        fetch = self.env["integration.fetch"]
        try:
            source = fetch._unpack(body)
        except TypeError as error:
            raise SchemaError(
                self.env._("It must hold record, version and deleted, nothing else.")
            ) from error
        if not isinstance(source.record, dict) or not isinstance(source.version, str):
            raise SchemaError(self.env._("The record must be one object."))
        message = fetch._message(self.entity, self.external_id, source)
        return message

    def _check_counts(self, message: Message) -> None:
        """:raises UserError: the system would be asked, and the edit not looked at"""
        item = Item(
            0,
            "",
            message.entity,
            message.external_id,
            source_type=message.source_type,
            event_type=message.event_type,
            body=message.body,
            version=message.version,
        )
        item.sealed = False
        if not item.is_poll and self.connector_id._adapter()._needs_fetch(item):
            raise UserError(
                self.env._(
                    "The system is asked for this object anyway, so an edit would "
                    "have no effect. Correct it there, then press Retry."
                )
            )

    def _edit_problem(self, error: IntegrationError) -> str:
        """What is wrong with the edited content, and where."""
        where = error.path and self.env._(" (at %(path)s)", path=error.path)
        return self.env._(
            "The edited content cannot be used: %(why)s%(where)s",
            why=error.message,
            where=where or "",
        )
