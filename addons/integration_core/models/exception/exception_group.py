# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import ATTENTION_STATES
from .exception_group_line import can_be_tried

# A dry run holds the locks of real work: a few messages at a time.
CHUNK = 10
# Tried while the person waits; beyond it jobs do it, one after the other.
PAGE = 50
MOST = 5000
# What a preview found may hold personal data, and is of no use once things moved on.
KEPT = timedelta(days=7)


class IntegrationExceptionGroup(models.Model):
    """Messages that wait for the same reason, tried together before anything is done.

    Somebody mended the cause. Which of the messages would come through now, and what
    would be booked? A dry run says it for each, nothing is kept; then a person has
    those processed that pass, the others stay in the list with their new problem.
    """

    _name = "integration.exception.group"
    _description = "Group Preview"
    _order = "id desc"

    name = fields.Char("Problem", readonly=True, required=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    connector_id = fields.Many2one(
        "integration.connector",
        readonly=True,
        index=True,
        ondelete="cascade",
        help="Empty: messages of several connectors.",
    )
    mapping_id = fields.Many2one(
        "integration.mapping",
        readonly=True,
        ondelete="set null",
        string="Tried with",
        help="A draft that is tried instead of the mapping in use.",
    )
    choice_line_id = fields.Many2one(
        "integration.value.map.line",
        readonly=True,
        ondelete="cascade",
        string="Value",
        help="Tried as if this value stood for the record.",
    )
    choice_res_id = fields.Integer(readonly=True)
    user_id = fields.Many2one("res.users", "Started by", readonly=True, required=True)
    started_at = fields.Datetime(
        "Started", readonly=True, required=True, default=fields.Datetime.now
    )
    state = fields.Selection(
        [
            ("running", "Being tried"),
            ("ready", "Tried"),
            ("processed", "Processed"),
            ("failed", "Stopped by a problem"),
        ],
        required=True,
        readonly=True,
        default="running",
    )
    total = fields.Integer("Messages", readonly=True)
    left_out = fields.Integer(
        readonly=True, help="Further messages that this preview had no room for."
    )
    line_ids = fields.One2many(
        "integration.exception.group.line", "group_id", "What is tried", readonly=True
    )

    @api.depends("name")
    def _compute_display_name(self):
        for group in self:
            group.display_name = self.env._("Preview: %(name)s", name=group.name)

    # === STARTING === #

    @api.model
    def _start_where(self, domain: list):
        """Try what a domain finds, the oldest first, as many as there is room for."""
        exceptions = self.env["integration.exception"]
        found = exceptions.search(domain, order="id", limit=MOST)
        more = exceptions.search_count(domain) - len(found) if len(found) == MOST else 0
        return self._start(found, more=more)

    @api.model
    def _start(self, exceptions, mapping=None, more: int = 0):
        """Try open exceptions together, and what waits for their objects.

        More than a page of messages is tried by jobs.

        :param mapping: an `integration.mapping`, also a draft, to try them with
        :param more: how many there are besides
        :raises UserError: nothing to try, or messages of several companies
        """
        self.env["integration.event"]._require_operator()
        stopped = exceptions.filtered(
            lambda x: x.state == "open" and can_be_tried(x.event_id)
        )
        return self._start_events(
            stopped.event_id,
            {
                "name": self._name_of(stopped),
                "mapping_id": mapping.id if mapping else False,
            },
            more,
        )

    @api.model
    def _start_events(self, events, values: dict, more: int = 0):
        """Try messages that wait, and those that wait for their objects.

        The caller has checked who may do it.

        :param values: of the group: its name, what it is tried with
        """
        if not events:
            raise UserError(self.env._("None of these messages waits any more."))
        if len(events.company_id) > 1:
            raise UserError(self.env._("Choose messages of one company."))
        # In the order of their arrival: what belongs together is tried together.
        found = (events | self._waiting_for(events)).sorted("id")
        chosen = found[:MOST]
        connectors = chosen.connector_id
        group = self.sudo().create(
            {
                **values,
                "company_id": chosen.company_id.id,
                "connector_id": connectors.id if len(connectors) == 1 else False,
                "user_id": self.env.uid,
                "total": len(chosen),
                "left_out": len(found) - len(chosen) + more,
                "line_ids": [
                    fields.Command.create({"event_id": event.id}) for event in chosen
                ],
            }
        )
        group._begin()
        return group.with_env(self.env)

    @api.model
    def _waiting_for(self, events):
        """Messages that wait for the objects of these: they go on by themselves."""
        waiting = events.browse()
        for connector, group in events.grouped("connector_id").items():
            names = {f"{event.entity}:{event.external_id}" for event in group}
            waiting |= events.search(
                [
                    ("connector_id", "=", connector.id),
                    ("state", "=", "waiting"),
                    ("waiting_for", "in", list(names)),
                ],
                limit=MOST,
            )
        return waiting

    @api.model
    def _name_of(self, exceptions) -> str:
        """What these have in common, as exactly as it can be said."""
        for name in ("message", "problem"):
            if len(set(exceptions.mapped(name))) == 1:
                return exceptions[0][name]
        return self.env._(
            "%(count)s different problems", count=len(set(exceptions.mapped("problem")))
        )

    def _begin(self) -> None:
        """Try a page now, or let jobs do it."""
        if self.total <= PAGE:
            self._try_next()
        else:
            self._enqueue()

    def _enqueue(self) -> None:
        channel = self.connector_id or self.line_ids[:1].event_id.connector_id
        self.with_delay(
            priority=9,
            max_retries=0,
            channel=channel._channel(),
            identity_key=f"integration.group:{self.id}",
            description=self.name,
        )._job_try()

    def _job_try(self) -> str:
        """Job: try one page; the next page is another job, so that others get by."""
        group = self.sudo().exists()
        if group.state != "running":
            return "nothing to try"
        if group._try_next():
            group._enqueue()
        else:
            group._tell()
        return f"{group.tried_count} of {group.total}"

    def _job_try_failed(self, exc_name="", exc_message="", exc_info=""):
        """Queue job: it broke; what was tried before is kept and shown."""
        self.sudo().exists().write({"state": "failed"})

    def _tell(self) -> None:
        """Say to who started it that it is ready."""
        # Through the web client: who has left finds it under Needs Attention.
        self.user_id._bus_send(
            "simple_notification",
            {
                "title": self.env._("The preview is ready"),
                "message": self._result_sentence(),
                "type": "info",
                "sticky": True,
            },
        )

    # === TRYING === #

    def _try_next(self) -> bool:
        """Try the next page of messages.

        :return: whether there are more
        """
        self.ensure_one()
        todo = self.line_ids.filtered(lambda line: not line.outcome).sorted("id")
        page = todo[:PAGE]
        for start in range(0, len(page), CHUNK):
            page[start : start + CHUNK]._try()
        if len(todo) > len(page):
            return True
        self.state = "ready"
        self.invalidate_recordset(["line_ids"])  # what is red is first by now
        return False

    def _require_ready(self) -> None:
        """:raises AccessError: neither an operator nor who may decide about the value
        :raises UserError: it is still being tried
        """
        self.ensure_one()
        if self.choice_line_id:
            self.choice_line_id.check_access("write")
        else:
            self.env["integration.event"]._require_operator()
        if self.state == "running":
            raise UserError(self.env._("It is still being tried. Look again shortly."))

    # === ACTION METHODS === #

    def action_refresh(self):
        """Show how far it is."""
        return True

    def action_try_again(self):
        """Try what still waits once more, as things are now."""
        self._require_ready()
        events = self.line_ids._waiting().event_id
        values = {
            "name": self.name,
            "mapping_id": self.mapping_id.id,
            "choice_line_id": self.choice_line_id.id,
            "choice_res_id": self.choice_res_id,
        }
        return self.env[self._name]._start_events(events, values)._action_open()

    def action_process(self):
        """Process what passes; the others stay in the list with their new problem.

        :raises UserError: tried with a draft, or nothing of it waits any more
        """
        return self._process(("passes", "nothing"))

    def action_process_all(self):
        """As :meth:`action_process`; the system is asked for what is missing."""
        return self._process(("passes", "nothing", "asks"))

    def _process(self, outcomes: tuple) -> bool:
        self._require_ready()
        if self.mapping_id and not self._is_in_use():
            raise UserError(
                self.env._(
                    "This was tried with a mapping that is not in use yet. Let it be "
                    "approved first, then try again."
                )
            )
        waiting = self.line_ids._waiting()
        passing = waiting.filtered(lambda line: line.outcome in outcomes)
        if not passing:
            raise UserError(self.env._("None of these messages waits any more."))
        if self.choice_line_id:
            # Binds, tells the sync log who decided, and retries all that it stopped.
            self.choice_line_id.res_id = self.choice_res_id
        else:
            (waiting - passing)._keep_problem()
            # What waits for one of these goes on by itself.
            stopped = passing.event_id.filtered(lambda e: e.state in ATTENTION_STATES)
            (stopped or passing.event_id).action_retry()
        self.sudo().state = "processed"
        return True

    def _is_in_use(self) -> bool:
        """Whether the mapping it was tried with is the one that works now."""
        flows = self.line_ids.event_id.connector_id.sudo().flow_ids
        return self.mapping_id in flows.mapping_id

    def _action_open(self) -> dict:
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview of a group"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    @api.autovacuum
    def _gc_groups(self):
        self.sudo().search(
            [("started_at", "<", fields.Datetime.now() - KEPT)], limit=1000
        ).unlink()
