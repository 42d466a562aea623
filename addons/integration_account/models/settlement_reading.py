# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.integration_core.engine.errors import IntegrationError

ENTITY = "balance_transaction"
# A payout whose transactions did not come in this time is read for again.
PATIENCE = timedelta(minutes=10)
LIMIT = 200


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
            count = flow._read_part("payout", payout.external_id)
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
        return f"{count} read"

    def _lacks(self) -> bool:
        """Whether anything that belongs to this payout is not here yet."""
        self.ensure_one()
        return bool(self.count_expected) or not self._own_movement()

    # === EVERY HOUR === #

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

    @api.model
    def _unfinished(self, connector):
        """Payouts that may get on, the oldest first."""
        return self.search(
            [
                ("connector_id", "=", connector.id),
                "|",
                ("tie_state", "in", ("waiting", "open", "tied")),
                ("bank_line_id", "=", False),
                ("tie_state", "!=", "failed"),
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
            lambda p: p.tie_state == "waiting" and p.write_date < since
        )
        late.filtered(lambda p: p.complete and p._lacks())._enqueue_reading()


class AccountBankStatementLine(models.Model):
    """A bank statement came in: it may hold what is in transit."""

    _inherit = "account.bank.statement.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        # sudo: whoever imports statements need not know of connectors.
        waiting = (
            self.env["integration.settlement"]
            .sudo()
            .search_count(
                [
                    ("tie_state", "=", "tied"),
                    ("company_id", "in", lines.company_id.ids),
                ],
                limit=1,
            )
        )
        if waiting:
            self.env.ref("integration_account.cron_payouts")._trigger()
        return lines
