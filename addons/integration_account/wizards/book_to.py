# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_amount

from odoo.addons.integration_core.const import ATTENTION_STATES

ENTITY = "balance_transaction"


class IntegrationBookTo(models.TransientModel):
    """Asks an accountant where money goes that no document explains.

    Adjustments, transfers, and movements whose payment Odoo never got. The answer is
    kept with the movement; the message then takes its ordinary path.
    """

    _name = "integration.book.to"
    _description = "Book to an Account"
    _check_company_auto = True

    event_ids = fields.Many2many("integration.event", string="Movements", required=True)
    connector_id = fields.Many2one(
        "integration.connector", compute="_compute_connector_id"
    )
    company_id = fields.Many2one("res.company", compute="_compute_connector_id")
    event_count = fields.Integer(compute="_compute_summary")
    summary = fields.Char(compute="_compute_summary")
    account_id = fields.Many2one(
        "account.account",
        required=True,
        check_company=True,
        string="Book to",
        help="The other side of the clearing account.",
    )
    account_type = fields.Selection(related="account_id.account_type")
    partner_id = fields.Many2one(
        "res.partner",
        check_company=True,
        string="Customer",
        help="Needed on the account of customers or suppliers.",
    )
    reason = fields.Char(required=True, help="Stands in the sync log, with your name.")

    @api.depends("event_ids")
    def _compute_connector_id(self):
        for wizard in self:
            wizard.connector_id = wizard.event_ids.connector_id[:1]
            wizard.company_id = wizard.event_ids.company_id[:1]

    @api.depends("event_ids")
    def _compute_summary(self):
        for wizard in self:
            wizard.event_count = len(wizard.event_ids)
            if wizard.event_count == 1:
                wizard.summary = wizard.event_ids.error
                continue
            sums = [
                format_amount(self.env, sum(events.mapped("amount")), currency)
                for currency, events in wizard.event_ids.grouped("currency_id").items()
                if currency
            ]
            wizard.summary = self.env._(
                "Movements: %(count)s (%(amounts)s).",
                count=len(wizard.event_ids),
                amounts=", ".join(sums) or "–",
            )

    def action_book(self):
        """Keep the answer, and let the messages go on.

        :raises AccessError: the user is no accountant, or may not work on messages
        :raises UserError: an account that cannot take it; nothing waits any more
        """
        self.ensure_one()
        self._require_accountant()
        self._check_answer()
        events = self.event_ids
        lines = self._expected_lines()
        lines.write(
            {
                "chosen_account_id": self.account_id.id,
                "chosen_partner_id": self.partner_id.id,
                "chosen_by": self.env.uid,
                "reason": self.reason.strip(),
            }
        )
        for event in events.sudo():
            event.connector_id._log(
                "override",
                self.env._(
                    "Book to %(account)s: %(reason)s",
                    account=self.account_id.display_name,
                    reason=self.reason.strip(),
                ),
                entity=event.entity,
                external_id=event.external_id,
                event_id=event.id,
                amount=event.amount or None,
                currency_id=event.currency_id.id or None,
                actor_id=self.env.uid,
            )
        events.action_retry()
        return {"type": "ir.actions.act_window_close"}

    @api.model
    def _may_decide(self) -> bool:
        """Whether the reader is an accountant who may work on messages."""
        return self.env["integration.shifted.document"]._may_decide()

    @api.model
    def _require_accountant(self) -> None:
        if not self._may_decide():
            raise AccessError(
                self.env._(
                    "Only an accountant who is also operator or manager of "
                    "Integrations may say where money is booked."
                )
            )

    def _check_answer(self) -> None:
        """:raises UserError: what was chosen cannot be booked"""
        events = self.event_ids
        if len(events.company_id) != 1 or set(events.mapped("entity")) != {ENTITY}:
            raise UserError(
                self.env._("Choose balance transactions of one company at a time.")
            )
        if any(event.state not in (*ATTENTION_STATES, "waiting") for event in events):
            raise UserError(
                self.env._("One of these movements does not wait any more.")
            )
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why: the reason is kept in the sync log."))
        # sudo: who may decide need not read the connector's settings.
        gateways = self.connector_id.sudo().gateway_journal_ids
        if self.account_id in gateways.clearing_account_id:
            raise UserError(
                self.env._("The clearing account cannot be its own other side.")
            )
        personal = ("asset_receivable", "liability_payable")
        if self.account_type in personal and not self.partner_id:
            raise UserError(self.env._("Choose whose account it is."))

    def _expected_lines(self):
        """The rows of these movements, made where there are none; system rights."""
        lines = self.env["integration.settlement.line"].sudo()
        found = lines.browse()
        for connector, events in self.event_ids.sudo().grouped("connector_id").items():
            names = set(events.mapped("external_id"))
            rows = lines._rows_of(connector, names)
            if any(row.state != "expected" for row in rows.values()):
                raise UserError(self.env._("One of these movements is booked already."))
            found |= lines.browse([row.id for row in rows.values()])
            found |= lines.create(
                [
                    {
                        "connector_id": connector.id,
                        "company_id": connector.company_id.id,
                        "external_id": name,
                    }
                    for name in sorted(names - set(rows))
                ]
            )
        return found
