# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from psycopg2.extras import Json, execute_values

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.ownership import KEEP, TAKE


class IntegrationOwnershipDecision(models.Model):
    """A person's word about one value of one object that its sender does not own.

    It counts for exactly that value, in whichever message it comes; another value is
    another question.
    """

    _name = "integration.ownership.decision"
    _description = "Decision about a Value"
    _order = "id desc"

    connector_id = fields.Many2one(
        "integration.connector", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    entity = fields.Char(required=True, readonly=True)
    external_id = fields.Char(required=True, readonly=True, string="Object there")
    field = fields.Char(required=True, readonly=True)
    stamp = fields.Char(required=True, readonly=True, help="Hash of the value.")
    pair = fields.Json(readonly=True, help="Odoo's value and the system's.")
    verdict = fields.Selection(
        [(KEEP, "Odoo's value stays"), (TAKE, "Their value once")], readonly=True
    )
    event_id = fields.Many2one("integration.event", readonly=True, ondelete="cascade")
    reason = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", readonly=True, string="Decided by")

    _value_uniq = models.UniqueIndex(
        "(connector_id, entity, external_id, field, stamp)"
    )
    _event_idx = models.Index("(event_id)")

    @api.model
    def _open(self, connector, item, stamps: dict) -> None:
        """Ask about values, in one statement.

        :param item: :class:`messages.Item` with ``conflicts``
        :param stamps: field → hash of the value
        """
        now = fields.Datetime.now()
        uid = self.env.uid
        execute_values(
            self.env.cr._obj,
            """
            INSERT INTO integration_ownership_decision AS d (
                connector_id, company_id, entity, external_id, field, stamp, pair,
                event_id, create_uid, create_date, write_uid, write_date)
            VALUES %s
            ON CONFLICT (connector_id, entity, external_id, field, stamp) DO UPDATE
               SET event_id = EXCLUDED.event_id, pair = EXCLUDED.pair
             WHERE d.verdict IS NULL
            """,
            [
                (
                    connector.id,
                    connector.company_id.id,
                    item.entity,
                    item.external_id,
                    field,
                    stamp,
                    Json(item.conflicts.get(field)),
                    item.event_id or None,
                    uid,
                    now,
                    uid,
                    now,
                )
                for field, stamp in stamps.items()
            ],
        )
        self.invalidate_model(flush=False)

    @api.model
    def _taken(self, connector, entity, items: list) -> dict:
        """External id → (field, hash) → keep or take, of what was decided."""
        self.env.cr.execute(
            "SELECT external_id, field, stamp, verdict "
            "FROM integration_ownership_decision "
            "WHERE connector_id = %s AND entity = %s AND external_id = ANY(%s) "
            "AND verdict IS NOT NULL",
            (connector.id, entity._entity, [item.external_id for item in items]),
        )
        found: dict[str, dict] = {}
        for external_id, field, stamp, verdict in self.env.cr.fetchall():
            found.setdefault(external_id, {})[field, stamp] = verdict
        return found

    @api.model
    def _word(self, connector, entity, item, key: str) -> str:
        """What was decided about a whole message; '' when nobody did."""
        taken = self._taken(connector, entity, [item]).get(item.external_id, {})
        return taken.get((key, item.digest or item.uuid), "")

    def _decide(self, verdict: str, reason: str) -> None:
        """Say what happens to these values, and let their message be tried again.

        :param verdict: keep or take
        :raises UserError: no reason, or decided already
        """
        self.env["integration.event"]._require_operator()
        self.check_access("read")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: the reason is kept in the sync log."))
        if any(self.mapped("verdict")):
            raise UserError(self.env._("Somebody decided this already."))
        # sudo: decisions are made by this button only, nobody writes them directly.
        self.sudo().write(
            {"verdict": verdict, "reason": reason.strip(), "user_id": self.env.uid}
        )
        for decision in self.sudo():
            decision._log_decision()
        # The values are in the log now, where they can be erased.
        self.sudo().pair = False

    @api.autovacuum
    def _gc_needless(self):
        """Questions whose message ended without an answer: newer, or skipped."""
        self.search(
            [
                ("verdict", "=", False),
                ("event_id.state", "in", ("done", "skipped", "cancelled")),
            ],
            limit=1000,
        ).unlink()

    def _log_decision(self) -> None:
        entity = self.env["integration.entity"]._for(self.entity)
        words = dict(self._fields["verdict"]._description_selection(self.env))
        text = self.env._(
            "%(field)s: %(verdict)s. %(reason)s",
            field=entity._label_of(self.field.rpartition(".")[2]),
            verdict=words[self.verdict],
            reason=self.reason,
        )
        self.env["integration.job.log"]._append(
            self.connector_id,
            [
                {
                    "operation": "override",
                    "message": text,
                    "direction": "in",
                    "entity": self.entity,
                    "external_id": self.external_id,
                    "event_id": self.event_id.id or None,
                    "diff": {self.field: self.pair} if self.pair else {},
                    "actor_id": self.env.uid,
                }
            ],
        )
