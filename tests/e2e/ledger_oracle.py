# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Odoo's books against the simulator's, to the cent.

Odoo's side is read with SQL, as exact numbers; the other side is
``simulators.stripe_ledger``. Nothing here is imported from the addons.
"""

from collections import Counter, defaultdict
from decimal import Decimal

from simulators.stripe_ledger import Ledger
from simulators.stripe_money import digits

MOVES = """
    SELECT x.external_id, m.id, m.state, m.move_type, m.payment_state, c.name,
           m.amount_untaxed, m.amount_tax, m.amount_total, m.amount_residual, m.ref
      FROM integration_external_id x
      JOIN account_move m ON m.id = x.res_id
      JOIN res_currency c ON c.id = m.currency_id
     WHERE x.connector_id = %s AND x.entity = 'invoice' AND x.role = ''
       AND x.model = 'account.move'
"""
TAXES = """
    SELECT x.external_id, v.external_value, -sum(l.amount_currency)
      FROM integration_external_id x
      JOIN account_move_line l ON l.move_id = x.res_id AND l.tax_line_id IS NOT NULL
      JOIN integration_value_map_line v ON v.res_id = l.tax_line_id
      JOIN integration_value_map m ON m.id = v.map_id AND m.code = 'stripe_tax_rate'
     WHERE x.connector_id = %s AND x.entity = 'invoice' AND x.role = ''
       AND x.model = 'account.move' AND v.external_value = ANY(%s)
     GROUP BY 1, 2
"""
# A payment is an account.payment with its entry, or, converted, an entry only.
PAYMENTS = """
    SELECT x.external_id, x.model, x.res_id, m.id, m.state
      FROM integration_external_id x
      LEFT JOIN account_payment p ON p.id = x.res_id AND x.model = 'account.payment'
      LEFT JOIN account_move m ON m.id = COALESCE(p.move_id, x.res_id)
     WHERE x.connector_id = %s AND x.entity = 'payment' AND x.external_id = ANY(%s)
"""
LINES = """
    SELECT l.move_id, a.account_type, a.id, c.name, l.amount_currency, l.balance
      FROM account_move_line l
      JOIN account_account a ON a.id = l.account_id
      JOIN res_currency c ON c.id = l.currency_id
     WHERE l.move_id = ANY(%s)
"""
ZERO = Decimal(0)


class Books:
    """What Odoo shows of one connector's documents.

    :param hub: ``e2e.accounting.Books``
    """

    def __init__(self, hub):
        self.hub, self.sim = hub, hub.sim
        self.ledger = Ledger(hub.sim)
        self.moves = {row[0]: Move(*row) for row in hub.stack.sql(MOVES, hub.id)}
        self.taxes = defaultdict(dict)
        rates = list(self.sim.tax_rates)
        for invoice, rate, amount in hub.stack.sql(TAXES, hub.id, rates):
            self.taxes[invoice][rate] = amount
        self.payments = defaultdict(list)
        keys = list(self.ledger.payments)
        for key, *rest in hub.stack.sql(PAYMENTS, hub.id, keys):
            self.payments[key].append(rest)

    # -- one by one ----------------------------------------------------------------

    def differences(self, excused=()) -> list[str]:
        """A sentence for each amount that is not the simulator's.

        :param excused: invoices and keys of payments that wait for a person, on purpose
        """
        found = [f"simulator: {text}" for text in self.ledger.differences()]
        for invoice, sums in self.ledger.invoices.items():
            if invoice not in excused:
                found += self._invoice(invoice, sums)
        for key, sums in self.ledger.payments.items():
            if key not in excused:
                found += self._payment(key, sums)
        strangers = set(self.moves) - set(self.ledger.invoices)
        found += [f"{invoice} is booked and never was final" for invoice in strangers]
        return found

    def _invoice(self, invoice: str, sums) -> list[str]:
        move = self.moves.get(invoice)
        if move is None:
            # What ended before Odoo heard of it was never worth anything.
            return [] if sums.status == "void" else [f"{invoice} is not in Odoo"]
        wanted = {
            "state": "posted",
            "type": "out_invoice",
            "currency": sums.currency.upper(),
            "ref": sums.number,
            "untaxed": sums.major("untaxed"),
            "tax": sums.major("tax"),
            "total": sums.major("total"),
            "residual": self.residual(sums),
            "taxes": {
                rate: _major(amount, sums.currency)
                for rate, amount in sums.taxes.items()
                if amount
            },
            "payment_state": self._payment_states(sums),
        }
        is_there = {
            "state": move.state,
            "type": move.type,
            "currency": move.currency,
            "ref": move.ref,
            "untaxed": move.untaxed,
            "tax": move.tax,
            "total": move.total,
            "residual": move.residual,
            "taxes": {k: v for k, v in self.taxes[invoice].items() if v},
            "payment_state": move.payment_state,
        }
        return [
            f"{invoice} ({sums.status}) {name}: Odoo {is_there[name]}, Stripe {value}"
            for name, value in wanted.items()
            if (
                is_there[name] not in value
                if isinstance(value, set)
                else is_there[name] != value
            )
        ]

    def residual(self, sums) -> Decimal:
        """What stays open in Odoo: only money that came through Stripe pays there.

        Paid outside and balances of customers are for the accountant. A debt from an
        earlier invoice (less than Stripe charges for) is paid with this one: what is
        above the total stays open on the payment, never below zero here.
        """
        if sums.status == "void":
            return ZERO
        return _major(max(sums.total - sums.paid, 0), sums.currency)

    def _payment_states(self, sums) -> set[str]:
        if sums.status == "void":
            return {"reversed"}
        if sums.total <= sums.paid:
            return {"paid", "in_payment"}
        return {"partial"} if sums.paid else {"not_paid"}

    def _payment(self, key: str, sums) -> list[str]:
        rows = self.payments.get(key, [])
        converted = sums.currency.upper() not in self.hub.settled
        if converted and sums.settled is None:
            return [f"{key} is booked, and nobody said to how much"] if rows else []
        if len(rows) != 1:
            return [f"{key} is booked {len(rows)} times"]
        _model, _res_id, move, state = rows[0]
        if state != "posted":
            return [f"{key} is {state}"]
        amounts = defaultdict(Decimal)
        for _move, kind, account, currency, amount, _balance in self._lines([move]):
            if account in self.clearing_accounts():
                amounts["clearing", currency] += amount
            else:
                amounts[kind, currency] += amount
        cur = sums.currency
        wanted = {
            ("asset_receivable", cur.upper()): -_major(sums.amount, cur),
            (
                "clearing",
                (sums.settlement if converted else cur).upper(),
            ): _major(sums.settled, sums.settlement)
            if converted
            else _major(sums.amount, cur),
        }
        return [] if amounts == wanted else [f"{key}: {dict(amounts)}, Stripe {wanted}"]

    # -- in sum --------------------------------------------------------------------

    def sums(self) -> dict:
        """Odoo's sums, by what and currency, over all that this connector booked."""
        found = defaultdict(Decimal)
        clearing = self.clearing_accounts()
        for _move, kind, account, currency, amount, _balance in self._lines(self.all()):
            what = "clearing" if account in clearing else kind
            if what in ("asset_receivable", "clearing"):
                found[what, currency] += amount
            elif amount:
                found["income and tax", currency] += amount
        return {key: amount for key, amount in found.items() if amount}

    def expected_sums(self) -> dict:
        """The same from the simulator's ledger."""
        found = {}
        ledger = self.ledger
        for currency in ledger.currencies:
            owed = sum(
                ledger.balance(account, currency)
                for account in ("receivable", "customer_balance", "outside", "sales")
            )
            waiting = ledger.balance("waiting", currency)
            clearing = ledger.clearing(currency)
            if currency.upper() in self.hub.settled:
                clearing += waiting
            else:
                owed += waiting
            taxes = sum(
                ledger.balance(f"tax:{rate}", currency) for rate in self.sim.tax_rates
            )
            name = currency.upper()
            found["asset_receivable", name] = _major(owed, currency)
            found["clearing", name] = _major(clearing, currency)
            found["income and tax", name] = _major(
                ledger.balance("income", currency) + taxes, currency
            )
        return {key: amount for key, amount in found.items() if amount}

    def all(self) -> list[int]:
        """Entries of this connector: documents, their reversals, payments."""
        moves = {move.id for move in self.moves.values()}
        undone = self.hub.stack.sql(
            "SELECT id FROM account_move WHERE reversed_entry_id = ANY(%s)", list(moves)
        )
        paid = {row[2] for rows in self.payments.values() for row in rows}
        return sorted(moves | {row[0] for row in undone} | paid)

    def clearing_accounts(self) -> set[int]:
        if not hasattr(self, "_clearing"):
            self._clearing = {
                row[0]
                for row in self.hub.stack.sql(
                    "SELECT clearing_account_id FROM integration_gateway_journal "
                    "WHERE connector_id = %s",
                    self.hub.id,
                )
            }
        return self._clearing

    def currencies(self) -> Counter:
        """How many invoices there are of each currency."""
        return Counter(move.currency for move in self.moves.values())

    # -- nothing half done ---------------------------------------------------------

    def half_done(self) -> list[str]:
        """What is there that must not be: drafts, second entries, lost effects."""
        sql, hub = self.hub.stack.sql, self.hub
        journals = self.journals()
        found = [
            f"entry {name} ({id_}) of the connector's journals is {state}"
            for id_, name, state in sql(
                "SELECT id, name, state FROM account_move "
                "WHERE journal_id = ANY(%s) AND state != 'posted'",
                journals,
            )
        ]
        known = set(self.all())
        found += [
            f"nobody knows entry {name} ({id_})"
            for id_, name in sql(
                "SELECT id, name FROM account_move WHERE journal_id = ANY(%s)", journals
            )
            if id_ not in known
        ]
        found += [
            f"effect {key} has no record"
            for (key,) in sql(
                "SELECT key FROM integration_effect e JOIN integration_event v "
                "ON v.id = e.event_id WHERE v.connector_id = %s AND e.res_id IS NULL",
                hub.id,
            )
        ]
        posted = [move.id for move in self.moves.values()]
        found += [
            f"invoice {move} has {count} effects that say it was booked"
            for move, count in sql(
                "SELECT m.id, count(e.id) FROM account_move m "
                "LEFT JOIN integration_effect e ON e.model = 'account.move' "
                "AND e.res_id = m.id AND e.key LIKE '%%|post' "
                "WHERE m.id = ANY(%s) GROUP BY 1 HAVING count(e.id) != 1",
                posted,
            )
        ]
        if len(set(posted)) != len(posted):
            found.append("two invoices share an entry")
        found += [
            f"entry {id_} is off by {off}"
            for id_, off in sql(
                "SELECT move_id, sum(balance) FROM account_move_line l "
                "WHERE parent_state = 'posted' GROUP BY 1 HAVING sum(balance) != 0"
            )
        ]
        return found

    def journals(self) -> list[int]:
        """Sales and gateway journals of this connector."""
        return [
            row[0]
            for row in self.hub.stack.sql(
                "SELECT sale_journal_id FROM integration_connector WHERE id = %(id)s "
                "UNION SELECT journal_id FROM integration_gateway_journal "
                "WHERE connector_id = %(id)s".replace("%(id)s", str(int(self.hub.id)))
            )
        ]

    def said(self) -> str:
        """The sums, for people who read the output."""
        return ", ".join(
            f"{what} {amount:f} {currency}"
            for (what, currency), amount in sorted(self.sums().items())
        )

    def _lines(self, moves: list[int]) -> list[tuple]:
        return self.hub.stack.sql(LINES, moves)


class Move:
    """Columns of an invoice in Odoo, exact."""

    def __init__(
        self,
        invoice,
        id_,
        state,
        type_,
        payment_state,
        currency,
        untaxed,
        tax,
        total,
        residual,
        ref,
    ):
        self.invoice, self.id, self.state, self.type = invoice, id_, state, type_
        self.payment_state, self.currency, self.ref = payment_state, currency, ref
        self.untaxed, self.tax, self.total = untaxed, tax, total
        self.residual = residual


def snapshot(hub) -> dict:
    """All that must stay as it is when everything comes once more: amounts, states,
    what is reconciled with what, and the ledger of effects, of the whole database."""
    queries = {
        "entries": "SELECT id, name, ref, state, move_type, payment_state, date, "
        "amount_untaxed, amount_tax, amount_total, amount_residual FROM account_move",
        "lines": "SELECT id, move_id, account_id, currency_id, amount_currency, "
        "balance, amount_residual, amount_residual_currency, reconciled "
        "FROM account_move_line",
        "payments": "SELECT id, move_id, state, amount, partner_id, date "
        "FROM account_payment",
        "reconciled": "SELECT id, debit_move_id, credit_move_id, amount "
        "FROM account_partial_reconcile",
        "effects": "SELECT id, key, model, res_id FROM integration_effect",
    }
    return {
        name: sorted(hub.stack.sql(statement), key=lambda row: row[0])
        for name, statement in queries.items()
    }


def _major(amount: int, currency: str) -> Decimal:
    return Decimal(amount).scaleb(-digits(currency))
