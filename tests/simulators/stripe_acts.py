# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What tests let happen with money: products, invoices, payments, in Python.

Each method does what the calls of the API do, events included, and returns objects in
the newest shape.
"""

from typing import TYPE_CHECKING

from . import stripe_params as params
from .stripe_acts_money import MoneyActs
from .stripe_credit_acts import CreditActs
from .stripe_errors import ApiError
from .stripe_invoices import CREATE
from .stripe_items import CREATE as ITEM
from .stripe_render import NEWEST, render
from .stripe_resources import Call

if TYPE_CHECKING:
    from .stripe import StripeSimulator

# What a line of create_invoice may say beside the parameters of an invoice item.
_SUBSCRIPTION = ("subscription", "subscription_item", "proration", "credited")


class Acts(CreditActs, MoneyActs):
    """Part of ``StripeSimulator``; amounts are integers in minor units."""

    # -- the oracle ----------------------------------------------------------------

    @property
    def products(self: "StripeSimulator") -> dict[str, dict]:
        """id -> object as stored, newest shape (live: do not write)."""
        return self.resources["products"].objects

    @property
    def prices(self: "StripeSimulator") -> dict[str, dict]:
        return self.resources["prices"].objects

    @property
    def tax_rates(self: "StripeSimulator") -> dict[str, dict]:
        return self.resources["tax_rates"].objects

    @property
    def coupons(self: "StripeSimulator") -> dict[str, dict]:
        return self.resources["coupons"].objects

    @property
    def invoices(self: "StripeSimulator") -> dict[str, dict]:
        """``lines`` holds ten at most; see :meth:`invoice_lines`."""
        return self.resources["invoices"].objects

    @property
    def payment_intents(self: "StripeSimulator") -> dict[str, dict]:
        return self.resources["payment_intents"].objects

    @property
    def charges(self: "StripeSimulator") -> dict[str, dict]:
        return self.resources["charges"].objects

    @property
    def invoice_payments(self: "StripeSimulator") -> dict[str, dict]:
        return self.resources["invoice_payments"].objects

    @property
    def balance_transactions(self: "StripeSimulator") -> dict[str, dict]:
        return self.resources["balance_transactions"].objects

    def invoice_lines(self: "StripeSimulator", invoice_id: str) -> list[dict]:
        """All lines of an invoice, first to last."""
        with self.lock:
            lines = self.resources["line_items"].of(invoice_id)
            return [render(line, NEWEST) for line in lines]

    def _call(self: "StripeSimulator", at: int | None = None) -> Call:
        return Call({}, at or self.clock.timestamp(), NEWEST)

    def _invoice(self: "StripeSimulator", invoice_id: str) -> dict:
        return render(self.resources["invoices"].get(invoice_id), NEWEST)

    # -- catalogue -----------------------------------------------------------------

    def create_product(self, name: str, at: int | None = None, **values) -> dict:
        return self.act("POST", "/v1/products", at=at, name=name, **values)

    def update_product(self, product_id: str, **values) -> dict:
        return self.act("POST", f"/v1/products/{product_id}", **values)

    def delete_product(self, product_id: str) -> dict:
        return self.act("DELETE", f"/v1/products/{product_id}")

    def create_price(
        self,
        product: str,
        unit_amount: int | None = None,
        currency: str = "eur",
        at: int | None = None,
        **values,
    ) -> dict:
        """:param values: ``unit_amount_decimal="0.125"``, ``recurring={"interval":
        "month"}``, ``tax_behavior`` and all else that the API takes"""
        if unit_amount is not None:
            values["unit_amount"] = unit_amount
        values.update(product=product, currency=currency)
        return self.act("POST", "/v1/prices", at=at, **values)

    def update_price(self, price_id: str, **values) -> dict:
        return self.act("POST", f"/v1/prices/{price_id}", **values)

    def create_tax_rate(
        self,
        percentage: str | int | float,
        inclusive: bool = False,
        display_name: str = "VAT",
        at: int | None = None,
        **values,
    ) -> dict:
        values.update(
            percentage=str(percentage), inclusive=inclusive, display_name=display_name
        )
        return self.act("POST", "/v1/tax_rates", at=at, **values)

    def update_tax_rate(self, tax_rate_id: str, **values) -> dict:
        return self.act("POST", f"/v1/tax_rates/{tax_rate_id}", **values)

    def create_coupon(self, at: int | None = None, **values) -> dict:
        """``percent_off="12.5"``, or ``amount_off=500, currency="eur"``."""
        return self.act("POST", "/v1/coupons", at=at, **values)

    # -- invoices ------------------------------------------------------------------

    def create_invoice(
        self: "StripeSimulator",
        customer: str,
        lines: list[dict] = (),
        discounts: list[str] = (),
        currency: str | None = None,
        at: int | None = None,
        subscription: str | None = None,
        billing_reason: str | None = None,
        shipping: dict | None = None,
        **values,
    ) -> dict:
        """A draft.

        :param lines: each with ``price`` or ``amount`` or ``unit_amount_decimal``, and
            as wanted ``quantity``, ``description``, ``tax_rates`` (ids), ``discounts``
            (coupon ids), ``period`` (start, end), ``metadata``, ``discountable``;
            ``subscription`` and ``subscription_item`` make it a subscription's line,
            ``proration`` with a negative or positive ``amount`` (and ``price``) a
            proration
        :param discounts: coupon ids for the whole invoice
        :param shipping: ``{"amount": 500, "tax_rates": [ids]}``, on top
        :param values: what else ``POST /v1/invoices`` takes (``default_tax_rates``,
            ``days_until_due``, ``metadata``, ``number`` …)
        """
        call = self._call(at)
        given = {"customer": customer, **values}
        if currency:
            given["currency"] = currency
        if discounts:
            given["discounts"] = [{"coupon": coupon} for coupon in discounts]
        if shipping:
            given["shipping_cost"] = {"shipping_rate_data": shipping}
        if values.get("days_until_due") is not None or values.get("due_date"):
            given.setdefault("collection_method", "send_invoice")
        if subscription:
            given["_subscription"] = {"subscription": subscription}
            billing_reason = billing_reason or "subscription_cycle"
        if billing_reason:
            given["_billing_reason"] = billing_reason
        with self.lock:
            invoices = self.resources["invoices"]
            if "currency" not in given:
                given["currency"] = self._currency_of(lines)
            obj = invoices.make(params.read(given, CREATE), call)
            for line in lines:
                self._add_line(obj, line, call)
            invoices.sum_up(obj)
            self.emit("invoice.created", obj, call)
            return self._invoice(obj["id"])

    def _currency_of(self: "StripeSimulator", lines: list[dict]) -> str:
        for line in lines:
            if line.get("price"):
                return self.resources["prices"].get(line["price"])["currency"]
        return self.currency

    def _add_line(self: "StripeSimulator", invoice: dict, line: dict, call: Call):
        items = self.resources["invoiceitems"]
        given = {k: v for k, v in line.items() if k not in _SUBSCRIPTION}
        given["customer"] = invoice["customer"]
        if not given.get("price"):
            given.setdefault("currency", invoice["currency"])
        if "discounts" in given:
            given["discounts"] = [{"coupon": c} for c in given["discounts"]]
        if "period" in given and not isinstance(given["period"], dict):
            start, end = given["period"]
            given["period"] = {"start": start, "end": end}
        if line.get("proration"):
            given["_proration"] = {k: line.get(k) for k in _SUBSCRIPTION}
        values = params.read(given, ITEM)
        if line.get("subscription_item") and not line.get("proration"):
            return items.of_subscription(values, line, invoice, call)
        customer = self.resources["customers"].get(invoice["customer"])
        return items.attach(items.make(values, customer, call), invoice)

    def finalize_invoice(self, invoice_id: str, at: int | None = None) -> dict:
        return self.act("POST", f"/v1/invoices/{invoice_id}/finalize", at=at)

    def void_invoice(self, invoice_id: str, at: int | None = None) -> dict:
        return self.act("POST", f"/v1/invoices/{invoice_id}/void", at=at)

    def mark_uncollectible(self, invoice_id: str, at: int | None = None) -> dict:
        path = f"/v1/invoices/{invoice_id}/mark_uncollectible"
        return self.act("POST", path, at=at)

    def delete_invoice(self, invoice_id: str, at: int | None = None) -> dict:
        return self.act("DELETE", f"/v1/invoices/{invoice_id}", at=at)

    # -- payments ------------------------------------------------------------------

    def pay_invoice(
        self: "StripeSimulator",
        invoice_id: str,
        amount: int | None = None,
        intent: bool = True,
        settle: bool = True,
        method: str = "card",
        out_of_band: bool = False,
        record: bool = False,
        pending: bool = False,
        at: int | None = None,
    ) -> dict:
        """Pay an invoice, finalising a draft first.

        :param amount: a part, or too much; None: what remains
        :param intent: False: a charge of the old days, without payment intent
        :param settle: False: the balance transaction does not come by itself, see
            :meth:`settle_charge`
        :param method: ``card``, or another (``sepa_debit``): then ``py_``
        :param out_of_band: by bank transfer or cash; with ``record`` as a payment
            record, which has an invoice payment (``type: payment_record``)
        :param pending: as with direct debits: days pass, see :meth:`complete_charge`
        :returns: the invoice
        :raises ApiError: when it cannot be paid
        """
        call = self._call(at)
        with self.lock:
            invoices = self.resources["invoices"]
            if invoices.get(invoice_id)["status"] == "draft":
                invoices.finalize(call, invoice_id)
                if invoices.get(invoice_id)["status"] == "paid":
                    return self._invoice(invoice_id)
            obj = invoices.payable(invoice_id)
            if record:
                amount = obj["amount_remaining"] if amount is None else amount
                self.resources["invoice_payments"].outside(obj, amount, call)
            if out_of_band or record:
                invoices.pay_outside(obj, call, amount)
            elif not intent:
                self._pay_by_charge(obj, amount, method, settle, call)
            else:
                self._pay_by_intent(obj, amount, method, settle, pending, call)
            return self._invoice(invoice_id)

    def _pay_by_intent(
        self: "StripeSimulator", obj: dict, amount, method, settle, pending, call
    ):
        intents = self.resources["payment_intents"]
        if amount is None or amount == obj["amount_remaining"]:
            intent = intents.get(obj["_default_intent"])
        else:
            values = {
                "amount": amount,
                "currency": obj["currency"],
                "customer": obj["customer"],
                "description": f"Payment for Invoice {obj['number']}",
            }
            intent = intents.make(values, call)
            intents.attach(intent, obj, call)
        intents.run(intent, method, call, settle, pending)

    def _pay_by_charge(
        self: "StripeSimulator", obj: dict, amount, method: str, settle: bool, call
    ):
        charges = self.resources["charges"]
        values = {
            "amount": amount or obj["amount_remaining"],
            "currency": obj["currency"],
            "customer": obj["customer"],
            "description": f"Payment for Invoice {obj['number']}",
            "method": method,
        }
        charge = charges.make(values, call, invoice=obj["id"])
        payments = self.resources["invoice_payments"]
        payments.add(obj, {"charge": charge["id"]}, values["amount"], call)
        payments.paid_by("charge", charge, call)
        self.resources["payment_intents"].reduce(obj)
        if settle:
            charges.settle(charge["id"], call)

    def fail_payment(
        self: "StripeSimulator", invoice_id: str, at: int | None = None
    ) -> dict:
        """An attempt to collect an open invoice is declined."""
        call = self._call(at)
        with self.lock:
            obj = self.resources["invoices"].payable(invoice_id)
            intents = self.resources["payment_intents"]
            try:
                intents.run(
                    intents.get(obj["_default_intent"]), "pm_card_declined", call
                )
            except ApiError as error:
                if error.status != 402:
                    raise
            return self._invoice(invoice_id)

    def create_charge(
        self: "StripeSimulator",
        amount: int,
        currency: str = "eur",
        customer: str | None = None,
        intent: bool = True,
        settle: bool = True,
        method: str = "card",
        declined: bool = False,
        description: str | None = None,
        metadata: dict | None = None,
        at: int | None = None,
    ) -> dict:
        """A payment that belongs to no invoice; returns the charge."""
        call = self._call(at)
        values = {
            "amount": amount,
            "currency": currency,
            "customer": customer,
            "description": description,
            "metadata": metadata or {},
        }
        with self.lock:
            charges = self.resources["charges"]
            if intent:
                intents = self.resources["payment_intents"]
                made = intents.make(values, call)
                try:
                    name = "pm_card_declined" if declined else method
                    intents.run(made, name, call, settle)
                except ApiError as error:
                    if error.status != 402:
                        raise
                charge = charges.get(made["latest_charge"])
            else:
                values.update(method=method, declined=declined)
                charge = charges.make(values, call)
                if settle:
                    charges.settle(charge["id"], call)
            return render(charge, NEWEST)

    def settle_charge(
        self: "StripeSimulator", charge_id: str, at: int | None = None
    ) -> dict:
        """Let the balance transaction of a charge come (``charge.updated``)."""
        with self.lock:
            charge = self.resources["charges"].settle(charge_id, self._call(at))
            return render(charge, NEWEST)

    def complete_charge(
        self: "StripeSimulator",
        charge_id: str,
        failed: bool = False,
        settle: bool = True,
        at: int | None = None,
    ) -> dict:
        """The bank tells how a pending charge ended; returns the charge."""
        with self.lock:
            charges = self.resources["charges"]
            charge = charges.complete(charge_id, failed, self._call(at), settle)
            return render(charge, NEWEST)
