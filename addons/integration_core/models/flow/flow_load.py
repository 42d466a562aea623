# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import time

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.queue_job.exception import RetryableJobError

from ...engine import canonical, strict_json, trace
from ...engine.errors import (
    AuthenticationError,
    IntegrationError,
    PermanentError,
    SchemaError,
)
from ...engine.masking import masked_logger
from ...messages import PAGE, Item, Message, Source
from ...transaction import checkpoint, is_outage

_logger = masked_logger(__name__)

BUDGET = 20.0  # seconds one job works before it hands over to the next


class IntegrationFlow(models.Model):
    """Initial load: counts first, then page by page through the ordinary path.

    A page is one event. Objects whose digest is equal cost no row; each changed one
    goes through the pipeline; a failed one becomes an event of its own, so that a
    person can deal with it while the load goes on.
    """

    _inherit = "integration.flow"

    load_state = fields.Selection(
        [
            ("none", "Not loaded"),
            ("counted", "Counted"),
            ("running", "Loading"),
            ("stopping", "Stopping"),
            ("stopped", "Stopped"),
            ("done", "Loaded"),
            ("failed", "Stopped by a problem"),
        ],
        default="none",
        readonly=True,
        copy=False,
    )
    load_total = fields.Integer(string="Objects there", readonly=True, copy=False)
    load_done = fields.Integer(string="Read", readonly=True, copy=False)
    load_failed = fields.Integer(string="Need a person", readonly=True, copy=False)
    load_linked = fields.Integer(
        string="Linked already", compute="_compute_load_linked"
    )
    load_cursor = fields.Char(readonly=True, copy=False)
    load_message = fields.Char(readonly=True, copy=False)

    def _compute_load_linked(self):
        for flow in self:
            flow.load_linked = (
                self.env["integration.external.id"]
                .sudo()
                .search_count(
                    [
                        ("connector_id", "=", flow.connector_id.id),
                        ("entity", "=", flow.entity),
                        ("role", "=", ""),
                    ]
                )
            )

    # === ACTION METHODS === #

    def action_count(self):
        """Count what a load would read; nothing is changed."""
        for flow in self:
            flow._require_loadable()
            connector = flow.connector_id.sudo()
            try:
                total = connector._adapter()._count(connector, flow.entity)
            except IntegrationError as error:
                raise UserError(connector._explain(error)) from error
            flow.sudo().write({"load_state": "counted", "load_total": max(total, 0)})
        return True

    def action_load(self):
        """Start the load, or go on where it was stopped."""
        for flow in self:
            flow._require_loadable()
            flow.connector_id._require_active()
            if flow.load_state in ("running", "stopping"):
                raise UserError(self.env._("It is being loaded already."))
            flow.connector_id._log(
                "configure",
                self.env._("Load started: %(flow)s", flow=flow.display_name),
                actor_id=self.env.uid,
            )
            flow._start_load(whole=True)
        return True

    def action_stop_load(self):
        """Stop after the page that is being worked on."""
        self.env["integration.event"]._require_operator()
        self.filtered(lambda f: f.load_state == "running").sudo().write(
            {"load_state": "stopping"}
        )
        return True

    # === BUSINESS METHODS === #

    def _require_loadable(self) -> None:
        """:raises UserError: outgoing, paused, or without rights"""
        self.ensure_one()
        user = self.env.user
        if not self.env.su and not (
            user.has_group("integration_core.group_operator")
            or user.has_group("integration_core.group_manager")
        ):
            raise UserError(self.env._("Only operators of Integrations may do this."))
        if self.direction != "in" or self.mode == "paused" or not self.mapping_id:
            raise UserError(
                self.env._("Only an incoming flow that is not paused can be loaded.")
            )

    def _start_load(self, whole: bool = False) -> None:
        """Start from the beginning, or go on where a load was stopped.

        :param whole: everything, also where only what is new would do
        """
        for flow in self.sudo():
            again = flow.load_state in ("stopped", "failed") and flow.load_cursor
            begin = "" if whole or again else flow._cursor_of_new()
            flow.write(
                {
                    "load_state": "running",
                    "load_message": False,
                    "load_done": flow.load_done if again else 0,
                    "load_failed": flow.load_failed if again else 0,
                    "load_cursor": flow.load_cursor if again else begin or False,
                    "watermark": flow.watermark if again else flow._read_up_to(),
                    "last_load_at": fields.Datetime.now(),
                }
            )
            flow._enqueue_load()

    def _enqueue_load(self) -> None:
        self.sudo().with_delay(
            priority=20,
            max_retries=0,
            channel=self.connector_id._channel(),
            identity_key=f"integration.load:{self.id}",
            description=self.display_name,
        )._job_load()

    def _job_load(self) -> str:
        """Job: read and apply pages until the end, a stop, or the time is up."""
        flow = self.sudo()
        deadline = time.monotonic() + BUDGET
        while flow.load_state == "running" and not flow._load_obstacle():
            if not flow._load_page():
                break
            # A code change, or time for others: another job goes on.
            drain = self.env["integration.drain"]
            if (
                not drain._take_in_changes(flow.connector_id)
                or time.monotonic() > deadline
            ):
                flow._enqueue_load()
                break
            flow.invalidate_recordset()
        if flow.load_state == "stopping":
            flow.load_state = "stopped"
        elif flow.load_state == "running" and (reason := flow._load_obstacle()):
            flow.write({"load_state": "stopped", "load_message": reason})
        checkpoint(self.env)
        if flow.load_state == "done":
            flow._loaded()
        return f"{flow.load_done} read"

    def _loaded(self) -> None:
        """Everything was read to the end, in a transaction of its own; for addons."""

    def _load_obstacle(self) -> str:
        """Why no page may be read now, as a sentence; '' when one may.

        A paused flow has no plan: its objects would be left out, not kept waiting.
        """
        self.ensure_one()
        if self.mode == "paused" or not self.mapping_id:
            return self.env._("The flow is paused or has no mapping.")
        return self.connector_id._standstill_reason()

    def _job_load_failed(self, exc_name="", exc_message="", exc_info=""):
        """Queue job: the load broke; it can be started again where it stopped."""
        if is_outage(exc_name):
            # It still says that it runs, and has no job: the sweeper starts it again.
            _logger.warning("Load of flow %s: the database went away", self.id)
            return
        self.sudo().write(
            {
                "load_state": "failed",
                "load_message": self.env._("Something unexpected happened."),
            }
        )

    def _load_page(self) -> bool:
        """One page: read it, then apply it in one transaction.

        :return: whether there are more
        :raises RetryableJobError: the peer does not answer just now
        """
        connector = self.connector_id
        adapter = connector._adapter()
        cursor = self.load_cursor or ""
        entity, size = self.entity, min(self.batch_size, 100)
        checkpoint(self.env)  # no open snapshot while the peer is asked
        try:
            page = adapter._page(connector, entity, cursor, size)
        except AuthenticationError as error:
            connector._suspend(connector._explain(error))
            return False
        except (PermanentError, SchemaError) as error:
            # The place may be what it refuses (its object is gone): the next load
            # begins anew, and what is known already costs nothing.
            self.write(
                {
                    "load_state": "failed",
                    "load_message": str(error),
                    "load_cursor": False,
                }
            )
            return False
        except IntegrationError as error:
            self.load_message = str(error)
            checkpoint(self.env)
            raise RetryableJobError(
                str(error), seconds=int(error.retry_after or 10), ignore_retry=True
            ) from error
        failed = self._apply_page(connector, adapter, page, cursor)
        self.write(
            {
                "load_done": self.load_done + len(page.records),
                "load_total": max(self.load_total, self.load_done + len(page.records)),
                "load_failed": self.load_failed + failed,
                "load_cursor": page.cursor or False,
                "load_state": self.load_state if page.cursor else "done",
                "load_message": False,
                "watermark": self._watermark_after(page),
            }
        )
        checkpoint(self.env)
        return bool(page.cursor)

    @api.model
    def _apply_page(self, connector, adapter, page, cursor: str) -> int:
        """Store a page as one event and run its objects through the pipeline.

        :return: how many need a person
        """
        if not page.records:
            return 0
        intake = self.env["integration.intake"]
        gate = connector._webhook_gate()
        meta = {"correlation_id": trace.new_trace_id(), "headers": {}}
        body = strict_json.dumps([record for _id, record in page.records]).encode()
        message = Message(
            source_event_id=f"{PAGE}:{self.entity}:{cursor}:{page.version}:"
            f"{canonical.digest(body)[:12]}",
            source_type=f"{PAGE}.{self.entity}",
            body=body,
            entity=self.entity,
            fingerprint=PAGE,
            occurred_at=fields.Datetime.now(),
            version=page.version,
        )
        stored = intake._insert([intake._row(gate, message, meta, state="done")])
        page_id = next(iter(stored.values()))["id"] if stored else 0
        self.env.cr.execute(
            "UPDATE integration_event SET finished_at = received_at WHERE id = %s",
            (page_id,),
        )
        items = []
        for external_id, record in page.records:
            item = Item(
                event_id=page_id,
                uuid="",
                entity=self.entity,
                external_id=external_id,
                lane=f"{self.entity}:{external_id}",
                source_type=message.source_type,
                correlation_id=meta["correlation_id"],
            )
            self._read_record(connector, adapter, item, record, page)
            items.append(item)
        return self.env["integration.pipeline"]._bulk(connector, items, meta)

    @api.model
    def _read_record(self, connector, adapter, item: Item, record: dict, page) -> None:
        """Source of one object of a page; one that cannot be read stops no other."""
        try:
            item.source = adapter._page_source(connector, item.entity, record, page)
            return
        except IntegrationError as error:
            item.fail(error)
        except Exception:
            _logger.exception("Connector %s: unreadable object", connector.id)
            item.fail(SchemaError(self.env._("The object cannot be read.")))
        item.source = Source(record, page.version)
