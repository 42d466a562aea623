# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Movements, refunds, disputes, payouts and credit notes that cannot be booked as told.

Each is named, with a hint; nothing of it is in the books until its cause is gone, and
then all of it is, once: the simulator's ledger and Odoo's trial balance agree.
"""

import copy
import time

import pytest
from e2e.accounting import MAP
from e2e.telling import DAY, LINE, TIED, silent_stripe
from e2e.waiting import until


@pytest.fixture(scope="module")
def money(stack):
    """One connector for all of it."""
    with silent_stripe(stack, "bad money") as hub:
        yield hub


@pytest.fixture
def no_dollars(money):
    """Somebody took the US dollar out of use."""
    admin = money.stack.people["admin"]
    usd = money.stack.value("SELECT id FROM res_currency WHERE name = 'USD'")
    admin.write("res.currency", usd, active=False)
    yield lambda: admin.write("res.currency", usd, active=True)
    admin.write("res.currency", usd, active=True)


def test_movements_that_make_no_sense(money, no_dollars):
    """Read from the list of the balance, several at once: each waits for itself."""
    money.charge()
    before, sim = money.books(), money.sim
    sim.clock.advance(60)
    strange = sim.move_money(-700, "eur", "moon_fee", "moon_rent")["id"]
    uneven = sim.account_fee(300)["id"]
    text = sim.account_fee(400)["id"]
    dollars = sim.account_fee(500, "usd")["id"]
    nobody = sim.adjust(-600)["id"]
    stored = sim.balance_transactions
    stored[uneven]["net"] += 1
    stored[text]["amount"] = "-400"
    money.read_movements()
    money.wait_rest()
    assert money.books() == before
    assert "moon_rent" in money.says(strange, "schema")
    assert "add up" in money.says(uneven, "business_rule", "wrong_sums")
    money.says(text, "schema")
    money.says(dollars, "mapping", "currency:USD")
    money.says(nobody, "business_rule", "book_to:adjustment")
    # A newer addon would know it, Stripe says it right, the currency is in use again,
    # an accountant knows the account.
    stored[strange]["reporting_category"] = "fee"
    stored[uneven]["net"] -= 1
    stored[text]["amount"] = -400
    no_dollars()
    money.retry(dollars)
    _book_to(money, nobody)
    money.tell(lambda: sim.adjust(600))
    money.read_movements()
    money.wait_rest()
    for row in money.stack.sql(
        "SELECT v.external_id FROM integration_exception x "
        "JOIN integration_event v ON v.id = x.event_id WHERE x.connector_id = %s "
        "AND x.state = 'open' AND x.cause = 'book_to:adjustment'",
        money.id,
    ):
        _book_to(money, row[0])
    names = (strange, uneven, text, dollars, nobody)
    assert money.movements(*names) == [("booked", True)] * 5
    money.all_right()


def _book_to(money, key: str) -> None:
    """An accountant says where it goes."""
    event = money.events("external_id = %s AND state = 'review'", key)[0]["id"]
    account = money.stack.value(
        "SELECT id FROM account_account WHERE account_type = 'expense' "
        "ORDER BY id LIMIT 1"
    )
    wizard = money.accountant.create(
        "integration.book.to",
        event_ids=[(6, 0, [event])],
        account_id=account,
        reason="A correction by the gateway",
    )
    money.accountant.press("integration.book.to", wizard, "action_book")
    money.wait_rest()


def test_a_closed_period(money):
    """Fee, refund and payout of locked days: held back, and booked on their day."""
    charge = money.charge()
    sim, admin = money.sim, money.stack.people["admin"]
    day = time.strftime("%Y-%m-%d", time.gmtime(sim.clock.now() + DAY))
    before = money.books()
    admin.write("res.company", 1, fiscalyear_lock_date=day)
    try:
        fee = sim.account_fee(250)["id"]
        refund = money.tell(lambda: sim.refund(charge["id"], 4000))
        payout = money.tell(lambda: sim.payout("eur"))
        money.tell(lambda: sim.complete_payout(payout["id"]))
        money.read_movements()
        money.wait_rest()
        names = [fee, refund["balance_transaction"], payout["balance_transaction"]]
        for name in names:
            said = money.said(name)
            assert said["error_class"] == "locked_period", said
            assert said["cause"].startswith("locked_period:"), said
        held = money.stack.sql(
            "SELECT external_id FROM integration_shifted_document "
            "WHERE connector_id = %s AND state = 'waiting'",
            money.id,
        )
        assert sorted(row[0] for row in held) == sorted(names)
        assert money.books() == before
    finally:
        admin.write("res.company", 1, fiscalyear_lock_date=False)
    for name in names:
        money.retry(name)
    assert money.movements(*names) == [("booked", True)] * 3
    late = money.stack.sql(
        f"SELECT m.date FROM {LINE} s JOIN account_move m ON m.id = s.move_id "
        "WHERE s.connector_id = %s AND m.date <> s.date",
        money.id,
    )
    assert late == []
    money.all_right()


def test_credit_notes_that_cannot_be_booked(money):
    """A tax that nobody mapped, and one cent too much; and reverse charge."""
    sim, (rate, *_others) = money.sim, list(money.sim.tax_rates)
    draft = _draft(money, [rate])
    invoice = money.tell(lambda: sim.finalize_invoice(draft))["id"]
    money.all_done()
    new = sim.create_tax_rate("7", False, "USt", country="DE")["id"]
    before = money.books()
    custom = [{"unit_amount": 1000, "description": "Goodwill", "tax_rates": [new]}]
    unmapped = money.tell(lambda: sim.credit_invoice(invoice, custom=custom))["id"]
    assert new in money.says(new, "mapping", f"value_map:stripe_tax_rate:{new}")
    told = money.told(lambda: sim.credit_invoice(invoice, {_line(sim, invoice): 2000}))
    uneven, bodies = told[0]["id"], copy.deepcopy(told[1])
    for body in bodies:
        if body["data"]["object"]["id"] == uneven:
            body["data"]["object"]["total"] += 1
    money.hear(bodies)
    message = money.says(uneven, "business_rule")
    assert "0.01" in message, message
    money.retry(uneven)
    money.says(uneven, "business_rule")
    assert money.books() == before
    tax = money.accountant.create(
        "account.tax",
        name="USt 7 % on goodwill",
        amount=7.0,
        amount_type="percent",
        type_tax_use="sale",
        price_include_override="tax_excluded",
    )
    money.accountant.write(f"{MAP}.line", money.tax_lines()[new], res_id=tax)
    until("it is booked", lambda: _credited(money, unmapped), 60)
    sim.clock.advance(60)
    money.load("credit_note")
    money.wait_rest()
    assert [_credited(money, key) for key in (unmapped, uneven)] == [1, 1]
    money.all_right()


def _draft(money, rates: list, **customer) -> str:
    sim = money.sim
    sim.clock.advance(60)
    values = {"name": "Buyer", "email": f"b{len(sim.customers)}@settle.example"}
    made = sim.create_customer(**values, **customer)["id"]
    price = sim.create_price(sim.create_product("Thing")["id"], 10000, "eur")["id"]
    lines = [{"price": price, "quantity": 1, "tax_rates": rates}]
    return sim.create_invoice(made, lines, currency="eur")["id"]


def _line(sim, invoice: str) -> str:
    return sim.resources["line_items"].of(invoice)[0]["id"]


def _credited(money, key: str) -> int:
    return money.stack.value(
        "SELECT count(*) FROM integration_external_id x "
        "JOIN account_move m ON m.id = x.res_id WHERE x.connector_id = %s "
        "AND x.entity = 'credit_note' AND x.external_id = %s AND m.state = 'posted'",
        money.id,
        key,
    )


def test_no_fiscal_position_for_reverse_charge(money):
    """What the customer owes instead is another tax, and it is never guessed."""
    rate = next(iter(money.sim.tax_rates))
    draft = _draft(money, [rate], tax_exempt="reverse")
    before = money.books()
    invoice = money.tell(lambda: money.sim.finalize_invoice(draft))
    message = money.says(invoice["id"], "business_rule")
    assert "reverse charge" in message
    tax = int(money.said(invoice["id"])["cause"].removeprefix("fiscal_position:"))
    assert money.books() == before
    person = money.accountant
    position = person.create("account.fiscal.position", name="Reverse charge")
    person.create(
        "account.tax",
        name="Reverse charge 0 %",
        amount=0.0,
        amount_type="percent",
        type_tax_use="sale",
        original_tax_ids=[(4, tax)],
        fiscal_position_ids=[(4, position)],
    )
    partner = money.partner(invoice["customer"])["id"]
    admin = money.stack.people["admin"]
    admin.write("res.partner", partner, property_account_position_id=position)
    money.retry(invoice["id"])
    money.all_right()


def test_refunds_and_disputes_that_make_no_sense(money):
    charge = money.charge()
    sim, before = money.sim, money.books()
    refund, bodies = money.told(lambda: sim.refund(charge["id"], 1000))
    genuine = next(b for b in bodies if b["data"]["object"]["object"] == "refund")
    for number, (path, value, error_class) in enumerate(
        (
            ("livemode", True, "schema"),
            ("amount", "1000", "schema"),
            ("amount", -1000, "schema"),
            ("amount", 0, "business_rule"),
            ("currency", 978, "schema"),
            ("status", "moonlit", "schema"),
            ("charge", None, "schema"),
        )
    ):
        body = copy.deepcopy(genuine)
        body["id"] = f"{body['id']}x{number}"
        holder = body if path == "livemode" else body["data"]["object"]
        holder[path] = value
        if path == "charge":
            holder["payment_intent"] = None
        money.hear([body])
        money.says(body["id"], error_class)
    assert money.books() == before
    known = "SELECT count(*) FROM integration_refund WHERE external_id = %s"
    assert money.stack.value(known, refund["id"]) == 0
    money.hear(bodies)
    money.read_movements()
    money.all_done()
    assert money.stack.value(known, refund["id"]) == 1
    # What is left are the messages that nobody can mend.
    money.dismiss()
    # A bank may take back what was refunded already.
    money.tell(lambda: sim.refund(charge["id"]))
    stored = sim.charges[charge["id"]]
    given, stored["amount_refunded"] = stored["amount_refunded"], 0
    dispute = money.tell(lambda: sim.dispute(charge["id"]))
    stored["amount_refunded"] = given
    money.tell(lambda: sim.close_dispute(dispute["id"], "lost"))
    money.all_right()


def test_a_refund_of_a_payment_that_nobody_knows(money):
    """Its payment was never told, and is not found when it is asked for."""
    sim = money.sim
    charge, _unheard = money.told(lambda: sim.create_charge(3000, "eur", intent=False))
    fault = sim.faults.add(path=f"/v1/charges/{charge['id']}", status=404)
    before = money.books()
    refund = money.tell(lambda: sim.refund(charge["id"]))["id"]
    message = money.says(refund, "missing_reference", f"missing:payment:{charge['id']}")
    assert charge["id"] in message
    assert money.books() == before
    sim.faults.remove(fault.id)
    money.retry(refund)
    money.all_right()


def test_payouts_with_lists_that_are_wrong(money):
    sim, stored = money.sim, money.sim.balance_transactions
    for _number in range(101):
        sim.account_fee(1)
    first = money.tell(lambda: sim.topup(50000)) and sim.account_fee(77)["id"]
    one = money.tell(lambda: sim.payout("eur"))
    money.tell(lambda: sim.complete_payout(one["id"]))
    until("its list is read", lambda: money.ties(one) == [TIED])
    money.all_right()
    # A transaction that was paid out already.
    money.tell(lambda: sim.topup(20000))
    two = money.tell(lambda: sim.payout("eur"))
    money.read_movements()
    money.all_done()
    stored[first]["_payout"] = two["id"]
    before = money.books()
    _made, bodies = money.told(lambda: sim.complete_payout(two["id"]))
    money.hear([b for b in bodies if b["type"] == "payout.reconciliation_completed"])
    message = money.says(two["id"], "business_rule", "transaction_of_other_payout")
    assert first in message and one["id"] in message
    stored[first]["_payout"] = one["id"]
    assert money.books() == before
    money.retry(two["id"])
    until("its list is read", lambda: money.ties(one, two) == [TIED] * 2)
    money.all_right()
