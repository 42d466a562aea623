# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from odoo import api, models

from odoo.addons.integration_core.engine.errors import (
    BusinessRuleError,
    IntegrationError,
    MappingError,
    MissingReferenceError,
)
from odoo.addons.integration_core.messages import Item

from ...messages import GuardRequest
from ...payments import Booking, fits, money_text

# What a payment waits for whose converted amount nobody has said yet.
# Not the name of an entity: there is nothing that could be read by it.
SETTLEMENT = "settled_amount"


class IntegrationEntityPayment(models.AbstractModel):
    """How a payment is booked: amount, currency, journal, payer, day."""

    _inherit = "integration.entity.payment"

    @api.model
    def _choose(self, connector, bookings: list[Booking]) -> None:
        """Complete what is to be booked, or say why it cannot be."""
        rates: dict = {}
        self._load_payers(bookings)
        for booking in bookings:
            if not booking.open_items:
                continue
            try:
                if booking.record:
                    self._compare(connector, booking)
                    self._check_start_of_invoices(connector, booking)
                elif self._choose_lead(booking):
                    self._choose_amount(booking)
                    self._choose_gateway(connector, booking)
                    self._choose_partner(booking)
                    self._check_start(connector, booking)
                    self._check_rate(connector, booking, rates)
            except IntegrationError as error:
                self._refuse(connector, booking, error)

    @api.model
    def _refuse(self, connector, booking: Booking, error: IntegrationError) -> None:
        """Refuse the messages of a booking.

        One that came without the converted amount is read again: systems leave out of
        a message what they know, and only what was just read is the whole truth.
        """
        converts = getattr(error, "entity", "") == SETTLEMENT
        if converts and connector._adapter()._can_fetch:
            if not booking.lead.just_read:
                booking.lead.fetch()
        booking.fail(error)

    # === AMOUNT === #

    @api.model
    def _choose_lead(self, booking: Booking) -> bool:
        """The message that knows most; those without an amount cannot book."""
        able = [item for item in booking.open_items if item.canonical.get("amount")]
        if not able:
            for item in booking.open_items:
                if item.external_id == booking.key:
                    item.fail(self._says_no_amount(booking))
                else:
                    self._wait_for_key(item, booking)
            return False
        booking.lead = min(able, key=_ignorance)
        for item in able:
            if not _same(item.canonical["amount"], booking.lead.canonical["amount"]):
                item.fail(self._two_amounts(booking, item, booking.lead))
        return True

    @api.model
    def _choose_amount(self, booking: Booking) -> None:
        money = booking.lead.canonical["amount"]
        booking.currency = self._currency(money["currency"])
        booking.amount = self._exact(money, booking)
        if booking.amount <= 0:
            raise BusinessRuleError(
                self.env._(
                    "Payment %(key)s is %(amount)s: only money received is booked as a "
                    "payment.",
                    key=booking.key,
                    amount=money_text(money),
                ),
                hint=self.env._("Book it by hand if it is right, then skip it."),
                details={"cause": "payment_not_positive"},
            )

    @api.model
    def _exact(self, money: dict, booking: Booking) -> Decimal:
        """The amount as a number that Odoo can store to the last digit."""
        amount = Decimal(money["amount"])
        currency = self._currency(money["currency"])
        if not fits(amount, currency):
            raise BusinessRuleError(
                self.env._(
                    "Payment %(key)s is %(amount)s, and %(currency)s has "
                    "%(digits)s decimal places in Odoo.",
                    key=booking.key,
                    amount=money_text(money),
                    currency=currency.name,
                    digits=currency.decimal_places,
                ),
                hint=self.env._(
                    "Correct the rounding of the currency under Accounting, "
                    "Configuration, Currencies, then retry."
                ),
                details={"cause": f"currency_digits:{currency.name}"},
            )
        return amount

    @api.model
    def _currency(self, code: str):
        """The active currency of an ISO 4217 code.

        :raises MappingError: Odoo does not know it, or it is not active
        """
        known = self.env["integration.pipeline"]._currencies().get(code)
        currency = self.env["res.currency"].browse(known)
        if not known or not currency.active:
            raise MappingError(
                self.env._("The currency %(code)s is not active in Odoo.", code=code),
                hint=self.env._(
                    "Activate it under Accounting, Configuration, Currencies, enter "
                    "its rates, then retry."
                ),
                path="amount.currency",
                details={"cause": f"currency:{code}"},
            )
        return currency

    # === JOURNAL === #

    @api.model
    def _choose_gateway(self, connector, booking: Booking) -> None:
        """Journal of the balance the money arrived in.

        The currency it was settled in decides. Where the system does not say, it is
        that of the payment, if the gateway keeps a balance in it; otherwise it has to
        be converted, and only the system can say to how much.
        """
        money = booking.fact("settlement")
        if money is None:
            gateway = connector._gateway_journal(booking.currency)
            if not gateway or self._may_be_converted(connector, booking):
                raise self._not_settled(booking)
            booking.gateway, booking.settled = gateway, booking.amount
            return
        settlement = self._currency(money["currency"])
        booking.gateway = connector._gateway_journal(settlement)
        if not booking.gateway:
            raise self._no_gateway(booking, settlement)
        booking.settled = self._exact(money, booking)
        if settlement == booking.currency and booking.settled != booking.amount:
            raise BusinessRuleError(
                self.env._(
                    "Payment %(key)s is %(amount)s, and %(settled)s arrived in the "
                    "balance before fees.",
                    key=booking.key,
                    amount=money_text(booking.lead.canonical["amount"]),
                    settled=money_text(money),
                ),
                hint=self.env._(
                    "The two must be equal in one currency. Look at the payment in the "
                    "other system, then retry."
                ),
                details={"cause": "settlement_differs"},
            )

    @api.model
    def _may_be_converted(self, connector, booking: Booking) -> bool:
        """Whether a journal in the currency of a payment proves nothing.

        A gateway may convert it all the same. Where every movement of its balance is
        booked one of them says so, and a guess would stand on the wrong account.
        """
        foreign = booking.currency.id != self.env.company.currency_id.id
        return foreign and "balance_transaction" in connector._plans()

    @api.model
    def _not_settled(self, booking: Booking) -> MissingReferenceError:
        """Waits: the object says it again as soon as the amount is known."""
        return MissingReferenceError(
            self.env._(
                "Payment %(key)s is in %(currency)s. The system has not said yet what "
                "arrived of it in which balance.",
                key=booking.key,
                currency=booking.currency.name,
            ),
            entity=SETTLEMENT,
            external_id=booking.key,
            hint=self.env._(
                "It is booked by itself as soon as that arrives. If the gateway keeps "
                "a balance in %(currency)s, there must be a journal for it on the "
                "Accounting tab of the connector.",
                currency=booking.currency.name,
            ),
        )

    @api.model
    def _no_gateway(self, booking: Booking, currency) -> BusinessRuleError:
        return BusinessRuleError(
            self.env._(
                "Payment %(key)s was not booked: there is no gateway journal for "
                "%(currency)s.",
                key=booking.key,
                currency=currency.name,
            ),
            hint=self.env._(
                "Add a journal with settlement currency %(currency)s on the Accounting "
                "tab of the connector, then retry.",
                currency=currency.name,
            ),
            details={"cause": f"gateway_journal:{currency.name}"},
        )

    # === PAYER AND DAY === #

    @api.model
    def _load_payers(self, bookings: list[Booking]) -> None:
        """Read the customers of a batch in one statement; later each is looked at."""
        ids = {
            id_
            for booking in bookings
            for item in booking.items
            for (entity, _external_id), (_model, id_) in item.references.items()
            if entity == "customer"
        }
        self.env["res.partner"].browse(ids).fetch(["commercial_partner_id"])

    @api.model
    def _choose_partner(self, booking: Booking) -> None:
        """Who paid: the customer it names, else the customer of its invoice."""
        customers = self.env["res.partner"]
        reference = booking.fact("customer")
        if reference:
            ref = (reference["entity"], reference["external_id"])
            found = [i.references[ref] for i in booking.items if ref in i.references]
            customers = customers.browse([id_ for _model, id_ in found[:1]])
        for part in booking.open_allocations:
            customers = customers or part.invoice.partner_id
        booking.partner = customers.commercial_partner_id
        if not booking.partner:
            booking.notes.append(
                self.env._("Nobody is named as payer; booked without a customer.")
            )

    @api.model
    def _day(self, connector, booking: Booking):
        """The calendar day it was received, where the company is."""
        paid_at = booking.fact("paid_at")
        if not paid_at:
            moment = booking.lead.occurred_at or booking.lead.received_at
            paid_at = moment.isoformat()
        return connector._document_date(paid_at)

    @api.model
    def _check_periods(self, connector, bookings: list[Booking], dry=False) -> None:
        """Ask the period guard; all messages of a payment share its answer.

        :param dry: only compare; nothing is held back then
        """
        for booking in bookings:
            booking.request = GuardRequest(
                item=booking.lead,
                # The work environment, not that of the connector.
                journal=booking.gateway.journal_id.with_env(self.env),
                wanted=self._day(connector, booking),
                # With taxes due on payment, the payment moves tax.
                has_tax=self.env.company.tax_exigibility,
                amount=booking.lead.canonical["amount"],
                model="account.move" if booking.converted else self._record_model,
                kind="pay",
                key=booking.key,
                title=self.env._("Payment %(key)s", key=booking.key),
            )
        requests = [booking.request for booking in bookings]
        if requests:
            self.env["integration.period.guard"]._check(connector, requests, dry=dry)
        for booking in bookings:
            if booking.lead.error:
                booking.fail(booking.lead.error)
            elif booking.request.note:
                booking.notes.append(booking.request.note)

    # === WORDS === #

    @api.model
    def _two_amounts(self, booking, item: Item, lead: Item) -> BusinessRuleError:
        return BusinessRuleError(
            self.env._(
                "%(one)s says payment %(key)s is %(amount)s, %(other)s says "
                "%(other_amount)s.",
                key=booking.key,
                one=item.external_id,
                amount=money_text(item.canonical["amount"]),
                other=lead.external_id,
                other_amount=money_text(lead.canonical["amount"]),
            ),
            hint=self.env._(
                "The second one is booked. Look at the payment there, then skip this "
                "message."
            ),
            details={"cause": "payment_amount_changed"},
        )

    @api.model
    def _says_no_amount(self, booking: Booking) -> BusinessRuleError:
        return BusinessRuleError(
            self.env._(
                "Payment %(key)s was read, and does not say how much was received.",
                key=booking.key,
            ),
            hint=self.env._("Look at the mapping of payments, then retry."),
        )


def _ignorance(item: Item) -> tuple:
    """Sorts what knows most about the money first; equal ones as they came."""
    record = item.canonical
    return tuple(not record.get(name) for name in ("settlement", "customer", "paid_at"))


def _same(one: dict, other: dict) -> bool:
    return (Decimal(one["amount"]), one["currency"]) == (
        Decimal(other["amount"]),
        other["currency"],
    )
