# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.modules.module import get_module_icon
from odoo.tools import SQL
from odoo.tools.misc import babel_locale_parse, format_amount

DAYS = 7
# Two look-ups a connector, both on partial or covering indexes: the page stays fast
# whatever the number of messages kept.
COUNTERS = """
    SELECT c.id,
           (SELECT count(*) FROM integration_event
             WHERE connector_id = c.id AND state = 'pending'),
           (SELECT count(*) FROM integration_event
             WHERE connector_id = c.id AND state IN ('retry', 'waiting', 'sending')),
           (SELECT count(*) FROM integration_exception
             WHERE connector_id = c.id AND state = 'open'),
           (SELECT count(*) FROM integration_exception
             WHERE connector_id = c.id AND state = 'open'
               AND event_state IN ('dead', 'quarantine')
               AND opened_at >= %(today)s),
           (SELECT count(*) FROM integration_exception
             WHERE connector_id = c.id AND state = 'open' AND event_state = 'review'),
           (SELECT finished_at FROM integration_event
             WHERE connector_id = c.id AND state = 'done'
             ORDER BY id DESC LIMIT 1)
      FROM unnest(%(ids)s::int[]) AS c(id)
"""
# What waits for a person, and what waits for the object of such a message: invoices for
# a tax that nobody has mapped. Amounts of different currencies are never added up.
BLOCKED = """
    SELECT connector_id, currency_id, sum(amount)
      FROM (SELECT connector_id, currency_id, amount
              FROM integration_exception
             WHERE connector_id = ANY(%(ids)s) AND state = 'open'
             UNION ALL
            SELECT e.connector_id, e.currency_id, e.amount
              FROM integration_event e
             WHERE e.connector_id = ANY(%(ids)s) AND e.state = 'waiting'
               AND EXISTS (SELECT 1 FROM integration_exception x
                            WHERE x.connector_id = e.connector_id
                              AND x.state = 'open'
                              AND x.entity || ':' || x.external_id = e.waiting_for)
           ) AS found
     WHERE currency_id IS NOT NULL
     GROUP BY connector_id, currency_id
    HAVING sum(amount) <> 0
     ORDER BY connector_id, currency_id
"""


class IntegrationConnector(models.Model):
    """What the connector's card and form show: counters, bars, links."""

    _inherit = "integration.connector"

    queue_count = fields.Integer("In queue", compute="_compute_counters")
    retry_count = fields.Integer("Trying again", compute="_compute_counters")
    attention_count = fields.Integer("Needs attention", compute="_compute_counters")
    failed_today = fields.Integer(compute="_compute_counters")
    decision_count = fields.Integer("Needs decision", compute="_compute_counters")
    last_success_at = fields.Datetime("Last success", compute="_compute_counters")
    last_success_text = fields.Char(compute="_compute_last_success_text")
    blocked_text = fields.Char("Amount blocked", compute="_compute_blocked_text")
    week_graph = fields.Text(compute="_compute_week_graph")
    link_count = fields.Integer("Linked records", compute="_compute_link_count")
    flow_count = fields.Integer("Flow count", compute="_compute_flow_count")
    icon_url = fields.Char(compute="_compute_icon_url")

    # === COMPUTE METHODS === #

    def _compute_counters(self):
        self.env["integration.event"].flush_model()
        self.env["integration.exception"].flush_model()
        today = fields.Datetime.now().replace(hour=0, minute=0, second=0)
        self.env.cr.execute(COUNTERS, {"ids": self.ids, "today": today})
        found = {row[0]: row[1:] for row in self.env.cr.fetchall()}
        for connector in self:
            counters = found.get(connector.id) or (0, 0, 0, 0, 0, False)
            connector.queue_count = counters[0]
            connector.retry_count = counters[1]
            connector.attention_count = counters[2]
            connector.failed_today = counters[3]
            connector.decision_count = counters[4]
            connector.last_success_at = counters[5]

    @api.depends("last_success_at")
    def _compute_last_success_text(self):
        now = fields.Datetime.now()
        for connector in self:
            connector.last_success_text = _ago(self.env, connector.last_success_at, now)

    def _compute_blocked_text(self):
        self.env["integration.event"].flush_model()
        self.env["integration.exception"].flush_model()
        self.env.cr.execute(BLOCKED, {"ids": self.ids})
        currencies = self.env["res.currency"]
        texts = defaultdict(list)
        for connector_id, currency_id, amount in self.env.cr.fetchall():
            text = format_amount(self.env, amount, currencies.browse(currency_id))
            texts[connector_id].append(text)
        for connector in self:
            connector.blocked_text = ", ".join(texts.get(connector.id, []))

    def _compute_week_graph(self):
        today = fields.Date.context_today(self)
        days = [today - timedelta(days=DAYS - 1 - index) for index in range(DAYS)]
        counts = self._changes_per_day(days[0])
        locale = babel_locale_parse(self.env.user.lang)
        names = locale.days["stand-alone"]["abbreviated"]
        for connector in self:
            values = [
                {
                    "label": names[day.weekday()],
                    "value": counts.get((connector.id, day), 0),
                    "type": "past",
                }
                for day in days
            ]
            if not any(value["value"] for value in values):
                connector.week_graph = False
                continue
            graph = {
                "key": self.env._("Changes"),
                "values": values,
                "is_sample_data": False,
            }
            connector.week_graph = json.dumps([graph])

    def _changes_per_day(self, since) -> dict:
        """(connector id, day) → lines of the sync log, in one query."""
        tz = self.env.user.tz or "UTC"
        rows = self.env.execute_query(
            SQL(
                """
                SELECT connector_id, day, count(*)
                  FROM (SELECT connector_id,
                               (create_date AT TIME ZONE 'UTC'
                                AT TIME ZONE %(tz)s)::date AS day
                          FROM integration_job_log
                         WHERE create_date >= %(since)s
                           AND connector_id = ANY(%(ids)s)
                           AND operation NOT IN ('configure', 'reveal')) AS line
                 GROUP BY connector_id, day
                """,
                tz=tz,
                since=since - timedelta(days=1),
                ids=self.ids,
            )
        )
        return {(connector_id, day): count for connector_id, day, count in rows}

    def _compute_link_count(self):
        groups = self.env["integration.external.id"]._read_group(
            [("connector_id", "in", self.ids)], ["connector_id"], ["__count"]
        )
        counts = {connector.id: count for connector, count in groups}
        for connector in self:
            connector.link_count = counts.get(connector.id, 0)

    @api.depends("flow_ids")
    def _compute_flow_count(self):
        for connector in self:
            connector.flow_count = len(connector.flow_ids)

    @api.depends("system")
    def _compute_icon_url(self):
        for connector in self:
            # The addon that brings the system brings its icon.
            module = connector._adapter()._original_module if connector.system else ""
            connector.icon_url = get_module_icon(module or "integration_core")

    # === ACTION METHODS === #

    def _open(self, xmlid: str, **context) -> dict:
        """An action of the app, filtered to this connector."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(f"integration_core.{xmlid}")
        action["context"] = dict(context, search_default_connector_id=self.id)
        return action

    def action_open_attention(self):
        """What of this connector waits for a person."""
        return self._open("action_attention", search_default_open=1)

    def action_open_messages(self):
        """All messages of this connector."""
        return self._open("action_event")

    def action_open_queue(self):
        """Messages of this connector that are not finished."""
        return self._open("action_event", search_default_unfinished=1)

    def action_open_logs(self):
        """What this connector did."""
        return self._open("action_job_log")

    def action_open_links(self):
        """What this connector has bound to Odoo records."""
        return self._open("action_external_id")

    def action_open_flows(self):
        """What this connector exchanges."""
        return self._open("action_flow", default_connector_id=self.id)

    def action_continue_setup(self):
        """Open the form, where the set-up assistant goes on."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    @api.model
    def action_start_page(self):
        """Where the app opens: the first page of the person's first role.

        Who has several roles begins where most can go wrong.
        """
        xmlid, context = next(
            (xmlid, context)
            for group, xmlid, context in self._start_pages()
            if self.env.user.has_group(group) or group.endswith(".group_user")
        )
        action = self.env["ir.actions.actions"]._for_xml_id(xmlid)
        return dict(action, context=context) if context else action

    @api.model
    def _start_pages(self) -> list[tuple]:
        """(group, action, what is chosen there), in order; the last is for the rest."""
        mine = {
            "search_default_open": 1,
            "search_default_mine_or_free": 1,
            "search_default_group_class": 1,
        }
        return [
            ("integration_core.group_manager", "integration_core.action_connector", {}),
            (
                "integration_core.group_operator",
                "integration_core.action_attention",
                mine,
            ),
            (
                "integration_core.group_designer",
                "integration_core.action_mapping",
                {"search_default_failing": 1} if self._tests_fail() else {},
            ),
            ("integration_core.group_user", "integration_core.action_job_log", {}),
        ]

    @api.model
    def _tests_fail(self) -> bool:
        """Whether a mapping fails: a list of none would look as if there were none."""
        mappings = self.env["integration.mapping"]
        return bool(mappings.search_count([("test_state", "=", "failed")], limit=1))


def _ago(env, moment, now) -> str:
    """How long ago, in the one unit that matters."""
    if not moment:
        return env._("Nothing exchanged yet")
    seconds = max(int((now - moment).total_seconds()), 0)
    if seconds < 60:
        return env._("Last success %(n)s s ago", n=seconds)
    if seconds < 3600:
        return env._("Last success %(n)s min ago", n=seconds // 60)
    if seconds < 86400:
        return env._("Last success %(n)s h ago", n=seconds // 3600)
    return env._("Last success %(n)s days ago", n=seconds // 86400)
