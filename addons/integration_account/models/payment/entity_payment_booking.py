# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models
from odoo.fields import Command

from odoo.addons.integration_core.engine.errors import BusinessRuleError

from ... import statistics
from ...payments import Booking

MEMO_LENGTH = 200


class IntegrationEntityPayment(models.AbstractModel):
    """Writes the entries: money at the gateway against the customer's account.

    In the currency of the gateway's balance it is an ordinary payment. Where the
    gateway converted the money it is a journal entry: a payment has one currency, and
    the clearing account would be in the wrong one.
    """

    _inherit = "integration.entity.payment"

    @api.model
    def _book(self, connector, bookings: list[Booking]) -> None:
        """Book a batch: one creation and one posting for all of a kind."""
        bookings = self._claim_keys(connector, bookings)
        self._book_payments([b for b in bookings if not b.converted])
        self._book_entries([b for b in bookings if b.converted])
        if not bookings:
            return
        for booking in bookings:
            booking.request.res_id = booking.record.id
            self._verify(booking)
        self.env["integration.period.guard"]._booked(
            connector, [booking.request for booking in bookings]
        )

    @api.model
    def _claim_keys(self, connector, bookings: list[Booking]) -> list[Booking]:
        """Enter the effects in the ledger; those that are ours are booked."""
        if not bookings:
            return []
        claimed = self.env["integration.effect"]._claim(
            connector.company_id,
            [{"key": b.effect_key, "event_id": b.lead.event_id} for b in bookings],
        )
        for booking in bookings:
            booking.claimed = booking.effect_key in claimed
            if not booking.claimed:
                booking.fail(self._in_other_hands(booking))
        return [booking for booking in bookings if booking.claimed]

    # === ORDINARY PAYMENTS === #

    @api.model
    def _book_payments(self, bookings: list[Booking]) -> None:
        if not bookings:
            return
        payments = self.env["account.payment"].create(
            [self._payment_values(booking) for booking in bookings]
        )
        accounts: dict = {}
        for booking, payment in zip(bookings, payments, strict=True):
            booking.record = payment
            account = booking.gateway.clearing_account_id
            # Odoo takes the account of the payment method; where that has none, its
            # editions differ: an account of its own choice, or no entry at all.
            if payment.outstanding_account_id.id != account.id:
                accounts.setdefault(account.id, payment.browse())
                accounts[account.id] |= payment
        for account_id, wrong in accounts.items():
            wrong.write({"outstanding_account_id": account_id})
        statistics.refresh(self.env.cr)
        payments.action_post()

    @api.model
    def _payment_values(self, booking: Booking) -> dict:
        journal = booking.request.journal
        methods = journal.inbound_payment_method_line_ids
        method = methods.filtered(lambda line: line.code == "manual")[:1] or methods[:1]
        if not method:
            raise BusinessRuleError(
                self.env._(
                    "The journal %(journal)s has no method for incoming payments.",
                    journal=journal.name,
                ),
                hint=self.env._(
                    "Add the method Manual on its tab Incoming Payments, then retry."
                ),
                details={"cause": f"payment_method:{journal.id}"},
            )
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": booking.partner.id,
            "amount": float(booking.amount),
            "currency_id": booking.currency.id,
            "journal_id": journal.id,
            "payment_method_line_id": method.id,
            "date": booking.request.date,
            "memo": self._memo(booking),
            "destination_account_id": self._receivable(booking).id,
        }

    @api.model
    def _memo(self, booking: Booking) -> str:
        """Key and text: what people search for, and what the bank matches."""
        text = (booking.fact("description") or "").strip()
        return f"{booking.key} {text}".strip()[:MEMO_LENGTH]

    @api.model
    def _receivable(self, booking: Booking):
        """The customer's account: that of its invoice, so that the two can meet."""
        for part in booking.open_allocations:
            accounts = self._open_lines(part.invoice).account_id
            if accounts:
                return accounts[0]
        if booking.partner:
            return booking.partner.property_account_receivable_id
        return self.env["account.account"].search(
            [
                *self.env["account.account"]._check_company_domain(self.env.company),
                ("account_type", "=", "asset_receivable"),
            ],
            limit=1,
        )

    # === CONVERTED BY THE GATEWAY === #

    @api.model
    def _book_entries(self, bookings: list[Booking]) -> None:
        if not bookings:
            return
        moves = self.env["account.move"].create(
            [self._entry_values(booking) for booking in bookings]
        )
        moves.action_post()
        for booking, move in zip(bookings, moves, strict=True):
            booking.record = move

    @api.model
    def _entry_values(self, booking: Booking) -> dict:
        settlement = booking.gateway.currency_id
        balance = self._balance(booking)
        memo = self._memo(booking)
        return {
            "move_type": "entry",
            "journal_id": booking.request.journal.id,
            "date": booking.request.date,
            "ref": memo,
            "partner_id": booking.partner.id,
            "line_ids": [
                Command.create(
                    {
                        "account_id": booking.gateway.clearing_account_id.id,
                        "name": memo,
                        "partner_id": booking.partner.id,
                        "currency_id": settlement.id,
                        "amount_currency": float(booking.settled),
                        "balance": balance,
                    }
                ),
                Command.create(
                    {
                        "account_id": self._receivable(booking).id,
                        "name": memo,
                        "partner_id": booking.partner.id,
                        "currency_id": booking.currency.id,
                        "amount_currency": -float(booking.amount),
                        "balance": -balance,
                    }
                ),
            ],
        }

    @api.model
    def _balance(self, booking: Booking) -> float:
        """Value in the company's currency: exact where either side is in it."""
        company = self.env.company
        if booking.currency.id == company.currency_id.id:
            return float(booking.amount)
        settlement = booking.gateway.currency_id.with_env(self.env)
        return settlement._convert(
            float(booking.settled),
            company.currency_id,
            company,
            booking.request.date,
        )

    # === PROOF === #

    @api.model
    def _verify(self, booking: Booking) -> None:
        """Nothing stays that is not posted on the clearing account.

        :raises BusinessRuleError: the whole batch is undone, and this one is found
        """
        move = self._move_of(booking.record)
        clearing = booking.gateway.clearing_account_id.id
        lines = move.line_ids.filtered(lambda line: line.account_id.id == clearing)
        if move.state != "posted" or not lines:
            raise BusinessRuleError(
                self.env._(
                    "Payment %(key)s could not be booked on the clearing account "
                    "%(account)s.",
                    key=booking.key,
                    account=booking.gateway.clearing_account_id.display_name,
                ),
                hint=self.env._(
                    "Look at the incoming payment methods of the journal %(journal)s, "
                    "then retry.",
                    journal=booking.request.journal.name,
                ),
            )

    @api.model
    def _move_of(self, record):
        """The journal entry of an account.payment or account.move."""
        return record.move_id if record._name == "account.payment" else record
