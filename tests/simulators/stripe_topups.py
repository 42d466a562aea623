# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Top-ups (SDK ``_topup.py``, 16.1.0): money from the bank to the balance."""

from . import stripe_params as params
from .stripe_errors import ApiError
from .stripe_money import check_currency
from .stripe_resources import LIST, READ, Call, Resource, register

DAY = 86400
_CREATE = {
    **READ,
    "amount": params.Int(1, required=True),
    "currency": params.Str(3, required=True),
    "description": params.Str(),
    "metadata": params.Metadata(),
    "source": params.Unsupported(),
    "statement_descriptor": params.Str(15),
    "transfer_group": params.Str(),
}
_LIST = {**LIST, **READ, "created": params.Range(), "status": params.Str()}


@register
class Topups(Resource):
    name = "topups"
    kind = "topup"
    prefix = "tu_1"
    id_length = 23
    scope = "top_up"
    routes = [
        ("POST", "/v1/topups", "create"),
        ("GET", "/v1/topups", "listing"),
        ("GET", "/v1/topups/{id}", "retrieve"),
    ]
    expandable = {"balance_transaction": "@balance_transactions"}

    def create(self, call: Call) -> dict:
        values = params.read(call.params, _CREATE)
        return self.view(self.make(values, call), call)

    def make(self, values: dict, call: Call) -> dict:
        nothing = (
            "balance_transaction failure_code failure_message initiated_by "
            "payment_method payment_method_options source"
        )
        given = ("description", "statement_descriptor", "transfer_group")
        obj = self.store(
            {
                "id": self.new_id(),
                "object": "topup",
                **dict.fromkeys(nothing.split()),
                **{name: values.get(name) for name in given},
                "amount": values["amount"],
                "created": call.at,
                "currency": check_currency(values["currency"]),
                "expected_availability_date": call.at + DAY,
                "livemode": self.sim.livemode,
                "metadata": params.Metadata.merge({}, values.get("metadata")),
                "status": "pending",
            }
        )
        self.sim.emit("topup.created", obj, call)
        return obj

    def succeed(self, id: str, call: Call) -> dict:  # noqa: A002 - named in the URL
        """The money of the bank is there."""
        obj = self._being(id, "pending")
        made = self._record(obj, "topup", obj["amount"], call)
        obj.update(status="succeeded", balance_transaction=made["id"])
        self.sim.emit("topup.succeeded", obj, call)
        return obj

    def reverse(self, id: str, call: Call) -> dict:  # noqa: A002
        """The bank takes it back."""
        obj = self._being(id, "succeeded")
        self._record(obj, "topup_reversal", -obj["amount"], call)
        obj["status"] = "reversed"
        self.sim.emit("topup.reversed", obj, call)
        return obj

    def _being(self, id: str, status: str) -> dict:  # noqa: A002
        obj = self.get(id)
        if obj["status"] != status:
            raise ApiError(400, f"This top-up is {obj['status']}.")
        return obj

    def _record(self, obj: dict, kind: str, amount: int, call: Call) -> dict:
        return self.sim.resources["balance_transactions"].record(
            kind,
            kind,
            amount,
            obj["currency"],
            call,
            obj["id"],
            description=obj["description"],
        )

    def listing(self, call: Call) -> dict:
        values = params.read(call.params, _LIST)

        def keep(obj):
            return params.Range.fits(obj["created"], values.get("created")) and (
                not values.get("status") or obj["status"] == values["status"]
            )

        return self.page(call, "/v1/topups", values, keep)
