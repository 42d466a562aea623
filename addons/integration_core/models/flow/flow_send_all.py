# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.queue_job.exception import RetryableJobError

from ...transaction import checkpoint

# Messages in the queue beyond which a page waits, and for how long.
QUEUE = 500
PAUSE = 5  # seconds


class IntegrationFlow(models.Model):
    """Sends every record of an outgoing flow: counted first, page by page, paced.

    The same as a load the other way round: what is equal there already is left alone,
    so it may be repeated and goes on where it was stopped.
    """

    _inherit = "integration.flow"

    send_state = fields.Char("State", compute="_compute_send_state")

    @api.depends("load_state")
    def _compute_send_state(self):
        words = {
            "none": self.env._("Not started"),
            "counted": self.env._("Counted"),
            "running": self.env._("At work"),
            "stopping": self.env._("Stopping"),
            "stopped": self.env._("Stopped"),
            "done": self.env._("All looked at"),
            "failed": self.env._("Stopped by a problem"),
        }
        for flow in self:
            flow.send_state = words[flow.load_state or "none"]

    def action_count(self):
        """Override to count what would be looked at in Odoo."""
        outgoing = self.filtered(lambda f: f.direction == "out")
        for flow in outgoing:
            flow._require_loadable()
            records, domain = flow.sudo()._sent_records()
            total = records.search_count(domain)
            flow.sudo().write({"load_state": "counted", "load_total": total})
        return super(IntegrationFlow, self - outgoing).action_count()

    def _require_loadable(self) -> None:
        """Override: an outgoing flow sends instead of reading."""
        if self.direction != "out":
            return super()._require_loadable()
        self.env["integration.event"]._require_operator()
        if self.mode == "paused" or not self.mapping_id:
            raise UserError(
                self.env._("Only a flow that is not paused and has a mapping can send.")
            )
        return None

    def _sent_records(self):
        """(model in the rights of the technical user, domain of what is sent)."""
        self.ensure_one()
        env = self.connector_id._work_env()
        entity = env[self.env["integration.entity"]._for(self.entity)._name]
        records = env[entity._record_model].with_context(active_test=False)
        domain = Domain(entity._export_domain()) & Domain(self._out_domain())
        return records, domain

    def _load_page(self) -> bool:
        """Override: one page of records becomes messages."""
        if self.direction != "out":
            return super()._load_page()
        self._wait_for_queue()
        records, domain = self._sent_records()
        last = int(self.load_cursor or 0)
        size = self.batch_size
        page = records.search(domain & Domain("id", ">", last), order="id", limit=size)
        outbound = self.env["integration.outbound"]
        outbound._append(
            [
                outbound._row_of(self.connector_id, self.entity, page._name, id_)
                for id_ in page.ids
            ]
        )
        more = len(page) == size
        done = self.load_done + len(page)
        self.write(
            {
                "load_done": done,
                "load_total": max(self.load_total, done),
                "load_cursor": str(page[-1:].id) if more else False,
                "load_state": self.load_state if more else "done",
                "load_message": False,
                "watermark": self.watermark
                if more
                else {"sent": fields.Datetime.to_string(fields.Datetime.now())},
            }
        )
        checkpoint(self.env)
        return more

    def _wait_for_queue(self) -> None:
        """Let changes of people through: no page while many messages wait.

        :raises RetryableJobError: the job comes again in a few seconds
        """
        self.env.cr.execute(
            """
            SELECT count(*) FROM (
                SELECT 1 FROM integration_event
                 WHERE connector_id = %s AND direction = 'out' AND state = 'pending'
                 LIMIT %s) waiting
            """,
            (self.connector_id.id, QUEUE),
        )
        if self.env.cr.fetchone()[0] >= QUEUE:
            raise RetryableJobError("the queue is full", PAUSE, ignore_retry=True)
