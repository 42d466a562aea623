# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import format_amount

from ... import bank_match
from ...payments import decimal_of
from .settlement import QUIET

# By how much a bank's own rate and charge may differ from Odoo's rate of the day.
CONVERTED_WITHIN = 0.1


class IntegrationSettlement(models.Model):
    """Money in transit meets the line of the bank statement.

    The suspense line of the bank's entry is moved to the account of payouts in transit
    and reconciled there. What is not certain is left to a person.
    """

    _inherit = "integration.settlement"

    def _match_bank(self) -> None:
        """Reconcile money in transit with the one bank line that fits."""
        for company, group in self.grouped("company_id").items():
            group._match_bank_of(company)

    def _match_bank_of(self, company) -> None:
        rivals = self._in_transit()
        if not rivals:
            return
        monies = [money for payout in rivals for money in payout._monies()]
        if not monies:
            return
        lines = self._bank_lines(company, monies)
        found = bank_match.match(monies, [_line_of(line) for line in lines])
        by_id = {line.id: line for line in lines}
        for (payout_id, transit_id), line_id in found.pairs.items():
            payout = rivals.filtered(lambda p, id_=payout_id: p.id == id_)
            transit = self.env["account.move.line"].browse(transit_id)
            payout._meet(transit, by_id[line_id])

    def _in_transit(self):
        """These payouts and all others of the same amounts: equal ones compete.

        A bank line that could be either of two is for a person.
        """
        if not self:
            return self
        self.flush_model()
        return self.search(
            [
                ("connector_id", "in", self.connector_id.ids),
                ("amount", "in", list(set(self.mapped("amount")))),
                ("payout_line_ids.state", "=", "booked"),
                "|",
                ("bank_line_id", "=", False),
                ("state", "in", ("failed", "canceled")),
            ]
        )

    def _monies(self) -> list:
        """What of this payout the bank has not shown yet."""
        connector = self.connector_id.sudo()
        system = dict(connector._fields["system"]._description_selection(self.env))
        return [
            bank_match.Money(
                key=(self.id, line.id),
                amount=decimal_of(line.amount_residual_currency, line.currency_id),
                currency=line.currency_id.name,
                day=self._bank_day(line),
                reference=self.reference or "",
                descriptor=self.descriptor or "",
                system=system.get(connector.system) or "",
            )
            for line in self._transit_lines()
        ]

    def _bank_day(self, line):
        """When the bank should show it; money that came back has no such day."""
        out = line.move_id in self._own_movement().move_id
        return (self.arrival_date if out else False) or line.date

    @api.model
    def _bank_lines(self, company, monies: list):
        """Open lines of the company's bank statements of the days in question."""
        amounts = [float(money.amount) for money in monies]
        days = [money.day for money in monies]
        reach = timedelta(days=bank_match.DAYS)
        return self.env["account.bank.statement.line"].search(
            Domain.AND(
                [
                    self._bank_domain(company),
                    [
                        ("date", ">=", min(days) - reach),
                        ("date", "<=", max(days) + reach),
                        "|",
                        ("amount", "in", amounts),
                        ("amount_currency", "in", amounts),
                    ],
                ]
            )
        )

    @api.model
    def _bank_domain(self, company) -> list:
        """Open lines of bank journals that are not a gateway's own."""
        # sudo: every gateway's journals, whoever asks.
        gateways = self.env["integration.gateway.journal"].sudo()
        gateways = gateways.search([("company_id", "=", company.id)])
        return [
            ("company_id", "=", company.id),
            ("is_reconciled", "=", False),
            ("journal_id.type", "=", "bank"),
            ("journal_id", "not in", gateways.journal_id.ids),
        ]

    # === BY A PERSON === #

    def _shows(self, bank_line) -> bool:
        """Whether a bank line shows the amount of this payout, in its currency."""
        line = _line_of(bank_line)
        return (line.amount, line.currency) == (
            self._amount(),
            self.currency_id.name,
        )

    def _require_same(self, bank_line) -> None:
        """Make sure that a bank line can be this payout.

        A bank that converted the money shows another currency: then the payout says
        what it was before.

        :raises UserError: another amount
        """
        if self._shows(bank_line):
            return
        own = bank_line.foreign_currency_id or bank_line.currency_id
        same_way = (bank_line.amount > 0) == (self.amount > 0)
        converted = own != self.currency_id and not bank_line.foreign_currency_id
        if converted and same_way and self._is_near(bank_line):
            bank_line.write(
                {
                    "foreign_currency_id": self.currency_id.id,
                    "amount_currency": self.amount,
                }
            )
            return
        raise UserError(
            self.env._(
                "The bank line shows %(there)s, the payout is %(here)s. If the bank "
                "took a charge, divide the bank line first: one part for the payout, "
                "one for the charge.",
                there=format_amount(self.env, bank_line.amount, bank_line.currency_id),
                here=format_amount(self.env, self.amount, self.currency_id),
            )
        )

    def _is_near(self, bank_line) -> bool:
        """Whether a line in another currency may be what the bank made of this payout:
        within a tenth of Odoo's rate of its day, which banks take their charge from."""
        expected = self.currency_id._convert(
            self.amount, bank_line.currency_id, self.company_id, bank_line.date
        )
        return abs(bank_line.amount - expected) <= abs(expected) * CONVERTED_WITHIN

    # === MEETING === #

    def _meet(self, transit, bank_line) -> bool:
        """Reconcile a line in transit with a line of a bank statement.

        :param transit: account.move.line of this payout, open
        :param bank_line: account.bank.statement.line of the same amount
        :return: whether it was done; not where the bank line's period is locked, or
            somebody has divided it already
        """
        self.ensure_one()
        _liquidity, suspense, others = bank_line._seek_for_lines()
        if len(suspense) != 1 or others or self._is_locked(bank_line):
            return False
        if self._may_not_differ(suspense | transit):
            return False
        # The bank line keeps what the bank said; only its counterpart is named.
        suspense.with_context(skip_account_move_synchronization=True).write(
            {"account_id": transit.account_id.id}
        )
        self._reconcile(suspense | transit)
        self._note_bank(bank_line, transit)
        return True

    @api.model
    def _is_locked(self, bank_line) -> bool:
        company = bank_line.company_id.with_env(self.env)
        return bool(
            company._get_violated_lock_dates(
                bank_line.date, False, bank_line.journal_id
            )
        )

    def _note_bank(self, bank_line, transit) -> None:
        """Keep the bank line with the payout, and say so on both."""
        if transit.move_id in self._own_movement().move_id:
            values = {"bank_line_id": bank_line.id}
            if self.tie_state == "tied":
                values["tie_state"] = "bank"
            self.sudo().with_context(**QUIET).write(values)
        bank_line.move_id._message_log(
            body=self.env._(
                "Payout %(name)s of %(connector)s",
                name=self.name,
                connector=self.connector_id.sudo().name,
            )
        )

    def _note_bank_by_person(self, own) -> None:
        """A person may have reconciled what is in transit, or taken it back."""
        accounts = self.connector_id.sudo().gateway_journal_ids.transit_account_id
        lines = own.move_id.line_ids.filtered(lambda line: line.account_id in accounts)
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        others = (partials.debit_move_id | partials.credit_move_id) - lines
        bank_line = others.statement_line_id[:1]
        if not all(line.reconciled for line in lines):
            bank_line = bank_line.browse()
        if self.bank_line_id.id != bank_line.id:
            self.sudo().with_context(**QUIET).bank_line_id = bank_line.id


def _line_of(line) -> bank_match.Line:
    """A bank line as plain data, in the currency of the transaction."""
    currency = line.foreign_currency_id or line.currency_id
    amount = line.amount_currency if line.foreign_currency_id else line.amount
    texts = (line.payment_ref, line.ref, line.partner_name, line.partner_id.name)
    return bank_match.Line(
        key=line.id,
        amount=decimal_of(amount, currency),
        currency=currency.name,
        day=line.date,
        text=" ".join(text for text in texts if text),
    )
