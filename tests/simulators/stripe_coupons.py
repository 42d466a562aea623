# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Coupons, and the discounts that come of redeeming them (SDK ``_coupon.py``)."""

from decimal import Decimal

from . import stripe_params as params
from .stripe_amounts import Off
from .stripe_errors import ApiError, bad_parameter, missing_parameter
from .stripe_money import check_amount, check_currency
from .stripe_render import clone
from .stripe_resources import LIST, READ, Call, Resource, difference, register

_UPDATE = {
    **READ,
    "metadata": params.Metadata(),
    "name": params.Str(40),
    "currency_options": params.Unsupported(),
}
_CREATE = {
    **_UPDATE,
    "amount_off": params.Int(1),
    "applies_to": params.Hash({"products": params.ListOf(params.Str(required=True))}),
    "currency": params.Str(3),
    "duration": params.Str(choices=("forever", "once", "repeating")),
    "duration_in_months": params.Int(1),
    "id": params.Str(),
    "max_redemptions": params.Int(1),
    "percent_off": params.DecimalText(least=Decimal("0.01"), most=Decimal(100)),
    "redeem_by": params.Int(),
}
_LIST = {**LIST, **READ, "created": params.Range()}
# A parameter "discounts" of an invoice or an item.
DISCOUNTS = params.ListOf(
    params.Hash(
        {
            "coupon": params.Str(),
            "discount": params.Str(),
            "promotion_code": params.Unsupported(),
        }
    ),
    most=20,
)


@register
class Coupons(Resource):
    name = "coupons"
    kind = "coupon"
    prefix = ""
    id_length = 8
    scope = "coupon"
    routes = [
        ("POST", "/v1/coupons", "create"),
        ("GET", "/v1/coupons", "listing"),
        ("GET", "/v1/coupons/{id}", "retrieve"),
        ("POST", "/v1/coupons/{id}", "update"),
        ("DELETE", "/v1/coupons/{id}", "delete"),
    ]
    expandable = {"applies_to": "expand_applies_to"}

    def create(self, call: Call) -> dict:
        values = params.read(call.params, _CREATE)
        amount, percent = values.get("amount_off"), values.get("percent_off")
        if (amount is None) == (percent is None):
            raise bad_parameter(
                "Must provide exactly one of percent_off and amount_off.", "percent_off"
            )
        if amount is not None and not values.get("currency"):
            raise missing_parameter("currency")
        currency = values.get("currency") and check_currency(values["currency"])
        if amount is not None:
            check_amount(amount, currency, "amount_off")
        if values.get("id") in self.objects:
            raise ApiError(
                400, "Coupon already exists.", code="resource_already_exists"
            )
        obj = self.store(
            {
                "id": values.get("id") or self.new_id(),
                "object": "coupon",
                "amount_off": amount,
                "created": call.at,
                "currency": currency,
                "duration": values.get("duration") or "once",
                "duration_in_months": values.get("duration_in_months"),
                "livemode": self.sim.livemode,
                "max_redemptions": values.get("max_redemptions"),
                "metadata": params.Metadata.merge({}, values.get("metadata")),
                "name": values.get("name"),
                "percent_off": percent and float(percent),
                "redeem_by": values.get("redeem_by"),
                "times_redeemed": 0,
                "valid": True,
                "_products": (values.get("applies_to") or {}).get("products"),
            }
        )
        self.sim.emit("coupon.created", obj, call)
        return self.view(obj, call)

    def update(self, call: Call, id: str) -> dict:  # noqa: A002 - named in the URL
        old = self.get(id)
        values = params.read(call.params, _UPDATE)
        new = clone(old)
        if "name" in values:
            new["name"] = values["name"]
        if "metadata" in values:
            new["metadata"] = params.Metadata.merge(old["metadata"], values["metadata"])
        if difference(old, new):
            self.objects[id] = new
            self.sim.emit("coupon.updated", new, call, before=old)
        return self.view(new, call)

    def listing(self, call: Call) -> dict:
        values = params.read(call.params, _LIST)
        return self.page(
            call,
            "/v1/coupons",
            values,
            lambda obj: params.Range.fits(obj["created"], values.get("created")),
        )

    def delete(self, call: Call, id: str) -> dict:  # noqa: A002
        obj = self.get(id)
        stub = self.drop(id)
        self.sim.emit("coupon.deleted", obj, call)
        return dict(stub)

    def valid(self, id: str, at: int) -> dict:  # noqa: A002
        """:raises ApiError: 400 when there is no such coupon or it is used up"""
        obj = self.get(id, "coupon", 400)
        late = obj["redeem_by"] and obj["redeem_by"] < at
        if not obj["valid"] or late:
            raise bad_parameter(f"Coupon expired: {id}", "coupon", "coupon_expired")
        return obj

    def redeem(self, id: str) -> dict:  # noqa: A002
        obj = self.objects[id]
        used = obj["times_redeemed"] + 1
        valid = not obj["max_redemptions"] or used < obj["max_redemptions"]
        self.objects[id] = {**obj, "times_redeemed": used, "valid": valid}
        return self.objects[id]

    def expand_applies_to(self, obj: dict) -> dict | None:
        products = self.objects[obj["id"]]["_products"]
        return {"products": list(products)} if products else None


@register
class Discounts(Resource):
    """A redeemed coupon. Has no address of its own; outlives its coupon."""

    name = "discounts"
    kind = "discount"
    prefix = "di_1"
    id_length = 23
    expandable = {
        "source.coupon": "expand_coupon",
        "coupon": "expand_coupon",
        "customer": "@customers",
    }

    def redeem(
        self, given: list[dict], currency: str, customer: str, call: Call, **owner
    ) -> list[str]:
        """Discounts of an invoice or an item, from its parameter.

        :param owner: ``invoice`` or ``invoice_item``, an id
        :raises ApiError: 400 for an unknown coupon or another currency's
        """
        for entry in given:
            self._check(entry, currency, call)
        return [self._one(entry, customer, call, owner)["id"] for entry in given]

    def _check(self, entry: dict, currency: str, call: Call) -> None:
        if entry.get("discount"):
            self.get(entry["discount"], "discounts", 400)
            return
        if not entry.get("coupon"):
            raise missing_parameter("discounts[coupon]")
        coupon = self.sim.resources["coupons"].valid(entry["coupon"], call.at)
        if coupon["amount_off"] and coupon["currency"] != currency:
            raise bad_parameter(
                f"The coupon is in {coupon['currency']}, this is in {currency}.",
                "discounts",
            )

    def _one(self, entry: dict, customer: str, call: Call, owner: dict) -> dict:
        if entry.get("discount"):
            return self.objects[entry["discount"]]
        coupon = self.sim.resources["coupons"].redeem(entry["coupon"])
        return self.store(
            {
                "id": self.new_id(),
                "object": "discount",
                "checkout_session": None,
                "customer": customer,
                "customer_account": None,
                "end": None,
                "invoice": owner.get("invoice"),
                "invoice_item": owner.get("invoice_item"),
                "promotion_code": None,
                "source": {"coupon": coupon["id"], "type": "coupon"},
                "start": call.at,
                "subscription": None,
                "subscription_item": None,
                "_coupon": clone(coupon),
            }
        )

    def off(self, id: str) -> Off:  # noqa: A002
        """For the arithmetic."""
        coupon = self.objects[id]["_coupon"]
        percent, products = coupon["percent_off"], coupon["_products"]
        return Off(
            id,
            None if percent is None else Decimal(str(percent)),
            coupon["amount_off"],
            frozenset(products) if products else None,
        )

    def expand_coupon(self, obj: dict) -> dict:
        return clone(self.objects[obj["id"]]["_coupon"])
