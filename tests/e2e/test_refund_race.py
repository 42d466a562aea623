# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Money that Odoo gives back leaves once: two people, two approvals, a kill."""

from concurrent.futures import ThreadPoolExecutor

from e2e.people import OdooRefused, Person
from e2e.sending import Sender
from e2e.settling import Settled
from e2e.stack import DATABASE, PASSWORD
from e2e.waiting import until


class Refunding(Settled, Sender):
    """Takes refunds out, and books what becomes of them."""


def test_a_refund_leaves_once(stack, sim):
    hub = Refunding(stack, sim, "refunds", sent=("refund",)).live()
    charge = sim.create_charge(10000, "eur", sim.create_customer(name="Payer")["id"])
    hub.delivered()
    hub.all_done()
    payment = stack.value(
        "SELECT res_id FROM integration_external_id WHERE connector_id = %s "
        "AND entity = 'payment' AND model = 'account.payment' LIMIT 1",
        hub.id,
    )
    # Two windows ask for 60 of 100 in the same moment.
    hub.accountant.call("account.payment", "action_integration_refund", [payment])
    windows = [_window(stack) for _number in range(2)]
    asked = _at_once(lambda window: _ask(window, payment), windows)
    assert sorted(map(type, asked), key=str) == [OdooRefused, int] or (
        len({row for row in asked if isinstance(row, int)}) == 1
    ), asked
    refunds = stack.sql(
        "SELECT id, amount FROM integration_refund WHERE connector_id = %s", hub.id
    )
    assert [amount for _id, amount in refunds] == [60], refunds
    # Two managers agree in the same moment, and the worker that sends it is killed.
    approval = stack.value(
        "SELECT id FROM integration_approval WHERE model = 'integration.refund' "
        "AND res_id = %s AND state = 'requested'",
        refunds[0][0],
    )
    with hub.sender_killed("/v1/refunds"):
        agreed = _at_once(
            lambda person: person.press(
                "integration.approval", approval, "action_approve"
            ),
            [hub.manager, hub.second],
        )
        assert [answer for answer in agreed if answer is True] == [True], agreed
    hub.sweep()
    hub.hurry()
    until(
        "Odoo knows what became of it",
        lambda: stack.value(
            "SELECT count(*) FROM integration_refund WHERE connector_id = %s "
            "AND external_id IS NOT NULL",
            hub.id,
        ),
        150,
        moving=hub.states,
    )
    hub.settle()
    hub.read_movements()
    hub.all_done()
    assert [obj["amount"] for obj in sim.refunds.values()] == [6000]
    assert hub.written().count("/v1/refunds") == 1
    assert [message["state"] for message in hub.outbox("refund")] == ["done"]
    rows = stack.sql(
        "SELECT r.state, r.external_id, s.amount, s.move_id IS NOT NULL "
        "FROM integration_refund r JOIN integration_settlement_line s "
        "ON s.refund_id = r.id WHERE r.connector_id = %s",
        hub.id,
    )
    assert rows == [("succeeded", next(iter(sim.refunds)), -60, True)], rows
    assert sim.charges[charge["id"]]["amount_refunded"] == 6000
    hub.retire()


def _window(stack) -> Person:
    return Person(stack.web.url, DATABASE, "accountant", PASSWORD)


def _at_once(act, people: list) -> list:
    """What each got: an answer, or the words with which Odoo refused."""

    def one(person):
        try:
            return act(person)
        except OdooRefused as refused:
            return refused

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(one, people))


def _ask(window: Person, payment: int) -> int:
    context = {
        "default_source_model": "account.payment",
        "default_source_id": payment,
    }
    wizard = window.call(
        "integration.refund.request", "create", [{"amount": 60}], context=context
    )[0]
    action = window.press("integration.refund.request", wizard, "action_refund")
    return action["res_id"]
