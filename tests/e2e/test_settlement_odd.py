# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Lists of payouts that were wrong, objects that are gone, objects of another mode.

Each is named, nothing of it is booked, and once it is told right all of it is there.
"""

import copy

import pytest
from e2e.telling import TIED, silent_stripe
from e2e.waiting import until

GHOST = "txn_3Ghost0000000000000000"


@pytest.fixture(scope="module")
def money(stack):
    with silent_stripe(stack, "odd money") as hub:
        yield hub


def _left(money, cents=20000) -> dict:
    """An automatic payout whose list is not final yet; its movement is booked."""
    money.tell(lambda: money.sim.topup(cents))
    payout = money.tell(lambda: money.sim.payout("eur"))
    money.read_movements()
    money.all_done()
    return payout


def _complete(money, *payouts: dict) -> list[dict]:
    """Their lists are final; the messages that say so and nothing else."""
    told = [money.told(lambda p=p: money.sim.complete_payout(p["id"])) for p in payouts]
    bodies = [body for _made, some in told for body in some]
    money.hear([b for b in bodies if b["type"] == "payout.reconciliation_completed"])
    return bodies


def _read_again(money) -> None:
    """The flow of payouts is loaded once more, as a person does."""
    money.sim.clock.advance(60)
    money.load("payout")
    money.wait_rest()


def test_a_list_that_names_what_does_not_exist(money):
    """It waits for it, says so after an hour, and lets go of it when told right."""
    resource = money.sim.resources["balance_transactions"]
    payout = _left(money)
    ghost = resource.get(payout["balance_transaction"]) | {"id": GHOST, "source": None}
    # Nobody can read it either; later nobody knows of it.
    resource.store(ghost | {"amount": 0, "net": 0, "reporting_category": "moon"})
    before = money.books()
    _complete(money, payout)
    money.says(GHOST, "schema")
    del resource.objects[GHOST]
    assert money.ties(payout) == [("waiting", "")]
    row = money.stack.value(
        "UPDATE integration_settlement SET create_date = create_date - interval "
        "'2 hours' WHERE external_id = %s RETURNING id",
        payout["id"],
    )
    money.operator.press("integration.settlement", row, "action_read")
    until("it says so", lambda: money.ties(payout) == [("open", "missing")], 60)
    assert money.books() == before
    _read_again(money)
    assert money.ties(payout) == [TIED]
    assert money.movements(GHOST) == []
    money.dismiss()
    money.all_right()


def test_a_list_with_money_of_another_currency(money):
    sim, stored = money.sim, money.sim.balance_transactions
    dollars = sim.account_fee(500, "usd")["id"]
    payout = _left(money)
    stored[dollars]["_payout"] = payout["id"]
    before = money.books()
    _complete(money, payout)
    money.wait_rest()
    assert money.ties(payout) == [("open", "sum")]
    assert money.books() == before
    stored[dollars]["_payout"] = None
    _read_again(money)
    assert money.ties(payout) == [TIED]
    assert money.movements(dollars) == [("booked", True)]
    money.all_right()


def test_one_transaction_in_the_lists_of_two(money):
    """The first list was the wrong one: both are named, and both are mended."""
    sim, stored = money.sim, money.sim.balance_transactions
    fee = sim.account_fee(77)["id"]
    one, two = _left(money), _left(money)
    stored[fee]["_payout"], right = two["id"], stored[fee]["_payout"]
    assert right == one["id"]
    before = money.books()
    _complete(money, two)
    money.wait_rest()
    assert money.ties(two) == [("open", "sum")]
    stored[fee]["_payout"] = right
    # Two messages about the other one: a person is asked once.
    bodies = _complete(money, one)
    money.hear([b for b in bodies if b["type"] == "payout.updated"])
    message = money.says(one["id"], "business_rule", "transaction_of_other_payout")
    assert fee in message and two["id"] in message
    assert money.books() == before
    # Both are read once more: that puts both right.
    _read_again(money)
    assert money.ties(one, two) == [TIED] * 2
    money.all_right()


def test_objects_that_are_gone(money):
    """404 is an error and no deletion; an answer that says deleted changes nothing."""
    sim = money.sim
    payout = _left(money)
    fault = sim.faults.add(path=f"/v1/payouts/{payout['id']}", status=404)
    before = money.books()
    _complete(money, payout)
    said = money.said(payout["id"])
    assert said["error_class"] == "permanent", said
    assert money.books() == before
    sim.faults.remove(fault.id)
    money.retry(payout["id"])
    assert money.ties(payout) == [TIED]
    charge = money.charge()["id"]
    refund = money.tell(lambda: sim.refund(charge, 1000))
    dispute = money.tell(lambda: sim.dispute(charge, 500))
    money.read_movements()
    money.all_done()
    before = money.books()
    for kind, obj in (("refund", refund), ("charge.dispute", dispute)):
        fault = sim.faults.add(path=f"/v1/*/{obj['id']}", status=404)
        money.hear([money.thin(obj, f"{kind}.updated")])
        assert money.said(obj["id"])["error_class"] == "permanent"
        sim.faults.remove(fault.id)
        money.retry(obj["id"])
    kept = dict(sim.refunds[refund["id"]])
    sim.refunds[refund["id"]] |= {"deleted": True}
    money.hear([money.thin(refund, "refund.updated")])
    sim.refunds[refund["id"]] = kept
    assert money.books() == before
    money.all_right()


def test_objects_of_another_mode(money):
    """The message is one of test mode, and what it holds or names is live."""
    sim = money.sim
    charge = money.charge()
    payout = _left(money)
    before = money.books()
    acts = {
        "dispute": lambda: sim.dispute(charge["id"], 500),
        "payout": lambda: sim.complete_payout(payout["id"]),
    }
    kept = []
    for kind, act in acts.items():
        _made, bodies = money.told(act)
        kept += bodies
        body = copy.deepcopy(
            next(b for b in bodies if b["data"]["object"]["object"] == kind)
        )
        body["id"] += "live"
        body["data"]["object"]["livemode"] = True
        money.hear([body])
        assert "live mode" in money.says(body["id"], "schema")
        money.dismiss()
    # What is read says so too.
    sim.payouts[payout["id"]]["livemode"] = True
    money.hear([b for b in kept if b["type"] == "payout.reconciliation_completed"])
    assert "live mode" in money.says(payout["id"], "schema")
    money.dismiss()
    _read_again(money)
    assert "live mode" in money.says(payout["id"], "schema")
    assert money.books() == before
    sim.payouts[payout["id"]]["livemode"] = False
    money.retry(payout["id"])
    money.hear(kept)
    money.all_right()
