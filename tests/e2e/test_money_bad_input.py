# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Documents that cannot be booked as they come: named, told, solved, never by half."""

import copy
import itertools
import time

import pytest
from e2e import ledger_oracle
from e2e.accounting import MAP, Books
from e2e.waiting import until

from simulators.stripe_random import RATES

DAY = 86400
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def books(stack, new_stripe):
    """One connector for all of it; its Stripe sends nothing by itself."""
    with new_stripe(stack.simulator_ports[1]) as sim:
        sim.sender.configure(paused=True)
        sim.clock.freeze(int(time.time()) - 20 * DAY)
        hub = Books(stack, sim, "bad documents").live()
        for percentage, inclusive, name, country in RATES[:2]:
            sim.create_tax_rate(percentage, inclusive, name, country=country)
        hub.load("tax_rate")
        hub.map_taxes()
        yield hub
        hub.retire()


class Case:
    """One invoice of 100.00 and 19 % on top, in euros, that is final at Stripe."""

    def __init__(self, hub: Books, **values):
        self.hub, self.sim = hub, hub.sim
        number = next(_numbers)
        hub.sim.clock.advance(60)
        mail = f"bad{number}@documents.example"
        customer = hub.sim.create_customer(name=f"Bad Document {number}", email=mail)
        self.customer = customer["id"]
        self.product = hub.sim.create_product(f"Odd thing {number}")["id"]
        currency = values.pop("currency", "eur")
        price = hub.sim.create_price(self.product, 10000, currency)["id"]
        rates = values.pop("rates", [next(iter(hub.sim.tax_rates))])
        lines = [{"price": price, "quantity": 1, "tax_rates": rates}]
        lines = values.pop("lines", lines)
        draft = hub.sim.create_invoice(
            self.customer, lines, currency=currency, **values
        )
        self.id = hub.sim.finalize_invoice(draft["id"])["id"]
        self.body = hub.body_of(self._event("invoice.finalized"))

    def _event(self, kind: str) -> str:
        return next(
            event["id"]
            for event in reversed(self.sim.events.values())
            if event["type"] == kind and event["data"]["object"]["id"] == self.id
        )

    def change(self, path: str, value) -> "Case":
        """Let the message say something else than Stripe would."""
        self.body = copy.deepcopy(self.body)
        *parents, last = path.split(".")
        holder = self.body
        for name in parents:
            holder = holder[int(name) if name.isdigit() else name]
        holder[last] = value
        return self

    def deliver(self, *states: str) -> dict:
        """Send it, wait until it is at rest; nothing may be booked if it is not done.

        :return: the message
        """
        before = ledger_oracle.snapshot(self.hub)
        assert self.hub.deliver(self.body).status == 200
        event = self.hub.wait_state(self.body["id"], *states)
        if "done" not in states:
            assert ledger_oracle.snapshot(self.hub) == before
        return event

    def said(self) -> dict:
        """What a person reads about the message, with the number of its exception."""
        rows = self.hub.stack.sql(
            "SELECT x.id, x.error_class, x.message, x.hint, x.cause, x.amount "
            "FROM integration_exception x "
            "JOIN integration_event e ON e.id = x.event_id "
            "WHERE e.connector_id = %s AND e.source_event_id = %s AND x.state = 'open'",
            self.hub.id,
            self.body["id"],
        )
        assert len(rows) == 1, rows
        names = ("id", "error_class", "message", "hint", "cause", "amount")
        return dict(zip(names, rows[0], strict=True))

    def waits_for(self) -> str:
        """What the message waits for."""
        rows = self.hub.stack.sql(
            "SELECT waiting_for FROM integration_event "
            "WHERE connector_id = %s AND source_event_id = %s",
            self.hub.id,
            self.body["id"],
        )
        return rows[0][0] or ""

    def retry(self) -> None:
        """An operator presses Retry in the list of what needs attention."""
        self.hub.operator.press(
            "integration.exception", self.said()["id"], "action_retry"
        )

    def move(self) -> tuple | None:
        """(type, state, total, date) of its document."""
        rows = self.hub.stack.sql(
            "SELECT m.move_type, m.state, m.amount_total, m.date "
            "FROM integration_external_id x JOIN account_move m ON m.id = x.res_id "
            "WHERE x.connector_id = %s AND x.entity = 'invoice' "
            "AND x.external_id = %s AND x.role = ''",
            self.hub.id,
            self.id,
        )
        return rows[0] if rows else None

    def wait_booked(self) -> tuple:
        until(f"{self.id} is booked", self.move, 120, 0.2, moving=self.hub.states)
        move = self.move()
        assert move[1] == "posted"
        sums = ledger_oracle.Books(self.hub).ledger.invoices[self.id]
        assert abs(move[2]) == abs(sums.major("total"))
        return move


def test_a_tax_that_nobody_mapped(books):
    """It is noted as seen; once mapped, the invoice is booked by itself.

    One person is asked once, about the tax; all invoices with it wait.
    """
    rate = books.sim.create_tax_rate("7", True, "USt inkl.", country="DE")["id"]
    cases = [Case(books, rates=[rate]), Case(books, rates=[rate])]
    for case in cases:
        case.deliver("waiting")
        until("it waits for the tax", lambda case=case: rate in case.waits_for(), 60)

    def asked():
        return books.stack.sql(
            "SELECT error_class, cause, message, hint FROM integration_exception "
            "WHERE connector_id = %s AND external_id = %s AND state = 'open'",
            books.id,
            rate,
        )

    error_class, cause, message, hint = until("somebody is asked", asked, 60)[0]
    assert (error_class, cause) == ("mapping", f"value_map:stripe_tax_rate:{rate}")
    assert rate in message and hint
    assert [case.move() for case in cases] == [None, None]
    tax = books.accountant.create(
        "account.tax",
        name="USt 7 % inkl.",
        amount=7.0,
        amount_type="percent",
        type_tax_use="sale",
        price_include_override="tax_included",
    )
    line = books.tax_lines()[rate]
    books.accountant.write(f"{MAP}.line", line, res_id=tax)
    for case in cases:
        case.wait_booked()
    until("nobody is asked any more", lambda: not asked(), 60)


def test_a_currency_that_is_not_active(books):
    case = Case(books, currency="nok")
    case.deliver("review")
    said = case.said()
    assert (said["error_class"], said["cause"]) == ("mapping", "currency:NOK"), said
    assert "Currencies" in said["hint"]
    found = books.accountant.call(
        "res.currency",
        "search",
        [["name", "=", "NOK"], ["active", "=", False]],
    )
    books.accountant.write("res.currency", found[0], active=True)
    case.retry()
    event = books.wait_state(case.body["id"], "review")
    assert "rate" in event["error"], "Odoo would silently take 1"
    books.accountant.create(
        "res.currency.rate",
        name="2015-01-01",
        currency_id=found[0],
        company_id=1,
        inverse_company_rate=0.085,
    )
    case.retry()
    case.wait_booked()


@pytest.fixture
def locked(books):
    """The accountant closed everything until yesterday, at Stripe's clock."""
    day = time.strftime("%Y-%m-%d", time.gmtime(books.sim.clock.now() + DAY))
    lock(books, day)
    yield day
    lock(books, False)


def lock(books, day) -> None:
    books.stack.people["admin"].write("res.company", 1, sale_lock_date=day)


def shifted(books, case) -> list[tuple]:
    return books.stack.sql(
        "SELECT id, state FROM integration_shifted_document "
        "WHERE connector_id = %s AND external_id = %s",
        books.id,
        case.id,
    )


def test_a_locked_period_waits_for_the_accountant(books, locked):
    case = Case(books)
    case.deliver("review")
    said = case.said()
    assert said["error_class"] == "locked_period", said
    assert said["cause"].startswith("locked_period:") and said["hint"]
    assert [state for _id, state in shifted(books, case)] == ["waiting"]
    lock(books, False)
    case.retry()
    move = case.wait_booked()
    assert str(move[3]) < locked, "on its own day"


def test_the_accountant_agrees_to_another_day(books, locked):
    case = Case(books)
    case.deliver("review")
    row = shifted(books, case)[0][0]
    decision = books.accountant.create(
        "integration.period.decision",
        decision="book",
        document_ids=[(6, 0, [row])],
        reason="Agreed with the tax adviser",
    )
    books.accountant.press("integration.period.decision", decision, "action_decide")
    move = case.wait_booked()
    assert str(move[3]) > locked
    assert shifted(books, case)[0][1] not in ("waiting", "kept")


def test_a_total_that_is_off_by_one_cent(books):
    """Booked as soon as Stripe says it right; nothing before."""
    case = Case(books).change("data.object.total", 11901)
    case.deliver("review")
    said = case.said()
    assert said["error_class"] == "business_rule" and said["hint"], said
    assert "+0.01" in said["message"] and "line 1: 100.00" in said["message"]
    case.retry()
    books.wait_state(case.body["id"], "review")
    assert case.move() is None
    # A minute later the same object comes once more, as it is.
    books.sim.clock.advance(60)
    books.load("invoice")
    case.wait_booked()
    books.wait_state(case.body["id"], "skipped")


def test_an_invoice_below_zero(books):
    case = Case(books, lines=[{"amount": -5000, "description": "Goodwill"}])
    case.deliver("review")
    said = case.said()
    assert (said["error_class"], said["cause"]) == (
        "business_rule",
        "negative_invoice",
    ), said
    books.change(negative_policy="refund")
    case.retry()
    assert case.wait_booked()[0] == "out_refund"
    books.change(negative_policy="review")


def test_an_invoice_over_nothing(books):
    coupon = books.sim.create_coupon(percent_off="100")["id"]
    case = Case(books, discounts=[coupon])
    case.deliver("done")
    assert case.wait_booked()[2] == 0


def test_a_customer_that_is_deleted(books):
    """Nobody can be charged: a person decides, and the message can be skipped."""
    case = Case(books)
    books.sim.delete_customer(case.customer)
    case.deliver("review")
    said = case.said()
    assert case.customer in said["message"] and said["hint"], said
    assert said["error_class"] in ("missing_reference", "business_rule"), said


def test_a_product_that_is_archived(books):
    """What was sold stays sold."""
    case = Case(books)
    books.sim.update_product(case.product, active=False)
    case.deliver("done")
    case.wait_booked()


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("livemode", True, "livemode"),
        ("account", "acct_1SomebodyElse", "account"),
        ("data.object.total", "119.00", "data.object.total"),
        ("data.object.lines.data.0.amount", "100", "data.object.lines.data[0].amount"),
        ("data.object.currency", 978, "data.object.currency"),
    ],
)
def test_what_is_not_ours_or_not_readable(books, path, value, where):
    """Set aside; the genuine message is booked all the same."""
    case = Case(books)
    genuine = case.body
    changed = Case.change(case, path, value).body
    case.body = {**changed, "id": f"{changed['id']}x"}
    event = case.deliver("quarantine")
    assert event["error_class"] == "schema"
    assert event["error_path"] == where
    assert case.said()["hint"]
    case.body = genuine
    case.deliver("done")
    case.wait_booked()
