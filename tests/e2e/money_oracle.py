# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Odoo's trial balance, transactions and payouts against the simulator's ledger.

Read with SQL, as exact numbers; nothing here is imported from the addons.
"""

from collections import defaultdict
from decimal import Decimal

from simulators.stripe_ledger import Ledger
from simulators.stripe_money import digits

# Connectors may share an account, of fees for example; never a journal of a gateway. Of
# what the bank books in transit, what meets a payout of another one is left out.
GATEWAY = """
    SELECT l.account_id, c.name, sum(l.amount_currency)
      FROM account_move_line l JOIN res_currency c ON c.id = l.currency_id
     WHERE l.parent_state = 'posted' AND l.account_id = ANY(%s)
       AND NOT EXISTS (
           SELECT 1 FROM integration_gateway_journal g
            WHERE g.journal_id = l.journal_id AND g.connector_id <> %s)
       AND NOT EXISTS (
           SELECT 1 FROM account_partial_reconcile p
             JOIN account_move_line o ON o.id IN (p.debit_move_id, p.credit_move_id)
             JOIN integration_gateway_journal g ON g.journal_id = o.journal_id
            WHERE l.id IN (p.debit_move_id, p.credit_move_id)
              AND g.connector_id <> %s)
     GROUP BY 1, 2
"""
# Exchange differences are none of the peer's business.
DOCUMENTS = """
    SELECT a.account_type, l.tax_line_id IS NOT NULL, c.name, sum(l.amount_currency)
      FROM account_move_line l
      JOIN account_account a ON a.id = l.account_id
      JOIN res_currency c ON c.id = l.currency_id
     WHERE l.parent_state = 'posted' AND l.journal_id = ANY(%s)
       AND NOT l.account_id = ANY(%s)
       AND NOT EXISTS (
           SELECT 1 FROM res_company o WHERE l.account_id IN (
               o.income_currency_exchange_account_id,
               o.expense_currency_exchange_account_id))
     GROUP BY 1, 2, 3
"""
LINES = """
    SELECT s.external_id, s.category, s.amount, s.fee, s.net, c.name, s.state,
           t.external_id
      FROM integration_settlement_line s
      LEFT JOIN res_currency c ON c.id = s.currency_id
      LEFT JOIN integration_settlement t ON t.id = s.settlement_id
     WHERE s.connector_id = %s
"""
PAYOUTS = """
    SELECT s.external_id, s.amount, c.name, s.state, s.difference, s.tie_state,
           s.total_net
      FROM integration_settlement s
      JOIN res_currency c ON c.id = s.currency_id
     WHERE s.connector_id = %s
"""
# Accounts of the ledger that are one in Odoo.
OWED = ("receivable", "customer_balance", "outside", "sales")
SAME = (
    "fees",
    "fee_tax",
    "disputes",
    "chargeback_losses",
    "transit",
    "reserves",
    "adjustments",
)


class Trial:
    """Both trial balances of one connector, as they stand now.

    :param hub: ``e2e.settling.Settled``
    """

    def __init__(self, hub):
        self.hub, self.sim = hub, hub.sim
        self.ledger = Ledger(hub.sim)

    def differences(self) -> list[str]:
        """A sentence for whatever is not as the simulator's ledger has it."""
        return [
            *(f"simulator: {text}" for text in self.ledger.differences()),
            *_compare("account", self.odoo(), self.stripe()),
            *self._movements(),
            *self._payouts(),
        ]

    # -- accounts ------------------------------------------------------------------

    def odoo(self) -> dict:
        """(account, currency) → amount, without zeros."""
        accounts, found = self.hub.accounts(), defaultdict(Decimal)
        own = self.hub.id
        rows = self.hub.stack.sql(GATEWAY, list(accounts), own, own)
        for account, currency, amount in rows:
            found[accounts[account], currency] += amount
        rows = self.hub.stack.sql(DOCUMENTS, self.journals(), list(accounts))
        for kind, is_tax, currency, amount in rows:
            if kind == "asset_receivable":
                found["receivable", currency] += amount
            elif is_tax:
                found["tax", currency] += amount
            else:
                found[kind, currency] += amount
        return {key: amount for key, amount in found.items() if amount}

    def stripe(self) -> dict:
        """The same from the ledger of the simulator."""
        found, ledger = {}, self.ledger
        for currency in ledger.currencies:

            def sum_of(*names, currency=currency):
                return sum(ledger.balance(name, currency) for name in names)

            owed, there = sum_of(*OWED), ledger.gateway(currency)
            # What a balance will get is booked at once, but for foreign money.
            if currency == self.hub.own:
                there += sum_of("waiting")
            else:
                owed += sum_of("waiting")
            sums = {name: sum_of(name) for name in SAME}
            sums |= {
                "clearing": there,
                "receivable": owed,
                "income": sum_of("income"),
                "tax": sum_of(*(f"tax:{rate}" for rate in self.sim.tax_rates)),
            }
            for name, amount in sums.items():
                if amount:
                    found[name, currency.upper()] = _major(amount, currency)
        return found

    def journals(self) -> list[int]:
        """Sales and gateway journals of this connector."""
        rows = self.hub.stack.sql(
            "SELECT sale_journal_id FROM integration_connector WHERE id = %s "
            "UNION SELECT journal_id FROM integration_gateway_journal "
            "WHERE connector_id = %s",
            self.hub.id,
            self.hub.id,
        )
        return [row[0] for row in rows]

    # -- one by one ----------------------------------------------------------------

    def _movements(self) -> list[str]:
        rows = defaultdict(list)
        for key, *values in self.hub.stack.sql(LINES, self.hub.id):
            rows[key].append(tuple(values))
        wanted = {
            key: [
                (
                    movement.category,
                    *(
                        _major(amount, movement.currency)
                        for amount in (movement.gross, movement.fee, movement.net)
                    ),
                    movement.currency.upper(),
                    "booked",
                    self._payout_of(movement),
                )
            ]
            for key, movement in self.ledger.movements.items()
        }
        return _compare("transaction", dict(rows), wanted)

    def _payout_of(self, movement) -> str | None:
        """The payout that a movement belongs to, as far as the peer has said it."""
        payout = self.ledger.payouts.get(movement.payout)
        own = payout is not None and payout.id == movement.of
        return payout.id if payout and (payout.complete or own) else None

    def _payouts(self) -> list[str]:
        rows = {}
        for key, amount, currency, state, difference, tie, net in self.hub.stack.sql(
            PAYOUTS, self.hub.id
        ):
            rows[key] = (amount, currency, state, difference or 0, tie, net)
        wanted = {}
        for payout in self.ledger.payouts.values():
            amount = _major(payout.amount, payout.currency)
            found = rows.get(payout.id)
            wanted[payout.id] = (
                amount,
                payout.currency.upper(),
                payout.status,
                0,
                found[4] if found else "",
                amount if payout.complete else (found or [None] * 6)[5],
            )
        broken = [
            f"payout {key} is {row[4]}, although its list is complete and adds up"
            for key, row in rows.items()
            if (payout := self.ledger.payouts.get(key))
            and payout.complete
            and row[4] not in ("tied", "bank", "failed")
        ]
        return _compare("payout", rows, wanted) + broken


def _compare(what: str, odoo: dict, stripe: dict) -> list[str]:
    return [
        f"{what} {key}: Odoo {odoo.get(key)}, Stripe {stripe.get(key)}"
        for key in sorted({*odoo, *stripe}, key=str)
        if odoo.get(key) != stripe.get(key)
    ]


def _major(amount: int, currency: str) -> Decimal:
    return Decimal(amount).scaleb(-digits(currency))
