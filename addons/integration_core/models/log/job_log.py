# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json

from psycopg2.extras import execute_values

from odoo import api, fields, models

from ...const import DIRECTIONS, ERROR_CLASS_LABELS, LOG_STATUS, OPERATIONS
from ...engine import canonical
from ...fields import LooseMany2one

COLUMNS = (
    "create_date",
    "connector_id",
    "company_id",
    "direction",
    "entity",
    "external_id",
    "model",
    "res_id",
    "document_name",
    "operation",
    "status",
    "error_class",
    "amount",
    "currency_id",
    "duration_ms",
    "http_status",
    "actor_id",
    "correlation_id",
    "event_id",
    "job_uuid",
    "detail_hash",
)


class IntegrationJobLog(models.Model):
    """One change, refusal, attempt or human act. Append-only.

    A trigger of the database refuses UPDATE, DELETE and TRUNCATE. What may hold
    personal data (message and values) lies in `integration.job.log.detail`, where it
    can be erased; its hash stays here.
    """

    _name = "integration.job.log"
    _description = "Sync Log"
    _order = "id desc"
    _log_access = False
    _rec_name = "message"

    create_date = fields.Datetime(string="Time", required=True, readonly=True)
    # Links without foreign keys: they outlive what they name and are never set null.
    connector_id = LooseMany2one("integration.connector", readonly=True)
    company_id = LooseMany2one("res.company", required=True, readonly=True)
    direction = fields.Selection(DIRECTIONS, readonly=True)
    entity = fields.Char(readonly=True)
    external_id = fields.Char(readonly=True, string="Object there")
    model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(
        model_field="model", readonly=True, string="Document"
    )
    document_name = fields.Char(
        readonly=True, help="Name of the document at that time."
    )
    operation = fields.Selection(OPERATIONS, required=True, readonly=True)
    status = fields.Selection(LOG_STATUS, required=True, readonly=True)
    error_class = fields.Selection(ERROR_CLASS_LABELS, readonly=True)
    detail_ids = fields.One2many("integration.job.log.detail", "log_id")
    message = fields.Char(
        string="What happened", compute="_compute_detail", search="_search_message"
    )
    diff = fields.Json(compute="_compute_detail", string="Values")
    amount = fields.Monetary(readonly=True)
    currency_id = LooseMany2one("res.currency", readonly=True)
    duration_ms = fields.Integer(readonly=True, string="Duration (ms)")
    http_status = fields.Integer(readonly=True, aggregator=None)
    actor_id = LooseMany2one("res.users", readonly=True, string="By")
    correlation_id = fields.Char(readonly=True, string="Trace")
    event_id = LooseMany2one("integration.event", readonly=True, string="Message")
    job_uuid = fields.Char(readonly=True)
    detail_hash = fields.Char(readonly=True, string="Seal")

    _by_time = models.Index("USING brin (create_date) WITH (autosummarize = on)")
    _by_event = models.Index("(event_id) WHERE event_id IS NOT NULL")
    _by_record = models.Index("(model, res_id)")
    _by_object = models.Index("(connector_id, entity, external_id)")
    _failed = models.Index("(connector_id, id) WHERE status = 'error'")

    def init(self):
        """Make the table append-only; runs at install and at every upgrade."""
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION integration_job_log_guard() RETURNS trigger
            LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'DELETE'
                   AND current_setting('integration.retention', true) = 'on'
                   AND OLD.create_date < (now() AT TIME ZONE 'UTC')
                                         - interval '1 year' THEN
                    RETURN OLD;
                END IF;
                RAISE EXCEPTION 'the sync log is append-only (%)', TG_OP
                    USING ERRCODE = 'insufficient_privilege';
            END $$;
            CREATE OR REPLACE TRIGGER integration_job_log_rows
                BEFORE UPDATE OR DELETE ON integration_job_log
                FOR EACH ROW EXECUTE FUNCTION integration_job_log_guard();
            CREATE OR REPLACE TRIGGER integration_job_log_truncate
                BEFORE TRUNCATE ON integration_job_log
                FOR EACH STATEMENT EXECUTE FUNCTION integration_job_log_guard();
            ALTER TABLE integration_job_log
                ENABLE ALWAYS TRIGGER integration_job_log_rows,
                ENABLE ALWAYS TRIGGER integration_job_log_truncate;
            """
        )

    @api.depends("detail_ids")
    def _compute_detail(self):
        details = self.env["integration.job.log.detail"].sudo()
        found = {d.log_id.id: d for d in details.search([("log_id", "in", self.ids)])}
        for log in self:
            detail = found.get(log.id)
            log.message = detail.message if detail else self.env._("(erased)")
            log.diff = (detail.diff if detail else None) or {}

    def _search_message(self, operator, value):
        return [("detail_ids.message", operator, value)]

    def action_open_document(self):
        """Open the document this line is about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    def action_open_event(self):
        """Open the message behind this line."""
        self.ensure_one()
        return self.event_id.related_action_open_event()

    @api.model
    def _append(self, connector, rows: list[dict]) -> None:
        """Append lines: two statements for any number of rows.

        :param connector: `integration.connector` record the lines belong to
        :param rows: dicts with ``operation``, ``message`` and any of the columns;
            ``diff`` is a dict field → [before, after]
        """
        if not rows:
            return
        cr = self.env.cr
        now = fields.Datetime.now()
        details = [_detail(row) for row in rows]
        defaults = {
            "create_date": now,
            "connector_id": connector.id,
            "company_id": connector.company_id.id,
            "status": "success",
            "actor_id": self.env.uid,
        }
        lines = [
            {**defaults, **row, "detail_hash": detail_hash}
            for row, (_message, _diff, detail_hash) in zip(rows, details, strict=True)
        ]
        values = [tuple(line.get(name) for name in COLUMNS) for line in lines]
        ids = execute_values(
            cr._obj,
            f"INSERT INTO integration_job_log ({', '.join(COLUMNS)}) "
            "VALUES %s RETURNING id",
            values,
            page_size=len(values),
            fetch=True,
        )
        execute_values(
            cr._obj,
            "INSERT INTO integration_job_log_detail (log_id, company_id, message, diff)"
            " VALUES %s",
            [
                (log_id, connector.company_id.id, message, diff)
                for (log_id,), (message, diff, _hash) in zip(ids, details, strict=True)
            ],
            page_size=len(values),
        )
        self.invalidate_model(["detail_ids"], flush=False)


def _detail(row: dict) -> tuple:
    """The erasable part of a line: message, values as JSON text, and their hash."""
    message = (row.get("message") or "").replace("\x00", "")
    text = _dumps(row.get("diff") or {})
    # Hashed as it will be read again, as JSON types only.
    return message, text, canonical.digest(message, json.loads(text))


_dumps = json.JSONEncoder(default=str, ensure_ascii=False).encode
