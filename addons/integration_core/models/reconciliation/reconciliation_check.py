# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models, tools

from ...engine.reconcile import Entry
from ...messages import Control
from ...transaction import checkpoint

PREFIX = "integration.reconciliation.check."
PAGE_SIZE = 100
# How long a message may wait for another object and still be called on its way.
ON_ITS_WAY = timedelta(hours=1)
# Kinds that reading the object once more may mend.
FETCHABLE = ("missing_here", "timing", "fee", "amount")


class Fix(NamedTuple):
    """One way to mend a difference, a button on it.

    :param key: ``fetch``, or a method ``action_<key>`` of the line
    :param label: what the button says
    """

    key: str
    label: str


class IntegrationReconciliationCheck(models.AbstractModel):
    """One thing that both sides must agree about.

    A domain addon inherits this as ``integration.reconciliation.check.<name>``; nothing
    has to be registered. All methods run as the connector's technical user; rows of the
    hub are read with ``sudo()``, business records never.
    """

    _name = "integration.reconciliation.check"
    _description = "Check of a Reconciliation"

    # Name for good: part of totals and lines.
    _check = ""
    # Entities of which a live flow must bring one, else the check does not apply.
    _entities: tuple = ()
    # Entity whose objects the lines are about: links, fetching.
    _entity = ""
    # Order of checks; the one with the lowest is what the list of runs shows.
    _rank = 50
    # Checks that must be done before, where they apply.
    _after: tuple = ()

    # === REGISTRY === #

    @api.model
    @tools.ormcache()
    def _check_models(self) -> dict:
        """Name → model name, of every installed check, in their order."""
        found = [
            (self.env[name]._rank, self.env[name]._check, name)
            for name in self.env.registry
            if name.startswith(PREFIX) and self.env[name]._check
        ]
        return {check: name for _rank, check, name in sorted(found)}

    @api.model
    def _for(self, check: str):
        """The check model of a name, or None where its addon is gone."""
        name = self._check_models().get(check)
        return self.env[name] if name else None

    @api.model
    def _label_of(self, check: str) -> str:
        """What people call a check; its name where its addon is gone."""
        model = self._for(check)
        return model._label() if model is not None else check

    @api.model
    def _all(self, connector) -> list:
        """Checks that apply to a connector, in the environment of its work."""
        env = connector._work_env()
        checks = [env[name] for name in self._check_models().values()]
        return [check for check in checks if check._applies(connector)]

    # === HOOKS === #

    @api.model
    def _label(self) -> str:
        """What people call it."""
        return self._check

    @api.model
    def _note_label(self) -> str:
        """What people call the remark that each side of a difference has."""
        return self.env._("State")

    @api.model
    def _owner(self, connector):
        """Who takes care of differences: of the flow, or of the connector."""
        flow = connector.sudo().flow_ids.filtered(
            lambda f: f.direction == "in" and f.entity == self._entity
        )
        return flow[:1].user_id or connector.sudo().user_id

    @api.model
    def _applies(self, connector) -> bool:
        """Whether this connector exchanges what is compared here."""
        flows = connector.sudo().flow_ids.filtered(
            lambda flow: flow.direction == "in" and flow.mode == "live"
        )
        return bool(set(self._entities) & set(flows.mapped("entity")))

    @api.model
    def _there(self, run) -> list[Entry]:
        """What the peer has of the days of a run; may talk to it.

        :raises engine.errors.IntegrationError: it cannot be read; a
            `NotOfferedError` leaves the check out, with its message as the remark
        """
        raise NotImplementedError

    @api.model
    def _here(self, run) -> list[Entry]:
        """What Odoo has of the days of a run; asked again after signing."""
        raise NotImplementedError

    @api.model
    def _known(self, run, there: list[Entry]) -> list[Entry]:
        """What Odoo has, on whichever day, of things that :meth:`_here` left out.

        So that what stands on another day is not called missing.
        """
        return []

    @api.model
    def _align(self, run, there: list[Entry], here: list[Entry]) -> tuple[list, list]:
        """Both sides once more, where only the one tells what the other means."""
        return there, here

    @api.model
    def _on_its_way(self, run, keys: dict) -> set:
        """Keys of things that the inbox holds and nobody has worked on yet.

        :param keys: key → entry, of what is there and not here
        """
        ids = {entry.external_id or key: key for key, entry in keys.items()}
        return {ids[name] for name in self._unfinished(run, self._entity, list(ids))}

    @api.model
    def _pending_there(self, run, here: list[Entry]) -> set:
        """Keys of things that the peer counts only later; here are those it has not."""
        return set()

    @api.model
    def _elsewhere(self, run, currency: str) -> Decimal:
        """What other lines explain of the difference in a currency, here minus there.

        Called once the other checks of the run are done.
        """
        return Decimal(0)

    @api.model
    def _adjust(self, run, comparison) -> None:
        """Change what came out before it is written down."""

    @api.model
    def _fixes(self, line) -> list[Fix]:
        """Ways to mend a difference, the best first. Explaining it is always one."""
        fixes = []
        if line.kind in FETCHABLE and line._can_fetch():
            fixes.append(Fix("fetch", self.env._("Fetch it")))
        if event := line._waiting_event():
            fix = Fix("open_event", self.env._("Decide…"))
            if event.state == "waiting":
                fix = Fix("open_awaited", self.env._("What it waits for…"))
            fixes.insert(0, fix)
        if line.res_id:
            fixes.append(Fix("open_document", self.env._("Open document")))
        return fixes

    # === HELP FOR CHECKS === #

    @api.model
    def _controls(self, run, entity: str, since=None, until=None) -> list[Control]:
        """Everything the peer has of an entity, page by page; each page ends the open
        transaction, so that no snapshot is held while the peer is asked.

        :param since: naive UTC, included; the run's first instant if left out
        :param until: naive UTC, not included; the end of the run if left out
        """
        connector, (first, end) = run.connector_id, run._days()
        since, until = run._not_before_start(since or first), until or end
        records, cursor = [], ""
        while True:
            run._pause()
            page = connector._adapter()._control(
                connector, entity, since, until, cursor, PAGE_SIZE
            )
            records += page.records
            cursor = page.cursor
            if not cursor:
                return [r for r in records if since <= r.occurred_at < until]

    @api.model
    def _entry_of(self, run, control: Control, **values) -> Entry:
        """What the peer says of an object, as one side of the comparison."""
        money = control.amount
        given = {
            "key": control.key or control.external_id,
            "amount": Decimal(money["amount"]) if money else None,
            "currency": money["currency"] if money else "",
            "day": run._day_of(control.occurred_at),
            "title": control.note or control.key or control.external_id,
            "external_id": control.external_id,
            "note": control.status,
        }
        return Entry(**given | values)

    @api.model
    def _unfinished(self, run, entity: str, external_ids: list) -> set:
        """Of these objects, those whose messages are on their way through the hub.

        One that waits for what a person has to decide, or has waited for an hour, is
        missing.
        """
        self.env["integration.exception"].flush_model()
        self.env.cr.execute(
            """
            WITH RECURSIVE waits (external_id, waiting_for) AS (
                SELECT external_id, waiting_for FROM integration_event
                 WHERE connector_id = %(connector)s AND entity = %(entity)s
                   AND external_id = ANY(%(ids)s)
                   AND direction = 'in' AND state = 'waiting'
                   AND received_at > now() AT TIME ZONE 'UTC' - %(patience)s
                 UNION
                SELECT w.external_id, e.waiting_for
                  FROM waits w
                  JOIN integration_event e ON e.connector_id = %(connector)s
                   AND e.entity = split_part(w.waiting_for, ':', 1)
                   AND e.external_id = substr(
                       w.waiting_for, strpos(w.waiting_for, ':') + 1)
                   AND e.direction = 'in' AND e.state = 'waiting'
            )
            SELECT external_id FROM integration_event
             WHERE connector_id = %(connector)s AND entity = %(entity)s
               AND external_id = ANY(%(ids)s)
               AND direction = 'in' AND state IN ('pending', 'retry')
             UNION
            SELECT external_id FROM waits
             GROUP BY external_id
            HAVING NOT bool_or(EXISTS (
                   SELECT 1 FROM integration_exception x
                    WHERE x.connector_id = %(connector)s AND x.state = 'open'
                      AND x.entity || ':' || x.external_id = waits.waiting_for))
            """,
            {
                "connector": run.connector_id.id,
                "entity": entity,
                "ids": external_ids,
                "patience": ON_ITS_WAY,
            },
        )
        return {row[0] for row in self.env.cr.fetchall()}

    @api.model
    def _links(self, run, entity: str, domain: list) -> dict:
        """External id → (model, id) of bound records of an entity."""
        links = self.env["integration.external.id"].sudo()
        found = links.search_fetch(
            [
                ("connector_id", "=", run.connector_id.id),
                ("entity", "=", entity),
                ("role", "=", ""),
                *domain,
            ],
            ["external_id", "model", "res_id", "primary"],
            order="primary, id",
        )
        return {link.external_id: (link.model, link.res_id) for link in found}

    @api.model
    def _within(self, run, day) -> bool:
        return run.date_from <= day <= run.date_to

    @api.model
    def _money(self, value, currency) -> Decimal:
        """What a monetary field of Odoo means, in units of the currency."""
        return Decimal(f"{value or 0:.{currency.decimal_places}f}")


class IntegrationReconciliation(models.Model):
    """What checks need of the run that works on them."""

    _inherit = "integration.reconciliation"

    def _pause(self) -> None:
        """End the transaction before the peer is asked, where a job does the work."""
        if self.env.context.get("integration_reconciling"):
            checkpoint(self.env)

    def _not_before_start(self, moment):
        """A naive UTC instant, or that from which the hub is in charge if it is later:
        what is older is nobody's here."""
        self.ensure_one()
        start = self.connector_id.start_date
        return max(moment, self._midnight(start)) if start else moment

    def _today(self):
        """Today where the company is."""
        return self._day_of(fields.Datetime.now())
