# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What becomes of money, through Stripe's SDK: who may, what moves, in what order."""

import pytest
from conformance.sdk import types
from conformance.test_stripe_movements import lively
from stripe import IdempotencyError, InvalidRequestError

from simulators.stripe_ledger import Ledger

ACCOUNTS = "clearing moves fees fee_tax disputes chargeback_losses transit".split()


def balances(sim, currency="eur"):
    ledger = Ledger(sim)
    assert ledger.differences() == []
    return {name: ledger.balance(name, currency) for name in ACCOUNTS}


def test_a_refund_is_made_once(sim, client):
    charge = sim.create_charge(10_000)
    values = {"payment_intent": charge["payment_intent"], "amount": 4000}
    options = {"idempotency_key": "once"}
    first = client.v1.refunds.create(values, options)
    again = client.v1.refunds.create(values, options)
    assert again.id == first.id and first.status == "succeeded"
    assert first.charge == charge["id"]
    with pytest.raises(IdempotencyError):
        client.v1.refunds.create({**values, "amount": 5000}, options)
    assert len(sim.refunds) == 1
    assert sim.charges[charge["id"]]["amount_refunded"] == 4000
    with pytest.raises(InvalidRequestError, match="greater than unrefunded"):
        client.v1.refunds.create({"charge": charge["id"], "amount": 6001})
    client.v1.refunds.create({"charge": charge["id"]})
    assert sim.charges[charge["id"]]["refunded"]
    with pytest.raises(InvalidRequestError) as caught:
        client.v1.refunds.create({"charge": charge["id"]})
    assert caught.value.code == "charge_already_refunded"
    shown = client.v1.charges.retrieve(charge["id"], {"expand": ["refunds"]})
    assert [part.amount for part in shown.refunds.data] == [6000, 4000]
    assert types(sim)[-4:] == ["refund.created", "charge.refunded"] * 2


def test_a_refund_comes_back(sim, client):
    charge = sim.create_charge(10_000)["id"]
    made = client.v1.refunds.create({"charge": charge})
    before = len(sim.events)
    sim.fail_refund(made.id)
    told = ["refund.failed", "charge.refund.updated", "refund.updated"]
    assert types(sim, before) == told
    shown = client.v1.refunds.retrieve(
        made.id, {"expand": ["failure_balance_transaction"]}
    )
    assert shown.status == "failed"
    assert shown.failure_balance_transaction.amount == 10_000
    assert shown.failure_balance_transaction.reporting_category == "refund_failure"
    assert sim.charges[charge]["amount_refunded"] == 0
    client.v1.refunds.create({"charge": charge})


def test_a_dispute_takes_money_and_gives_it_back(sim, client):
    charge = sim.create_charge(10_000, "gbp")
    sim.settle = {"gbp": ("eur", "1.10")}
    before = len(sim.events)
    dispute = sim.dispute(charge["id"], 5000)
    with pytest.raises(InvalidRequestError) as caught:
        client.v1.refunds.create({"charge": charge["id"]})
    assert caught.value.code == "charge_disputed"
    shown = client.v1.disputes.retrieve(dispute["id"])
    (gone,) = shown.balance_transactions
    assert (gone.amount, gone.fee, gone.net) == (-5500, 2000, -7500)
    assert gone.currency == "eur" and gone.reporting_category == "dispute"
    assert balances(sim)["disputes"] == 5500
    sim.settle = {"gbp": ("eur", "1.20")}
    sim.answer_dispute(dispute["id"])
    sim.close_dispute(dispute["id"], "won", fee_back=True)
    shown = client.v1.disputes.retrieve(dispute["id"])
    _gone, back = shown.balance_transactions
    assert (back.amount, back.fee, back.net) == (6000, -2000, 8000)
    assert shown.status == "won" and balances(sim)["disputes"] == 0
    assert types(sim, before) == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.updated",
        "charge.dispute.funds_reinstated",
        "charge.dispute.closed",
    ]


def test_an_inquiry_moves_nothing_until_it_becomes_more(sim, client):
    charge = sim.create_charge(10_000)["id"]
    dispute = sim.dispute(charge, inquiry=True)["id"]
    assert client.v1.disputes.retrieve(dispute).balance_transactions == []
    sim.escalate_dispute(dispute)
    closed = client.v1.disputes.close(dispute)
    assert closed.status == "lost"
    found = balances(sim)
    assert found["disputes"] == 0 and found["chargeback_losses"] == 10_000


def test_a_payout_adds_up(sim, client):
    ids = lively(sim)
    listed = client.v1.balance_transactions.list(
        {"payout": ids["payout"], "limit": 100, "expand": ["data.source"]}
    )
    every = list(listed.auto_paging_iter())
    assert sum(txn.net for txn in every) == 0
    (own,) = [txn for txn in every if txn.source and txn.source.id == ids["payout"]]
    payout = client.v1.payouts.retrieve(ids["payout"])
    assert own.net == -payout.amount
    assert payout.status == "failed" and payout.reconciliation_status == "completed"
    for manual in (ids["manual"], ids["instant"]):
        with pytest.raises(InvalidRequestError, match="automatic transfers"):
            client.v1.balance_transactions.list({"payout": manual})
    assert balances(sim)["clearing"] > 0
    # What came back is in the next one, with what has come since.
    following = sim.payout()
    parts = {txn["type"] for txn in sim.payout_transactions(following["id"])}
    assert parts == {"payout_failure", "charge", "payout"}
    found = balances(sim)
    assert found["clearing"] + found["moves"] == 0


def test_payouts_below_nothing_and_before_their_time(sim, client):
    charge = sim.create_charge(10_000)["id"]
    with pytest.raises(InvalidRequestError) as caught:
        client.v1.payouts.create({"amount": 100, "currency": "eur"})
    assert caught.value.code == "balance_insufficient"
    assert client.v1.balance.retrieve().pending[0].amount == 9825
    sim.advance(4 * 86400)
    assert client.v1.balance.retrieve().available[0].amount == 9825
    made = client.v1.payouts.create(
        {"amount": 5000, "currency": "eur", "method": "instant"}
    )
    assert made.reconciliation_status == "not_applicable"
    sim.payout()
    sim.refund(charge)
    debit = sim.payout()
    assert debit["amount"] == -10_000
    assert client.v1.balance.retrieve().available[0].amount == 0
    assert balances(sim)["transit"] == 9825 - 10_000 - 50


def test_a_ledger_notices_what_is_not_right(sim):
    lively(sim)
    ledger = Ledger(sim)
    assert ledger.differences() == []
    some = next(iter(sim.refunds.values()))["balance_transaction"]
    sim.balance_transactions[some]["amount"] -= 1
    told = "\n".join(Ledger(sim).differences())
    assert some in told and "refund" in told
    sim.balance_transactions[some]["amount"] += 1
    sim.payouts[next(reversed(sim.payouts))]["amount"] += 1
    assert Ledger(sim).differences() != []
