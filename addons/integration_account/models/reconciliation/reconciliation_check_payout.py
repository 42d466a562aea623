# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.integration_core.engine.reconcile import Entry
from odoo.addons.integration_core.models.reconciliation.reconciliation_check import Fix

# The money came back, or never left.
ENDED = ("failed", "canceled")


class IntegrationConnector(models.Model):
    _inherit = "integration.connector"

    in_transit_days = fields.Integer(
        "Payouts reach the bank within (days)",
        default=5,
        help="After its expected day. A payout without a line of the bank is a "
        "difference from then on. 0: the bank is not looked at.",
    )


class IntegrationReconciliationPayouts(models.AbstractModel):
    """What the checks of payouts have in common."""

    _name = "integration.reconciliation.payouts"
    _inherit = "integration.reconciliation.check"
    _description = "Check of Payouts"

    _entity = "payout"
    _entities = ("payout",)

    @api.model
    def _payouts(self, run, domain: list):
        """Rows of the hub, with system rights."""
        return (
            self.env["integration.settlement"]
            .sudo()
            .search([("connector_id", "=", run.connector_id.id), *domain])
        )

    @api.model
    def _of_days(self, run) -> list:
        return [("date", ">=", run.date_from), ("date", "<=", run.date_to)]

    @api.model
    def _entry(self, payout, value, **values) -> Entry:
        given = {
            "key": payout.external_id,
            "amount": self._money(value, payout.currency_id),
            "currency": payout.currency_id.name,
            "day": payout.date,
            "title": payout.display_name,
            "model": payout._name,
            "res_id": payout.id,
            "external_id": payout.external_id,
            "note": payout.state,
        }
        return Entry(**given | values)


class IntegrationReconciliationCheckPayout(models.AbstractModel):
    """Payouts on both sides."""

    _name = "integration.reconciliation.check.payout"
    _inherit = "integration.reconciliation.payouts"
    _description = "Payouts"

    _check = "payout"
    _rank = 80

    @api.model
    def _label(self):
        return self.env._("Payouts")

    @api.model
    def _there(self, run):
        return [
            self._entry_of(run, control, key=control.external_id)
            for control in self._controls(run, self._entity)
        ]

    @api.model
    def _here(self, run):
        payouts = self._payouts(run, self._of_days(run))
        return [self._entry(payout, payout.amount) for payout in payouts]

    @api.model
    def _known(self, run, there):
        payouts = self._payouts(run, [("external_id", "in", [e.key for e in there])])
        return [self._entry(payout, payout.amount) for payout in payouts]


class IntegrationReconciliationCheckPayoutSum(models.AbstractModel):
    """What was paid out against what its transactions come to in the books."""

    _name = "integration.reconciliation.check.payout_sum"
    _inherit = "integration.reconciliation.payouts"
    _description = "Payouts and their Transactions"

    _check = "payout_sum"
    _rank = 90

    @api.model
    def _label(self):
        return self.env._("Payouts and their transactions")

    @api.model
    def _summed(self, run):
        """Payouts of which the peer says what they are made of."""
        return self._payouts(
            run,
            [
                *self._of_days(run),
                ("automatic", "=", True),
                ("complete", "=", True),
                ("state", "not in", ENDED),
            ],
        )

    @api.model
    def _there(self, run):
        return [self._entry(payout, payout.amount) for payout in self._summed(run)]

    @api.model
    def _here(self, run):
        return [
            self._entry(
                payout,
                payout.total_net,
                note=self.env._("%(count)s transactions", count=payout.count_booked),
            )
            for payout in self._summed(run)
        ]

    @api.model
    def _on_its_way(self, run, keys):
        """Transactions that are named and not read yet."""
        return {
            payout.external_id
            for payout in self._summed(run)
            if payout.count_expected and payout.external_id in keys
        }

    @api.model
    def _note_label(self):
        return self.env._("Remark")

    @api.model
    def _fixes(self, line):
        return [Fix("open_document", self.env._("Open payout"))]


class IntegrationReconciliationCheckPayoutBank(models.AbstractModel):
    """Payouts that the bank should have against lines of its statements.

    A payout is looked at on the day on which it is late, so each of them once.
    """

    _name = "integration.reconciliation.check.payout_bank"
    _inherit = "integration.reconciliation.payouts"
    _description = "Payouts in the Bank"

    _check = "payout_bank"
    _rank = 100

    @api.model
    def _label(self):
        return self.env._("Payouts in the bank")

    @api.model
    def _applies(self, connector):
        """Where somebody brings the bank's statements into Odoo."""
        if not super()._applies(connector) or not connector.in_transit_days:
            return False
        journals = connector.sudo().gateway_journal_ids.journal_id
        # sudo: whether there are any says nothing of what they hold.
        lines = self.env["account.bank.statement.line"].sudo()
        return bool(
            lines.search_count(
                [
                    ("company_id", "=", connector.company_id.id),
                    ("journal_id", "not in", journals.ids),
                ],
                limit=1,
            )
        )

    @api.model
    def _late(self, run):
        grace = timedelta(days=run.connector_id.in_transit_days)
        return self._payouts(
            run,
            [
                ("arrival_date", ">=", run.date_from - grace),
                ("arrival_date", "<=", run.date_to - grace),
                ("state", "not in", ENDED),
            ],
        )

    @api.model
    def _day_late(self, run, payout):
        return payout.arrival_date + timedelta(days=run.connector_id.in_transit_days)

    @api.model
    def _there(self, run):
        return [
            self._entry(
                payout,
                payout.amount,
                day=self._day_late(run, payout),
                note=self.env._(
                    "expected on %(day)s",
                    day=format_date(self.env, payout.arrival_date),
                ),
            )
            for payout in self._late(run)
        ]

    @api.model
    def _here(self, run):
        # sudo: line and payout were matched by somebody who may.
        return [
            self._entry(
                payout,
                self._shown(payout.bank_line_id.sudo()),
                day=self._day_late(run, payout),
                note=payout.bank_line_id.sudo().payment_ref or "",
            )
            for payout in self._late(run)
            if payout.bank_line_id
        ]

    @api.model
    def _shown(self, line) -> float:
        """What a bank line shows, in the currency of the payout that it was matched
        with: a bank that converts says what it was before."""
        return line.amount_currency if line.foreign_currency_id else line.amount

    @api.model
    def _note_label(self):
        return self.env._("Bank")

    @api.model
    def _owner(self, connector):
        """Override of `integration_core`: who may match it goes before who may not."""
        usual = super()._owner(connector)
        people = usual | connector.sudo().user_id
        return people.filtered(_keeps_books)[:1] or usual

    @api.model
    def _on_its_way(self, run, keys):
        return set()

    @api.model
    def _fixes(self, line):
        may = _keeps_books(self.env.user)
        label = self.env._("Match…") if may else self.env._("Open payout")
        return [Fix("open_document", label)]


class IntegrationReconciliationLine(models.Model):
    _inherit = "integration.reconciliation.line"

    def _story(self) -> str:
        """Override of `integration_core`: what the bank does not show."""
        if (self.check_name, self.kind) == ("payout_bank", "missing_here"):
            return self.env._(
                "It was paid out, and no line of the bank is matched with it. Matching "
                "takes an accounting right."
            )
        return super()._story()


def _keeps_books(user) -> bool:
    """Whether a person may reconcile."""
    return user.has_group("account.group_account_user") or user.has_group(
        "account.group_account_manager"
    )
