# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.integration_core.engine.errors import IntegrationError

_logger = logging.getLogger(__name__)

# A credit note of the system's own may come this long after its refund.
PATIENCE = timedelta(days=1)
BATCH = 200


class IntegrationRefund(models.Model):
    """Refunds without a credit note: left open, or one is made, by rule or by hand."""

    _inherit = "integration.refund"

    # === BY RULE === #

    @api.model
    def _cron_settle(self) -> None:
        """Cron: let refunds that nothing met yet meet what they can.

        After a day, what the payment has left over: money that paid nothing needs no
        credit note. Then a credit note, where the connector's policy wants one.
        """
        # sudo: core's own table.
        refunds = self.sudo().search(
            [("needs_credit_note", "=", True)], order="write_date, id", limit=BATCH
        )
        # The next turn begins with others.
        self.env.cr.execute(
            "UPDATE integration_refund SET write_date = now() AT TIME ZONE 'UTC' "
            "WHERE id = ANY(%s)",
            (refunds.ids,),
        )
        refunds.invalidate_recordset(["write_date"], flush=False)
        for connector, group in refunds.grouped("connector_id").items():
            if connector._may_work():
                env = connector._work_env()
                for refund in group.with_env(env):
                    refund._settle_alone(connector)

    def _settle_alone(self, connector) -> None:
        """One refund; what cannot be booked gives somebody a task, and stops nobody."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._settle_by_rule(connector)
                self.env.flush_all()
        except (IntegrationError, UserError) as error:
            self._say_why_not(str(error.args[0] if error.args else error))
        except Exception:
            _logger.exception("Refund %s could not be settled", self.id)

    def _settle_by_rule(self, connector) -> None:
        if not self._legs("refund"):
            return  # its money was not booked yet
        self._find_credit_notes()
        self._reconcile()
        if self.create_date > fields.Datetime.now() - PATIENCE:
            return
        self._meet_payment()
        if self.needs_credit_note and self._wants_credit_note(connector):
            self._make_credit_note()

    def _meet_payment(self) -> None:
        """Reconcile it with what is left of its payment, if that covers it.

        :raises engine.errors.LockedPeriodError: see :meth:`_money_booked`
        """
        given = self._legs("refund").filtered(lambda item: not item.reconciled)
        left = self._payment_move().line_ids.filtered(
            lambda item: (
                item.account_id == given.account_id[:1]
                and not item.reconciled
                and item.parent_state == "posted"
                and item.amount_residual_currency < 0
            )
        )
        missing = sum((given | left).mapped("amount_residual_currency"))
        if given and left and self.currency_id.compare_amounts(missing, 0) <= 0:
            (given | left).reconcile()
            self._check_dates([(self, given, left)])

    def _wants_credit_note(self, connector) -> bool:
        """Whether the policy of the connector makes one for this amount."""
        company, limit = self.company_id, connector.refund_credit_note_limit
        amount = self.currency_id._convert(
            self.amount, company.currency_id, company, fields.Date.context_today(self)
        )
        return connector.refund_policy == "credit_note" and (
            not limit or company.currency_id.compare_amounts(amount, limit) <= 0
        )

    def _say_why_not(self, why: str) -> None:
        """A task, once: the message of what was not possible."""
        summary = self.env._("A refund has no credit note")
        tasks = self.sudo().activity_ids.filtered(lambda a: a.summary == summary)
        if not tasks:
            self._plan_task(summary, why)

    # === MAKING ONE === #

    def _make_credit_note(self):
        """Book a credit note with the invoice's mix of accounts and taxes.

        :raises engine.errors.IntegrationError: see
            `integration.entity.credit_note._create_for_refund`
        """
        self.ensure_one()
        move = self.env["integration.entity.credit_note"]._create_for_refund(self)
        self.sudo().credit_note_id = move
        self._reconcile()
        self._tell(self.env._("Credit note %(name)s was made.", name=move.name))
        return move

    # === ACTION METHODS === #

    def action_make_credit_note(self):
        """Make the credit notes of these refunds now.

        :raises UserError: one of them has one, or none can be made
        """
        self._require_requester()
        for refund in self:
            if not refund.needs_credit_note:
                raise UserError(
                    self.env._("%(name)s needs no credit note.", name=refund.name)
                )
            connector = refund.sudo().connector_id
            try:
                refund.with_env(connector._work_env())._make_credit_note()
            except IntegrationError as error:
                raise UserError(f"{error.message} {error.hint}".strip()) from error
            # It is booked by the technical user: who wanted it is said here.
            refund.sudo()._tell(self.env._("Asked for the credit note."))
        return True

    def action_open_credit_note(self):
        """Open the credit note that it pays out."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.credit_note_id.id,
            "view_mode": "form",
        }

    def action_open_moves(self):
        """The entries of its money."""
        self.ensure_one()
        if not self.move_ids:
            raise UserError(self.env._("No money was booked for it yet."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Entries"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", self.move_ids.ids)],
        }
