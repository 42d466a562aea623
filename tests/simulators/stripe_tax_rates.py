# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Tax rates (SDK ``_tax_rate.py``). Percentage and kind never change."""

from decimal import Decimal

from . import stripe_params as params
from .stripe_amounts import Rate
from .stripe_render import clone
from .stripe_resources import LIST, READ, Call, Resource, difference, register

_UPDATE = {
    **READ,
    "active": params.Bool(),
    "country": params.Str(2),
    "description": params.Str(),
    "display_name": params.Str(50),
    "jurisdiction": params.Str(200),
    "metadata": params.Metadata(),
    "state": params.Str(3),
    "tax_type": params.Str(),
}
_CREATE = {
    **_UPDATE,
    "display_name": params.Str(50, required=True),
    "inclusive": params.Bool(required=True),
    "percentage": params.DecimalText(
        least=Decimal(0), most=Decimal(100), places=4, required=True
    ),
}
_LIST = {
    **LIST,
    **READ,
    "active": params.Bool(),
    "created": params.Range(),
    "inclusive": params.Bool(),
}


@register
class TaxRates(Resource):
    name = "tax_rates"
    kind = "tax_rate"
    prefix = "txr_1"
    id_length = 23
    scope = "tax_rate"
    routes = [
        ("POST", "/v1/tax_rates", "create"),
        ("GET", "/v1/tax_rates", "listing"),
        ("GET", "/v1/tax_rates/{id}", "retrieve"),
        ("POST", "/v1/tax_rates/{id}", "update"),
    ]

    def create(self, call: Call) -> dict:
        values = params.read(call.params, _CREATE)
        obj = self.store(
            {
                "id": self.new_id(),
                "object": "tax_rate",
                "active": values.get("active", True),
                "country": values.get("country"),
                "created": call.at,
                "description": values.get("description"),
                "display_name": values["display_name"],
                "effective_percentage": None,
                "flat_amount": None,
                "inclusive": values["inclusive"],
                "jurisdiction": values.get("jurisdiction"),
                "jurisdiction_level": None,
                "livemode": self.sim.livemode,
                "metadata": params.Metadata.merge({}, values.get("metadata")),
                # A number in JSON; four places survive a float unharmed.
                "percentage": float(values["percentage"]),
                "rate_type": "percentage",
                "state": values.get("state"),
                "tax_type": values.get("tax_type"),
            }
        )
        self.sim.emit("tax_rate.created", obj, call)
        return self.view(obj, call)

    def update(self, call: Call, id: str) -> dict:  # noqa: A002 - named in the URL
        old = self.get(id)
        values = params.read(call.params, _UPDATE)
        new = clone(old)
        for name, value in values.items():
            if name == "metadata":
                value = params.Metadata.merge(old["metadata"], value)
            if name != "expand":
                new[name] = value
        if difference(old, new):
            self.objects[id] = new
            self.sim.emit("tax_rate.updated", new, call, before=old)
        return self.view(new, call)

    def listing(self, call: Call) -> dict:
        values = params.read(call.params, _LIST)

        def keep(obj):
            return params.fits(obj, values, "active", "inclusive")

        return self.page(call, "/v1/tax_rates", values, keep)

    def rate(self, id: str, param="tax_rates") -> Rate:  # noqa: A002
        """For the arithmetic. :raises ApiError: 400 when there is no such rate"""
        obj = self.get(id, param, 400)
        return Rate(obj["id"], Decimal(str(obj["percentage"])), obj["inclusive"])
