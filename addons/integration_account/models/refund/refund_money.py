# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from odoo.addons.integration_core.messages import Item

from ..period.period_guard_reconciled import Reconciled

# Effects: which credit note a refund pays out; that one of the two is here.
CREDIT_NOTE, KNOWN = "credit_note", "known"


class IntegrationRefund(models.Model):
    """What a refund meets in the books: its credit note, or itself when it failed.

    Whatever arrives second does the reconciling: the money, the credit note, or the
    message that the one belongs to the other. Nothing is done twice: what is
    reconciled already is left alone.
    """

    _inherit = "integration.refund"

    # === WHAT OTHERS CALL === #

    @api.model
    def _money_booked(self, lines) -> None:
        """Balance transactions of refunds were booked: reconcile their entries.

        Called in one batch, in the work environment of the connector.

        :param lines: integration.settlement.line, those without a refund are left out
        :raises engine.errors.LockedPeriodError: Odoo would book an exchange difference
            in another month; the batch must be given up
        """
        refunds = lines.refund_id
        refunds._meet_here()
        refunds._find_credit_notes()
        refunds._reconcile()
        failed = lines.filtered(lambda line: line.category == "refund_failure")
        failed.refund_id._say_open_again()

    @api.model
    def _claim_credit_notes(self, connector, rows: list[dict]) -> None:
        """Say which credit note pays out which refund, whichever of them is here.

        A refund that comes later finds it in the ledger of effects. One that has a
        credit note already keeps that.

        :param rows: dicts with refund (external id), move (account.move, posted),
            event_id
        """
        effects = self.env["integration.effect"]
        self._meet_known(connector, {row["refund"]: row["move"] for row in rows})
        keys = {effects._key(connector, r["refund"], CREDIT_NOTE): r for r in rows}
        happened = effects._happened(list(keys))
        effects._record(
            connector.company_id,
            [
                {
                    "key": key,
                    "model": "account.move",
                    "res_id": row["move"].id,
                    "event_id": row.get("event_id"),
                }
                for key, row in keys.items()
                if key not in happened
            ],
        )
        refunds = self.sudo().search(
            [
                ("connector_id", "=", connector.id),
                ("external_id", "in", [row["refund"] for row in rows]),
            ]
        )
        refunds._meet_here()
        refunds._find_credit_notes()
        refunds.with_env(self.env)._reconcile()

    @api.model
    def _meet_known(self, connector, records: dict) -> None:
        """A refund and its credit note that two workers bring in the same moment must
        see each other: both claim one key, and PostgreSQL refuses the second.

        :param records: external id of the refund → the record of either
        """
        effects = self.env["integration.effect"]
        keys = {effects._key(connector, n, KNOWN): r for n, r in records.items()}
        ours = effects._claim(
            connector.company_id, [{"key": key, "event_id": None} for key in keys]
        )
        if ours:
            effects._fulfil(
                [
                    {"key": key, "model": keys[key]._name, "res_id": keys[key].id}
                    for key in ours
                ]
            )

    @api.model
    def _of_credit_notes(self, moves):
        """Refunds that pay out these credit notes."""
        # sudo: core's own table.
        found = self.sudo().search([("credit_note_id", "in", moves.ids)])
        return found.with_env(self.env)

    # === CREDIT NOTES === #

    def _find_credit_notes(self) -> None:
        """Take the credit note that the ledger of effects knows for each."""
        effects, wanted = self.env["integration.effect"], {}
        for refund in self.sudo():
            if refund.external_id and not refund.credit_note_id:
                connector = refund.connector_id
                key = effects._key(connector, refund.external_id, CREDIT_NOTE)
                wanted[key] = refund
        for key, effect in effects._happened(list(wanted)).items():
            move = self.env["account.move"].browse(effect.res_id).exists()
            if move and move.company_id == wanted[key].company_id:
                wanted[key].credit_note_id = move

    # === RECONCILING === #

    def _reconcile(self) -> None:
        """Let the movements of each refund meet what they belong to.

        :raises engine.errors.LockedPeriodError: see :meth:`_money_booked`
        """
        same = self._of_credit_notes(self.credit_note_id).grouped("credit_note_id")
        plans = [plan for refund in self if (plan := refund._plan(same))]
        if not plans:
            return
        self.env["account.move.line"]._reconcile_plan(
            [debits | credits for _refund, debits, credits in plans]
        )
        self._check_dates(plans)

    def _plan(self, same: dict) -> tuple | None:
        """(refund, debits, credits) that are to be reconciled; None: nothing is.

        :param same: credit note → all of its refunds: what came back of one of them
            is open for the next one
        """
        self.ensure_one()
        back, given = _open(self._legs("refund_failure")), _open(self._legs("refund"))
        if self.credit_note_id and not (back and given):
            earlier = same.get(self.credit_note_id, self) - self
            back = _open(self.credit_note_id.line_ids | earlier._legs("refund_failure"))
        account = given.account_id[:1]
        back = back.filtered(
            lambda item: item.account_id == account and item.amount_residual < 0
        )
        return (self, given, back) if given and back else None

    def _check_dates(self, plans: list[tuple]) -> None:
        """Look at what Odoo booked by itself while reconciling."""
        guard = self.env["integration.period.guard"]
        by_connector: dict = {}
        for refund, debits, credits in plans:
            item = Item(0, "", "refund", refund.external_id or "")
            partials = debits.matched_credit_ids.filtered(
                lambda partial, lines=credits: partial.credit_move_id in lines
            )
            # sudo: the connector itself is no business record.
            by_connector.setdefault(refund.sudo().connector_id, []).append(
                Reconciled(item, refund.external_id or "", refund.name or "", partials)
            )
        for connector, allocations in by_connector.items():
            guard._reconciled(connector, allocations)

    def _say_open_again(self) -> None:
        """Money of a refund came back: the customer is owed it again."""
        for refund in self:
            refund._tell(
                self.env._(
                    "The money came back. What was refunded is open on the customer's "
                    "account again."
                )
            )


def _open(lines):
    """Journal items on a customer's account that are not reconciled."""
    return lines.filtered(
        lambda item: (
            item.account_id.account_type == "asset_receivable"
            and item.parent_state == "posted"
            and not item.reconciled
        )
    )
