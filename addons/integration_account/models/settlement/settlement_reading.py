# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.integration_core.engine.errors import IntegrationError

ENTITY = "balance_transaction"
# A payout whose transactions did not come in this time is read for again.
PATIENCE = timedelta(minutes=10)
OVERDUE = timedelta(hours=1)
LIMIT = 200
# Single objects that one job reads; the regular run goes on with the rest.
MOST_READ = 100


class IntegrationSettlement(models.Model):
    """Reads what a payout names and Odoo does not have; looks after those that wait."""

    _inherit = "integration.settlement"

    def _enqueue_reading(self) -> None:
        """Enqueue the job that reads the transactions of these payouts, one each."""
        for payout in self.sudo():
            flow = payout._flow_of_transactions()
            if not flow or not payout.connector_id._may_work():
                continue
            payout.with_delay(
                priority=8,
                max_retries=0,
                channel=payout.connector_id._channel(),
                identity_key=f"integration.payout:{payout.id}",
                description=payout.display_name,
            )._job_read()

    def _flow_of_transactions(self):
        """The flow that brings balance transactions, if there is one that works."""
        flows = self.connector_id.sudo().flow_ids
        return flows.filtered(
            lambda f: f.direction == "in" and f.entity == ENTITY and f.mapping_id
        )[:1]

    def _job_read(self) -> str:
        """Job: read the transactions of this payout, a page at a time.

        :raises RetryableJobError: the peer does not answer just now
        """
        self.ensure_one()
        payout = self.sudo()
        flow = payout._flow_of_transactions()
        if not flow or not payout._lacks():
            return "nothing is missing"
        try:
            count = payout._read_transactions(flow)
        except IntegrationError as error:
            payout.connector_id._log(
                "attempt",
                str(error),
                status="error",
                error_class=error.error_class,
                direction="in",
                entity="payout",
                external_id=payout.external_id,
            )
            return str(error)
        payout._note_missing()
        return f"{count} read"

    def _note_missing(self) -> None:
        """Say so when transactions do not come, though everything was read.

        They may be on their way for a while, with the payments they wait for; after
        that somebody must know. Taken back when they are here (:meth:`_tie`).
        """
        self.invalidate_recordset()
        if self.count_expected and self.create_date < fields.Datetime.now() - OVERDUE:
            self.write({"tie_state": "open", "problem": "missing"})

    def _read_transactions(self, flow) -> int:
        """Read them by page where the system can list them, else one by one.

        :return: how many were read
        :raises IntegrationError: the system cannot tell
        :raises RetryableJobError: it does not answer just now
        """
        connector = self.connector_id
        if (ENTITY, "payout") in connector._adapter()._parts:
            return flow._read_part("payout", self.external_id)
        missing = self.line_ids.filtered(lambda line: line.state == "expected")
        names = missing[:MOST_READ].mapped("external_id")
        for name in names:
            self.env["integration.fetch"]._run(connector, ENTITY, name)
        return len(names)

    def _lacks(self) -> bool:
        """Whether anything that belongs to this payout is not here yet."""
        self.ensure_one()
        return bool(self.count_expected) or not self._own_movement()

    # === FROM TIME TO TIME === #

    @api.model
    def _cron_look_after(self) -> None:
        """Cron: what is open is tried again; what the bank brought is matched.

        Covers what no message says: a bank statement was imported, a period was
        unlocked, a person changed an entry.
        """
        connectors = self.env["integration.connector"].search(
            [("state", "in", ("active", "paused")), ("service_user_id", "!=", False)]
        )
        for connector in connectors:
            connector._look_after_payouts()
            self.env["ir.cron"]._commit_progress(1)
            connector._try_balances()

    @api.model
    def _unfinished(self, connector):
        """Payouts that may get on, the oldest first."""
        accounts = connector.sudo().gateway_journal_ids.transit_account_id
        in_transit = [
            ("account_id", "in", accounts.ids),
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
        ]
        return self.search(
            [
                ("connector_id", "=", connector.id),
                "|",
                ("tie_state", "in", ("waiting", "open", "tied")),
                ("payout_line_ids.move_id.line_ids", "any", in_transit),
            ],
            order="date, id",
            limit=LIMIT,
        )


class IntegrationConnector(models.Model):
    _inherit = "integration.connector"

    def _look_after_payouts(self) -> None:
        """Tie out and match what is open, with the rights of the work."""
        self.ensure_one()
        payouts = self._work_env()["integration.settlement"]._unfinished(self)
        payouts._tie()
        payouts._match_bank()
        since = fields.Datetime.now() - PATIENCE
        late = payouts.filtered(
            lambda p: (
                (p.tie_state == "waiting" or p.problem == "missing")
                and p.write_date < since
            )
        )
        late.filtered(lambda p: p.complete and p._lacks())._enqueue_reading()
