# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Money that two sessions reach for in the same moment: one gets it, the other is told.

Each race is held at a row until all are there (``gate``), so it is one every time.
"""

import time

import pytest
from e2e.gate import gate, window
from e2e.people import OdooRefused
from e2e.sending import Sender
from e2e.stack import PASSWORD
from e2e.telling import TIED, Money, silent_stripe
from e2e.waiting import until


class Refunding(Money, Sender):
    """Takes refunds out as well."""


@pytest.fixture(scope="module")
def money(stack):
    with silent_stripe(stack, "races", Refunding, sent=("refund",)) as hub:
        yield hub


@pytest.fixture(scope="module")
def auditors(stack, money):
    """Two who may sign."""
    groups = dict(
        stack.sql(
            "SELECT module || '.' || name, res_id FROM ir_model_data "
            "WHERE model = 'res.groups'"
        )
    )
    wanted = ("integration_core.group_auditor", "account.group_account_user")
    for login in ("auditor", "revisor"):
        stack.people["admin"].create(
            "res.users",
            name=login.title(),
            login=login,
            password=PASSWORD,
            group_ids=[(4, groups[name]) for name in wanted],
        )
    return window(stack, "auditor"), window(stack, "revisor")


def _paid_out(money, cents: int) -> dict:
    """A payout in transit: its list has tied out."""
    money.tell(lambda: money.sim.topup(cents))
    payout = money.tell(lambda: money.sim.payout("eur"))
    money.tell(lambda: money.sim.complete_payout(payout["id"]))
    money.read_movements()
    until("it is tied", lambda: money.ties(payout) == [TIED])
    money.all_done()
    return payout


def _row(money, payout: dict) -> int:
    return money.stack.value(
        "SELECT id FROM integration_settlement WHERE connector_id = %s "
        "AND external_id = %s",
        money.id,
        payout["id"],
    )


def test_one_movement_for_two_connectors(money, stack):
    """Both serve the account; who is a moment later finds it booked, and says so."""
    sim = money.sim
    twin = Money(stack, sim, "twin", settled=("EUR", "USD")).live()
    sim.clock.advance(60)
    fee = sim.account_fee(321)["id"]
    with gate(
        stack,
        ("LOCK TABLE integration_effect IN SHARE MODE; SELECT 1",),
        money.read_movements,
    ):
        flow = twin.flows["balance_transaction"]
        twin.manager.press("integration.flow", flow, "action_load")
        later = until(
            "the other one finds it taken",
            lambda: twin.events("external_id = %s AND state = 'retry'", fee),
            30,
        )[0]
    assert later["error_class"] == "transient" and "Another worker" in later["error"]
    money.wait_rest()
    twin.manager.call("integration.event", "action_retry", [later["id"]])
    twin.wait_rest()
    assert twin.event(later["source_event_id"])["state"] == "done"
    payout = _paid_out(money, 10000)
    twin.load("payout", "balance_transaction")
    twin.wait_rest()
    assert money.ties(payout) == [TIED]
    assert twin.ties(payout) == [] and twin.open_exceptions() == []
    rows = stack.sql(
        "SELECT connector_id, state FROM integration_settlement_line "
        "WHERE external_id = ANY(%s)",
        list(sim.balance_transactions),
    )
    assert rows == [(money.id, "booked")] * len(sim.balance_transactions)
    assert twin.books()[:3] == (0, 0, 0)
    twin.retire()
    money.all_right()


def test_signed_while_a_movement_is_booked(money, stack, auditors):
    """What a signature did not see is seen afterwards; nobody signs twice."""
    money.charge()
    first = money.stack.value(
        "SELECT min(date) FROM integration_settlement_line WHERE connector_id = %s",
        money.id,
    )
    last = time.strftime("%Y-%m-%d", time.gmtime(money.sim.clock.now()))
    assert money.reconcile(first, last) == set(), money.explain()
    run = money.run
    with _signing(money, auditors[:1]) as answers:
        fee = money.sim.account_fee(123)["id"]
        money.read_movements()
        money.wait_rest()
        assert money.movements(fee) == [("booked", True)]
    assert answers == [True]
    auditors[1].press("integration.reconciliation", run, "action_check_again")
    changed = stack.value(
        "SELECT changed_text FROM integration_reconciliation WHERE id = %s", run
    )
    assert changed and "→" in changed, changed
    # A new revision of the same days: two sign it in the same moment.
    assert money.reconcile(first, last) == set(), money.explain()
    assert money.run != run
    with _signing(money, auditors) as answers:
        pass
    assert sorted(map(type, answers), key=str) == [bool, OdooRefused], answers
    signatures = stack.value(
        "SELECT count(*) FROM integration_reconciliation_signature WHERE run_id = %s",
        money.run,
    )
    assert signatures == 1
    money.all_right()


def _signing(money, people):
    """These sign the last comparison while the block runs."""
    run = money.run
    return gate(
        money.stack,
        ("SELECT 1 FROM integration_reconciliation WHERE id = %s FOR UPDATE", [run]),
        *(
            lambda p=person: p.press("integration.reconciliation", run, "action_sign")
            for person in people
        ),
    )


def _asked(money, charge: dict, amount: float) -> tuple[int, int]:
    """Somebody asks for a refund: (refund, approval that waits)."""
    payment = _payment(money, charge)
    wizard = money.accountant.call(
        "integration.refund.request",
        "create",
        [{"amount": amount}],
        context={
            "default_source_model": "account.payment",
            "default_source_id": payment,
        },
    )[0]
    action = money.accountant.press(
        "integration.refund.request", wizard, "action_refund"
    )
    approval = money.stack.value(
        "SELECT id FROM integration_approval WHERE model = 'integration.refund' "
        "AND res_id = %s AND state = 'requested'",
        action["res_id"],
    )
    return action["res_id"], approval


def _payment(money, charge: dict) -> int:
    return money.stack.value(
        "SELECT res_id FROM integration_external_id WHERE connector_id = %s "
        "AND external_id = ANY(%s) AND model = 'account.payment' LIMIT 1",
        money.id,
        [charge["id"], charge["payment_intent"]],
    )


def _refund_state(money, refund: int) -> str:
    return money.stack.value(
        "SELECT state FROM integration_refund WHERE id = %s", refund
    )


def test_approved_while_it_was_refunded_there(money, stack):
    """Stripe gave the money back a moment before: it says no, and nothing is lost."""
    charge = money.charge()
    refund, approval = _asked(money, charge, 60.0)
    made, bodies = money.told(lambda: money.sim.refund(charge["id"], 6000))
    genuine = next(b for b in bodies if b["data"]["object"]["object"] == "refund")
    with gate(
        stack,
        ("SELECT 1 FROM integration_refund WHERE id = %s FOR UPDATE", [refund]),
        lambda: money.second.press("integration.approval", approval, "action_approve"),
    ) as answers:
        money.hear([genuine])
    approved = answers[0]
    money.read_movements()
    money.wait_rest()
    state = _refund_state(money, refund)
    if isinstance(approved, OdooRefused):
        assert "more than was paid" in str(approved)
        assert state == "to_approve"
        money.accountant.press("integration.refund", refund, "action_cancel")
    else:
        until("it is refused", lambda: _refund_state(money, refund) == "refused")
        money.dismiss()
    assert [r["id"] for r in money.sim.refunds.values()] == [made["id"]]
    assert money.sim.charges[charge["id"]]["amount_refunded"] == 6000
    money.all_right()


def test_approved_while_its_payment_goes(money, stack):
    """An accountant takes the payment out of the books while the refund leaves."""
    charge = money.charge()
    refund, approval = _asked(money, charge, 60.0)
    payment = _payment(money, charge)
    fault = money.sim.faults.add(method="POST", path="/v1/refunds", status=503)
    money.second.press("integration.approval", approval, "action_approve")
    until("it is tried", lambda: fault.hits, 30)
    money.accountant.press("account.payment", payment, "action_draft")
    with pytest.raises(OdooRefused, match="is linked to"):
        money.accountant.press("account.payment", payment, "unlink")
    money.sim.faults.remove(fault.id)
    money.hurry()
    until(
        "it is refunded", lambda: _refund_state(money, refund) == "succeeded", 60, 0.2
    )
    money.read_movements()
    money.all_done()
    assert [r["charge"] for r in money.sim.refunds.values()].count(charge["id"]) == 1
    movement = money.sim.refunds[_external(money, refund)]["balance_transaction"]
    assert "not posted" in money.says(movement, "business_rule")
    money.accountant.press("account.payment", payment, "action_post")
    money.retry(movement)
    assert money.movements(movement) == [("booked", True)]
    money.all_right()


def _external(money, refund: int) -> str:
    return money.stack.value(
        "SELECT external_id FROM integration_refund WHERE id = %s", refund
    )


def test_one_bank_line_for_two(money, stack, auditors):
    """Two accountants, two payouts of one amount, and one line."""
    _paid_out(money, 1000)  # with all that was left there
    one, two = (_row(money, _paid_out(money, 20000)) for _number in range(2))
    day = money.stack.value(
        "SELECT arrival_date FROM integration_settlement WHERE id = %s", two
    )
    journal = money.accountant.create("account.journal", name="House bank", type="bank")
    line = auditors[0].create(
        "account.bank.statement.line",
        journal_id=journal,
        date=str(day),
        payment_ref="Credit",
        amount=200.0,
    )
    suspense = stack.value(
        "SELECT l.id FROM account_move_line l JOIN account_bank_statement_line b "
        "ON b.move_id = l.move_id WHERE b.id = %s AND l.credit > 0",
        line,
    )

    def choose(person, payout):
        wizard = person.create(
            "integration.settlement.bank", settlement_id=payout, bank_line_id=line
        )
        return person.press("integration.settlement.bank", wizard, "action_apply")

    windows = [window(stack, "accountant") for _number in range(2)]
    with gate(
        stack,
        ("SELECT 1 FROM account_move_line WHERE id = %s FOR UPDATE", [suspense]),
        lambda: choose(windows[0], one),
        lambda: choose(windows[1], two),
    ) as answers:
        pass
    refused = [answer for answer in answers if isinstance(answer, OdooRefused)]
    assert len(refused) == 1 and "cannot be used" in str(refused[0]), answers
    assert refused[0].kind == "odoo.exceptions.UserError"
    rows = stack.sql(
        "SELECT tie_state, bank_line_id FROM integration_settlement "
        "WHERE id = ANY(%s) ORDER BY tie_state",
        [one, two],
    )
    assert rows == [("bank", line), ("tied", None)]
    assert _partials(stack, suspense) == [(200.0,)]
    # The bank is no part of the simulator: nothing is compared with it.
    money.all_done()
    assert money.open_exceptions() == []


def _partials(stack, item: int) -> list[tuple]:
    return stack.sql(
        "SELECT amount::float FROM account_partial_reconcile "
        "WHERE debit_move_id = %s OR credit_move_id = %s",
        item,
        item,
    )
