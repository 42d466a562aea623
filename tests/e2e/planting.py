# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Faults put into the books on purpose, and what a reconciliation must say of each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

# Of these the amount is a fee itself.
FEES = ("fee", "tax", "network_cost")
ROW = """
    SELECT s.external_id, s.category, s.move_id, s.date,
           s.original_currency_id IS NOT NULL
           AND s.original_currency_id <> s.currency_id
      FROM integration_settlement_line s
     WHERE s.connector_id = %s AND s.state = 'booked' AND s.move_id IS NOT NULL
     ORDER BY s.external_id
"""
ITEMS = """
    SELECT l.id, l.account_id = ANY(%s), l.account_id = ANY(%s), l.amount_currency
      FROM account_move_line l WHERE l.move_id = %s ORDER BY abs(l.balance) DESC, l.id
"""
# Amount in its currency, and the company's in proportion.
CHANGE = """
    UPDATE account_move_line SET
        amount_currency = amount_currency + %s,
        balance = balance + round(%s * balance / amount_currency, 2),
        debit = greatest(balance + round(%s * balance / amount_currency, 2), 0),
        credit = greatest(-balance - round(%s * balance / amount_currency, 2), 0)
     WHERE id = %s
"""


@dataclass
class Plant:
    """One fault.

    :ivar variances: (check, kind, key) of all that a reconciliation must find of it
    :ivar undo: takes it back
    :ivar fetched: it goes by reading from the other system, the way that is offered
    """

    what: str
    variances: set[tuple[str, str, str]]
    undo: Callable[[], None] | None = None
    fetched: bool = False


class Planter:
    """Draws faults into the books of one connector.

    :param hub: ``e2e.settling.Settled``
    :param begin: first day that is compared
    """

    KINDS = (
        "unposted",
        "changed_fee",
        "changed_amount",
        "other_day",
        "stray_entry",
        "unread_fee",
        "unheard_invoice",
        "unheard_charge",
        "unheard_refund",
    )

    def __init__(self, hub, rng, begin):
        self.hub, self.rng, self.begin = hub, rng, begin
        self.sim, self.sql = hub.sim, hub.stack.sql
        self._used: set[str] = set()

    def plant(self, kind: str) -> Plant | None:
        """Put one fault of a kind in; None: there is nothing to spoil yet."""
        return getattr(self, f"_{kind}")()

    def forget(self) -> None:
        """All faults are taken back: their objects may be spoilt again."""
        self._used.clear()

    # -- in Odoo -------------------------------------------------------------------

    def _row(self, *categories: str, but: tuple = ()) -> tuple | None:
        rows = [
            row
            for row in self.sql(ROW, self.hub.id)
            if row[0] not in self._used
            and (not categories or row[1] in categories)
            and row[1] not in but
        ]
        row = self.rng.choice(rows) if rows else None
        if row:
            self._used.add(row[0])
        return row

    def _unposted(self) -> Plant | None:
        """Somebody takes an entry out of the books."""
        row = self._row()
        if not row:
            return None
        key, category, move, _day, _converted = row
        kind = "fee" if category == "charge" else "missing_here"
        self._set_state(move, "draft")
        return Plant(
            f"entry of {category} {key} is a draft",
            {("balance_transaction", kind, key)},
            lambda: self._set_state(move, "posted"),
        )

    def _set_state(self, move: int, state: str) -> None:
        self.sql("UPDATE account_move SET state = %s WHERE id = %s", state, move)
        self.sql(
            "UPDATE account_move_line SET parent_state = %s WHERE move_id = %s",
            state,
            move,
        )

    def _changed_fee(self) -> Plant | None:
        """The fee of a payment is another one in the books."""
        row = self._row("charge")
        if not row:
            return None
        key, _category, move, _day, _converted = row
        clearing, fee = self._sides(move)
        return Plant(
            f"fee of {key} is 1.00 more",
            {("balance_transaction", "fee", key)},
            self._change(clearing, -1, fee, 1),
        )

    def _changed_amount(self) -> Plant | None:
        """The amount of a movement is another one in the books."""
        row = self._row(but=("charge",))
        if not row:
            return None
        key, category, move, _day, converted = row
        clearing, other = self._sides(move)
        if not other:
            return None
        return Plant(
            f"amount of {category} {key} is off by 0.50",
            {("balance_transaction", "exchange" if converted else "amount", key)},
            self._change(clearing, -0.5, other, 0.5),
        )

    def _sides(self, move: int) -> tuple[int, int]:
        """The largest item on clearing, and the largest one that is not.

        A fee may be more than what it is for: it is meant only where nothing else is.
        """
        roles = self.hub.accounts()
        clearing = [key for key, role in roles.items() if role == "clearing"]
        fees = [key for key, role in roles.items() if role in ("fees", "fee_tax")]
        items = self.sql(ITEMS, clearing, fees, move)
        return (
            next(row[0] for row in items if row[1]),
            next(
                (row[0] for row in sorted(items, key=lambda r: r[2]) if not row[1]), 0
            ),
        )

    def _change(self, one: int, by: float, other: int, against: float):
        columns = "id, amount_currency, balance, debit, credit"
        before = self.sql(
            f"SELECT {columns} FROM account_move_line WHERE id = ANY(%s)", [one, other]
        )
        for item, amount in ((one, by), (other, against)):
            self.sql(CHANGE, *(amount,) * 4, item)

        def undo():
            for item, amount, balance, debit, credit in before:
                self.sql(
                    "UPDATE account_move_line SET amount_currency = %s, balance = %s, "
                    "debit = %s, credit = %s WHERE id = %s",
                    amount,
                    balance,
                    debit,
                    credit,
                    item,
                )

        return undo

    def _other_day(self) -> Plant | None:
        """An entry stands before the days that are compared."""
        row = self._row(but=("charge",))
        if not row:
            return None
        key, category, move, day, _converted = row
        self._set_day(move, self.begin - timedelta(days=3))
        return Plant(
            f"entry of {category} {key} stands on another day",
            {("balance_transaction", "timing", key)},
            lambda: self._set_day(move, day),
        )

    def _set_day(self, move: int, day) -> None:
        self.sql("UPDATE account_move SET date = %s WHERE id = %s", day, move)
        self.sql("UPDATE account_move_line SET date = %s WHERE move_id = %s", day, move)

    def _stray_entry(self) -> Plant:
        """Somebody books on the clearing account by hand."""
        clearing, other = self.sql(
            "SELECT g.clearing_account_id, g.fee_account_id "
            "FROM integration_gateway_journal g JOIN res_company c ON c.id = 1 "
            "WHERE g.connector_id = %s ORDER BY g.currency_id = c.currency_id DESC",
            self.hub.id,
        )[0]
        person, cents = self.hub.accountant, self.rng.randrange(100, 9900)
        amount = cents / 100
        journal = self.hub.stack.value(
            "SELECT id FROM account_journal WHERE type = 'general' AND company_id = 1 "
            "ORDER BY id LIMIT 1"
        )
        move = person.create(
            "account.move",
            journal_id=journal,
            date=str(self.begin + timedelta(days=5)),
            line_ids=[
                (0, 0, {"account_id": clearing, "debit": amount}),
                (0, 0, {"account_id": other, "credit": amount}),
            ],
        )
        person.call("account.move", "action_post", [move])

        def undo():
            person.call("account.move", "button_draft", [move])
            person.call("account.move", "button_cancel", [move])

        return Plant(
            f"an entry of {amount:.2f} by hand",
            {("balance_transaction", "missing_there", f"account.move,{move}")},
            undo,
        )

    # -- at the peer ---------------------------------------------------------------

    def _unread_fee(self) -> Plant:
        """Something moves, and nobody has read it yet."""
        made = self.sim.account_fee(self.rng.randrange(10, 900), self.sim.balances[0])
        return Plant(
            f"fee {made['id']} was not read",
            {("balance_transaction", "missing_here", made["id"])},
            fetched=True,
        )

    def _unheard(self, act) -> None:
        """Let something happen of which no message comes."""
        before = set(self.sim.events)
        act()
        sender = self.sim.sender
        with sender._ready:
            sender._heap[:] = [job for job in sender._heap if job.event in before]
            sender._heap.sort()

    def _unheard_invoice(self) -> Plant:
        draw = self.hub.draw.draw
        made = draw.plain(1, "eur")["id"]
        self._unheard(lambda: self.sim.finalize_invoice(made))
        return Plant(
            f"nobody told of invoice {made}",
            {("invoice", "missing_here", made)},
            fetched=True,
        )

    def _unheard_charge(self) -> Plant:
        customer = self.rng.choice(self.hub.draw.draw.customers)
        amount = self.rng.randrange(100, 9000)
        self._unheard(
            lambda: self.sim.create_charge(amount, "eur", customer, intent=False)
        )
        charge = self.sim.charges[next(reversed(self.sim.charges))]
        return Plant(
            f"nobody told of charge {charge['id']}",
            {
                ("payment", "missing_here", charge["id"]),
                (
                    "balance_transaction",
                    "missing_here",
                    charge["balance_transaction"],
                ),
            },
            fetched=True,
        )

    def _unheard_refund(self) -> Plant | None:
        disputed = {obj["charge"] for obj in self.sim.disputes.values()}
        found = [
            obj
            for obj in self.sim.charges.values()
            if obj["status"] == "succeeded"
            and obj["balance_transaction"]
            and obj["amount_refunded"] < obj["amount"]
            and obj["id"] not in disputed
        ]
        if not found:
            return None
        charge = self.rng.choice(found)["id"]
        self._unheard(lambda: self.sim.refund(charge))
        refund = self.sim.refunds[next(reversed(self.sim.refunds))]
        return Plant(
            f"nobody told of refund {refund['id']}",
            {
                ("refund", "missing_here", refund["id"]),
                (
                    "balance_transaction",
                    "missing_here",
                    refund["balance_transaction"],
                ),
            },
            fetched=True,
        )
