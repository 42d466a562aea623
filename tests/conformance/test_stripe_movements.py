# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Refunds, disputes, payouts, top-ups and the balance fit Stripe's own types."""

import json

import pytest
import requests
from conformance.judge import DATA, GENERATIONS, Judge

TYPES = {
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.updated",
    "charge.failed",
    "charge.refund.updated",
    "charge.refunded",
    "payout.canceled",
    "payout.created",
    "payout.failed",
    "payout.paid",
    "payout.reconciliation_completed",
    "payout.updated",
    "refund.created",
    "refund.updated",
    "topup.created",
    "topup.reversed",
    "topup.succeeded",
}


def lively(sim, endings=("warning_closed",)):
    """Everything that becomes of money; returns ids by name.

    :param endings: of inquiries; older types do not know ``prevented``
    """
    sim.fee_tax = "19"

    def charge(amount=10_000, currency="eur", **values):
        return sim.create_charge(amount, currency, **values)["id"]

    ids = {"charge": charge(), "debit": charge(method="sepa_debit")}
    sim.refund(ids["charge"], 1000, reason="duplicate", metadata={"a": "b"})
    ids["refund"] = sim.refund(ids["charge"], 500)["id"]
    sim.fail_refund(ids["refund"])
    for values in ({"status": "pending"}, {"status": "pending", "moved": False}):
        made = sim.refund(ids["debit"], 300, **values)
        sim.complete_refund(made["id"])
    sim.fail_refund(sim.refund(ids["debit"], 200, status="pending")["id"])
    sim.cancel_refund(sim.refund(ids["debit"], 100, status="requires_action")["id"])
    sim.refund(charge(5000, "gbp"))
    for outcome in ("won", "lost"):
        ids[outcome] = sim.dispute(charge(), 7000)["id"]
        sim.answer_dispute(ids[outcome])
        sim.close_dispute(ids[outcome], outcome, fee_back=outcome == "won")
    ids["open"] = sim.dispute(charge(method="klarna"))["id"]
    for ending in endings:
        asked = sim.dispute(charge(), inquiry=True)["id"]
        sim.close_dispute(asked, ending)
    sim.escalate_dispute(sim.dispute(charge(), inquiry=True)["id"])
    sim.act("POST", f"/v1/disputes/{ids['open']}/close")
    sim.fail_charge(charge(method="sepa_debit"))
    for kind in ("billing", "network", "fx", "tax"):
        sim.account_fee(100, kind=kind)
    for kind in ("reserve", "minimum", "network"):
        sim.hold(700, kind=kind)
        sim.release(700, kind=kind)
    sim.adjust(-250)
    sim.reverse_topup(sim.topup(4000)["id"])
    sim.topup(5000, status="pending")
    ids["instant"] = sim.payout(automatic=False, amount=2000, method="instant")["id"]
    ids["manual"] = sim.payout(automatic=False, amount=1500)["id"]
    sim.cancel_payout(ids["manual"])
    ids["payout"] = sim.payout()["id"]
    sim.complete_payout(ids["payout"])
    sim.pay_payout(ids["payout"])
    sim.fail_payout(ids["payout"])
    sim.act("POST", f"/v1/payouts/{ids['payout']}", metadata={"seen": "yes"})
    ids["open_balance"] = charge()
    return ids


def get(sim, path, version, status=200):
    headers = {"Authorization": "Bearer sk_test_demo", "Stripe-Version": version}
    answer = requests.get(sim.url + path, headers=headers, timeout=10)
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.mark.parametrize("version", GENERATIONS)
def test_answers_of_the_api(sim, version):
    judge = Judge(version)
    ids = lively(sim)
    balance = get(sim, "/v1/balance", version)
    judge.check(balance)
    for path in (
        "/v1/refunds?limit=100&expand[]=data.charge&expand[]=data.balance_transaction",
        f"/v1/refunds/{ids['refund']}?expand[]=failure_balance_transaction"
        "&expand[]=payment_intent",
        f"/v1/refunds?charge={ids['charge']}",
        f"/v1/charges/{ids['charge']}/refunds",
        f"/v1/charges/{ids['charge']}?expand[]=refunds.data.balance_transaction",
        "/v1/disputes?expand[]=data.charge",
        f"/v1/disputes/{ids['won']}",
        "/v1/payouts?expand[]=data.balance_transaction",
        f"/v1/payouts/{ids['payout']}?expand[]=failure_balance_transaction",
        "/v1/topups?expand[]=data.balance_transaction",
        "/v1/balance_transactions?limit=100&expand[]=data.source",
        f"/v1/balance_transactions?payout={ids['payout']}&limit=100"
        "&expand[]=data.source",
    ):
        found = get(sim, path, version)
        assert found.get("data") != []
        judge.check(found)
    assert judge.seen >= {
        "balance", "balance_transaction", "charge", "dispute", "payment_intent",
        "payout", "refund", "topup",
    }  # fmt: skip


@pytest.mark.parametrize("version", GENERATIONS)
def test_events_in_the_version_of_their_endpoint(sim, receiver, version):
    judge = Judge(version)
    sim.add_endpoint(receiver.url, api_version=version)
    lively(sim)
    assert sim.wait_idle()
    types = set()
    for request in receiver.got:
        event = json.loads(request.body)
        judge.check(event)
        types.add(event["type"])
    assert types >= TYPES
    assert ("refund.failed" in types) == (version > "2024-10-28")


def test_samples_published_by_stripe_have_no_field_that_we_lack(sim):
    fixtures = json.loads((DATA / "fixtures3.json").read_text())["resources"]
    lively(sim, ("prevented",))
    for name in ("refund", "dispute", "payout", "topup"):
        shown = get(sim, f"/v1/{name}s", "2026-10-28.endive")["data"][0]
        assert set(fixtures[name]) <= set(shown), name
    shown = get(sim, "/v1/balance", "2026-10-28.endive")
    assert set(fixtures["balance"]) <= set(shown)
