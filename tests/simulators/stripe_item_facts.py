# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What an invoice item costs: from a price, an amount, or a unit amount."""

from decimal import Decimal

from .stripe_errors import bad_parameter, missing_parameter
from .stripe_money import check_amount, check_currency, price_amount, rounded, text
from .stripe_resources import Call


class ItemFacts:
    """Part of ``InvoiceItems``."""

    def facts(self, values: dict, call: Call) -> dict:
        """Amount, currency, quantity, price of a line, from its parameters.

        :raises ApiError: 400 when the amount follows from nothing or from two things
        """
        price = self._price(values, call)
        quantity = values.get("quantity_decimal")
        if quantity is None:
            quantity = Decimal(values.get("quantity", 1))
        currency = price["currency"] if price else values.get("currency")
        if not currency:
            raise missing_parameter("currency")
        currency = check_currency(currency)
        proration = values.get("_proration")
        if values.get("amount") is not None:
            if price and not proration:
                raise bad_parameter("You may not give both price and amount.", "amount")
            amount = check_amount(values["amount"], currency)
        elif price:
            amount = rounded(price_amount(price, quantity), currency)
        else:
            raise missing_parameter("amount")
        if self.sim.ad_hoc_prices and not (price and price["id"]):
            exact = price["unit_amount_decimal"] if price else str(amount)
            price = self._ad_hoc(exact, currency, values.get("description"), call)
            quantity = quantity if "amount" not in values else Decimal(1)
        return {
            "amount": amount,
            "currency": currency,
            "quantity": quantity,
            "pricing": _pricing(price, amount, quantity),
            "description": self._description(values, price),
            "discountable": values.get("discountable", amount >= 0 and not proration),
            "parent": _subscription(proration),
        }

    def _price(self, values: dict, call: Call) -> dict | None:
        """The price meant; an ad-hoc one is stored, as the service does."""
        prices = self.sim.resources["prices"]
        given = values.get("price") or (values.get("pricing") or {}).get("price")
        if given:
            return prices.get(given, "price", 400)
        if values.get("price_data"):
            data = dict(values["price_data"])
            products = self.sim.resources["products"]
            product = products.get(data.pop("product"), "price_data[product]", 400)
            # Ad-hoc prices are inactive and nobody is told of them.
            return prices.store(prices.build(data, product["id"], call, active=False))
        if values.get("unit_amount_decimal") is None and (
            values.get("unit_amount") is None
        ):
            return None
        data = {
            key: values[key]
            for key in ("unit_amount", "unit_amount_decimal", "currency")
            if values.get(key) is not None
        }
        if "currency" not in data:
            raise missing_parameter("currency")
        built = prices.build(data, "", call)
        return {**built, "id": None}

    def _ad_hoc(self, exact: str, currency: str, name: str | None, call: Call) -> dict:
        """A price, and a product, of their own for what was agreed without them:
        inactive, and nobody is told."""
        products, prices = (self.sim.resources[n] for n in ("products", "prices"))
        product = products.hidden(name or "Invoice item", call)
        values = {"unit_amount_decimal": Decimal(exact), "currency": currency}
        return prices.store(prices.build(values, product["id"], call, active=False))

    def _description(self, values: dict, price: dict | None) -> str | None:
        if "description" in values or not price or not price["id"]:
            return values.get("description")
        product = self.sim.resources["products"].find(price["product"]) or {}
        return product.get("name")

    def reprice(self, obj: dict, values: dict, call: Call) -> None:
        priced = ("amount", "price", "price_data", "pricing", "quantity")
        priced += ("quantity_decimal", "unit_amount", "unit_amount_decimal")
        if not any(values.get(name) is not None for name in priced):
            return
        given = {name: values[name] for name in priced if values.get(name) is not None}
        pricing = obj["pricing"] or {}
        details = pricing.get("price_details")
        if "quantity" not in given:
            given.setdefault("quantity_decimal", Decimal(obj["quantity_decimal"]))
        if set(given) <= {"quantity", "quantity_decimal"}:
            if details:
                given["price"] = details["price"]
            elif pricing:
                given["unit_amount_decimal"] = Decimal(pricing["unit_amount_decimal"])
            else:
                given["amount"] = obj["amount"]
        facts = self.facts({**given, "currency": obj["currency"]}, call)
        obj.update(
            amount=facts["amount"],
            net_amount=facts["amount"],
            pricing=facts["pricing"],
            quantity=int(facts["quantity"]),
            quantity_decimal=text(facts["quantity"]),
        )


def _pricing(price: dict | None, amount: int, quantity: Decimal) -> dict | None:
    if not price:
        return None
    pricing = {
        "price_details": None,
        "type": "price_details",
        "unit_amount_decimal": price["unit_amount_decimal"],
    }
    if price["id"]:
        pricing["price_details"] = {"price": price["id"], "product": price["product"]}
    return pricing


def _subscription(proration: dict | None) -> dict | None:
    if not proration or not proration.get("subscription"):
        return None
    return {
        "subscription_details": {
            "subscription": proration["subscription"],
            "subscription_item": proration.get("subscription_item"),
        },
        "type": "subscription_details",
    }
