# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import ATTENTION_STATES
from ..engine.errors import ERROR_CLASSES
from ..preview_messages import PreviewSource


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
    exception_id = fields.Many2one(
        "integration.exception",
        "Message",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
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
        """Those whose message still waits for a person."""
        return self.filtered(
            lambda line: (
                line.exception_id.state == "open"
                and line.exception_id.event_id.state in ATTENTION_STATES
            )
        )

    def _try(self, mapping) -> None:
        """Dry-run these messages together and note what would become of each."""
        found: dict = {}
        incoming = self.filtered(lambda x: x.exception_id.event_id.direction == "in")
        try:
            for connector, lines in incoming.grouped(
                lambda line: line.exception_id.connector_id
            ).items():
                events = lines.exception_id.event_id.sorted("id")
                previews = self.env["integration.dry.run"]._preview(
                    connector,
                    [PreviewSource(event_id=event.id) for event in events],
                    mapping=mapping or None,
                )
                for preview in previews:
                    found.setdefault(preview.event_id, []).append(preview)
        except UserError as error:
            # Somebody is booking just now: not known, and not wrong.
            self._note_unknown(str(error.args[0]))
            return
        for line in self:
            previews = found.get(line.exception_id.event_id.id)
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
            event, error = line.exception_id.event_id.sudo(), line.error
            if (event.error, event.error_class) == (error["message"], error["class"]):
                continue
            error_class = ERROR_CLASSES[error["class"]]
            if error_class.state not in ATTENTION_STATES:
                continue
            event.write(
                {
                    "state": error_class.state,
                    "error_class": error_class.name,
                    "error": error["message"],
                    "error_path": error["path"] or False,
                    "hint": error["hint"] or False,
                }
            )
            line.exception_id.sudo().write(
                {
                    "event_state": error_class.state,
                    "error_class": error_class.name,
                    "family": error_class.family,
                    "message": error["message"],
                    "path": error["path"] or False,
                    "hint": error["hint"] or False,
                    "cause": error.get("cause") or False,
                }
            )
            said = self.env._("Tried: now stopped by %(why)s", why=error["message"])
            row = event._log_row("attempt", said, "warning", error_class.name)
            self.env["integration.job.log"]._append(
                event.connector_id, [dict(row, actor_id=self.env.uid)]
            )


def can_be_tried(exception) -> bool:
    """Whether a person may put the message of this exception to work.

    An edited message that moves money goes on with a second person's approval only.
    """
    event = exception.event_id
    return (
        exception.state == "open"
        and event.state in ATTENTION_STATES
        and not event.unapproved
    )
