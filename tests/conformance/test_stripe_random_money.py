# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Random histories of money: they repeat, and two ways to do the sums agree."""

from collections import Counter

from simulators.stripe import StripeSimulator
from simulators.stripe_ledger import Ledger
from simulators.stripe_random_money import RandomMoney

HISTORIES = 40


def play(seed, balances, histories=HISTORIES):
    with StripeSimulator(seed=3) as sim:
        sim.clock.freeze(1_780_000_000)
        sim.balances = list(balances)
        sim.fee_tax = "19"
        draw = RandomMoney(sim, seed)
        for _number in range(histories):
            draw.history()
        return sim, draw


def test_the_books_of_every_history_agree():
    total, happened = Counter(), set()
    for seed, balances in enumerate((("eur",), ("eur", "usd"), ("usd", "gbp"))):
        sim, draw = play(seed, balances)
        total += draw.total
        ledger = Ledger(sim)
        assert ledger.differences() == []
        happened |= {movement.category for movement in ledger.movements.values()}
        for payout in ledger.payouts.values():
            inside = sum(ledger.movements[key].net for key in payout.movements)
            assert not payout.automatic or inside == payout.amount
    rare = (
        "negative_payout manual_payout payout_returned payout_canceled inquiry_closed"
    )
    assert all(total[name] for name in rare.split()), total


def test_a_history_repeats_with_its_seed():
    first, again = (play("same", ("eur", "usd"), 8)[0] for _time in range(2))
    assert list(first.balance_transactions.values()) == list(
        again.balance_transactions.values()
    )
    other, _draw = play("other", ("eur", "usd"), 8)
    assert list(other.balance_transactions) != list(first.balance_transactions)
