# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import ATTENTION_STATES
from ...engine.errors import ERROR_CLASSES
from ...fields import LooseMany2one
from ...preview_messages import PreviewSource


class IntegrationExceptionGroupLine(models.Model):
    """What would become of one message."""

    _name = "integration.exception.group.line"
    _description = "Group Preview: Message"
    _order = "sequence, id"

    group_id = fields.Many2one(
        "integration.exception.group", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="group_id.company_id", store=True, index=True, readonly=True
    )
    event_id = LooseMany2one(
        "integration.event", "Message", required=True, readonly=True
    )
    exception_id = fields.Many2one(related="event_id.exception_id")
    outcome = fields.Selection(
        [
            ("passes", "Would pass"),
            ("nothing", "Nothing to do"),
            ("asks", "Cannot be said yet"),
            ("fails", "Would stop again"),
        ],
        readonly=True,
    )
    sequence = fields.Integer(readonly=True, default=0, help="What is red comes first.")
    operation = fields.Char(readonly=True)
    document_name = fields.Char("Document", readonly=True)
    model = fields.Char(readonly=True)
    message = fields.Char("What would happen", readonly=True)
    error = fields.Json(readonly=True)
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    diff = fields.Json(readonly=True)

    def _waiting(self):
        """Those whose message still waits."""
        return self.filtered(lambda line: can_be_tried(line.event_id))

    def _try(self) -> None:
        """Dry-run these messages together and note what would become of each."""
        found: dict = {}
        incoming = self.event_id.filtered(lambda e: e.direction == "in").sorted("id")
        try:
            for connector, events in incoming.grouped("connector_id").items():
                previews = self.env["integration.dry.run"]._preview(
                    connector,
                    [PreviewSource(event_id=event.id) for event in events],
                    mapping=self.group_id.mapping_id or None,
                    values=self.group_id._drafts(),
                )
                for preview in previews:
                    found.setdefault(preview.event_id, []).append(preview)
        except UserError as error:
            # Somebody is booking just now: not known, and not wrong.
            self._note_unknown(str(error.args[0]))
            return
        for line in self:
            previews = found.get(line.event_id.id)
            if previews:
                line.write(line._values(previews))
            else:
                line._note_unknown(
                    self.env._("An outgoing message is only known when it is sent.")
                )

    def _note_unknown(self, why: str) -> None:
        self.write({"outcome": "asks", "sequence": 20, "message": why})

    def _values(self, previews: list) -> dict:
        """Values of a line; of a message about two objects the worse one counts."""
        rated = [(self._rate(preview), preview) for preview in previews]
        (sequence, outcome), worst = min(rated, key=lambda pair: pair[0][0])
        currency = self.env["res.currency"].with_context(active_test=False)
        return {
            "outcome": outcome,
            "sequence": sequence,
            "operation": worst.operation,
            "model": worst.model,
            "document_name": worst.document_name,
            "message": self._sentence(worst),
            "error": worst.error or False,
            # At the last moment: the field of Odoo takes a float.
            "amount": float(worst.amount or 0),
            "currency_id": currency.search([("name", "=", worst.currency)]).id,
            "diff": worst.diff or False,
        }

    @api.model
    def _rate(self, preview) -> tuple:
        """(place in the list, outcome) of a preview."""
        return {
            "done": (40, "passes"),
            "skip": (30, "nothing"),
            "fetch": (20, "asks"),
            "waiting": (20, "asks"),
        }.get(preview.outcome, (10, "fails"))

    def _keep_problem(self) -> None:
        """What stops these messages now, where it is not what stopped them before."""
        for line in self.filtered(lambda line: line.outcome == "fails" and line.error):
            event, error = line.event_id.sudo(), line.error
            exception, error_class = event.exception_id, ERROR_CLASSES[error["class"]]
            if (event.error, event.error_class) == (error["plain"], error["class"]):
                continue
            if not exception or error_class.state not in ATTENTION_STATES:
                continue
            event.write(
                {
                    "state": error_class.state,
                    "error_class": error_class.name,
                    "error": error["plain"],
                    "error_path": error["path"] or False,
                    "hint": error["hint"] or False,
                }
            )
            exception.write(
                {
                    "event_state": error_class.state,
                    "error_class": error_class.name,
                    "family": error_class.family,
                    "message": error["plain"],
                    "path": error["path"] or False,
                    "hint": error["hint"] or False,
                    "cause": error["cause"] or False,
                }
            )
            said = self.env._("Tried: now stopped by %(why)s", why=error["message"])
            row = event._log_row("attempt", said, "warning", error_class.name)
            self.env["integration.job.log"]._append(
                event.connector_id, [dict(row, actor_id=self.env.uid)]
            )


def can_be_tried(event) -> bool:
    """Whether a message waits for a person or for what a person is about to mend.

    An edited message that moves money goes on with a second person's approval only.
    """
    return event.state in (*ATTENTION_STATES, "waiting") and not event.unapproved
