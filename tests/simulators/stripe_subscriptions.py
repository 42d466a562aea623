# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Subscriptions and their items over the API (SDK ``_subscription.py``, 16.1.0).

What time does to them (renewal, end of a trial, past due) is in
``stripe_subscription_life``; what a change in the middle of a period costs in
``stripe_prorations``. All prices of a subscription have one interval (billing mode
"classic"); usage is not counted.
"""

from . import stripe_params as params
from .stripe_errors import bad_parameter, missing_parameter
from .stripe_intervals import DAY, period_at
from .stripe_prorations import Prorations
from .stripe_render import clone
from .stripe_resources import LIST, READ, Call, Resource, nested_list, register
from .stripe_subscription_life import DETAILS, ENDED, SubscriptionLife

_ITEM = {
    "deleted": params.Bool(),
    "id": params.Str(),
    "metadata": params.Metadata(),
    "price": params.Str(),
    "quantity": params.Int(0),
    "tax_rates": params.ListOf(params.Str(required=True), most=5),
}
_PAUSE = {
    "behavior": params.Str(
        choices=("keep_as_draft", "mark_uncollectible", "void"), required=True
    ),
    "resumes_at": params.Int(),
}
_UPDATE = {
    **READ,
    "cancel_at": params.Int(),
    "cancel_at_period_end": params.Bool(),
    "cancellation_details": params.Hash(DETAILS),
    "collection_method": params.Str(choices=("charge_automatically", "send_invoice")),
    "days_until_due": params.Int(0),
    "default_payment_method": params.Str(),
    "default_tax_rates": params.ListOf(params.Str(required=True), most=5),
    "description": params.Str(500),
    "items": params.ListOf(params.Hash(_ITEM), most=20),
    "metadata": params.Metadata(),
    "off_session": params.Bool(),
    "pause_collection": params.Hash(_PAUSE),
    "payment_behavior": params.Str(
        choices=("allow_incomplete", "default_incomplete", "error_if_incomplete")
    ),
    "proration_behavior": params.Str(
        choices=("always_invoice", "create_prorations", "none")
    ),
    "proration_date": params.Int(),
    "trial_end": params.Str(),
    "billing_cycle_anchor": params.Unsupported(),
    "discounts": params.Unsupported(),
}
CREATE = {
    **_UPDATE,
    "currency": params.Str(3),
    "customer": params.Str(required=True),
    "trial_period_days": params.Int(1),
    "trial_settings": params.Any(),
}
_STATUSES = (
    "active all canceled ended incomplete incomplete_expired past_due paused trialing "
    "unpaid"
).split()
_LIST = {
    **LIST,
    **READ,
    "collection_method": params.Str(),
    "created": params.Range(),
    "customer": params.Str(),
    "price": params.Str(),
    "status": params.Str(choices=_STATUSES),
}
_PLAIN = ("collection_method", "days_until_due", "default_payment_method")


@register
class Subscriptions(Prorations, SubscriptionLife, Resource):
    """Kept beside: ``_start``, ``_end`` (the period)."""

    name = "subscriptions"
    kind = "subscription"
    prefix = "sub_1"
    id_length = 23
    scope = "subscription"
    routes = [
        ("POST", "/v1/subscriptions", "create"),
        ("GET", "/v1/subscriptions", "listing"),
        ("GET", "/v1/subscriptions/{id}", "retrieve"),
        ("POST", "/v1/subscriptions/{id}", "update"),
        ("DELETE", "/v1/subscriptions/{id}", "cancel"),
        ("POST", "/v1/subscriptions/{id}/resume", "resume"),
    ]
    expandable = {
        "customer": "@customers",
        "latest_invoice": "@invoices",
        "items.data.price.product": "@products",
    }

    # -- create --------------------------------------------------------------------

    def create(self, call: Call) -> dict:
        values = params.read(call.params, CREATE)
        customers = self.sim.resources["customers"]
        customer = customers.get(values["customer"], "customer", 400)
        if not values.get("items"):
            raise missing_parameter("items")
        obj = self._blank(customer["id"], values, call)
        self._trial(obj, values, call)
        items = self.sim.resources["subscription_items"]
        made = [items.make(obj, one, call) for one in values["items"]]
        self._check_prices(made)
        obj["currency"] = made[0]["price"]["currency"]
        self._set(obj, values, call)
        self._first_period(obj, made[0], call)
        self.store(obj)
        if customer["currency"] is None:
            customers.change(customer["id"], {"currency": obj["currency"]}, call)
        self.fill(obj)
        self.begin(obj, values.get("payment_behavior"), call)
        return self.view(self.get(obj["id"]), call)

    def _blank(self, customer: str, values: dict, call: Call) -> dict:
        nothing = (
            "application application_fee_percent billing_cycle_anchor_config "
            "billing_thresholds cancel_at canceled_at customer_account days_until_due "
            "default_payment_method default_source description ended_at "
            "latest_invoice managed_payments next_pending_invoice_item_invoice "
            "on_behalf_of pause_collection pending_invoice_item_interval "
            "pending_setup_intent pending_update presentment_details schedule "
            "status_details test_clock transfer_data trial_end trial_start"
        )
        behavior = (values.get("trial_settings") or {}).get("end_behavior") or {}
        return {
            "id": self.new_id(),
            "object": "subscription",
            **dict.fromkeys(nothing.split()),
            "automatic_tax": {
                "disabled_reason": None,
                "enabled": False,
                "liability": None,
            },
            "billing_cycle_anchor": call.at,
            "billing_mode": {"flexible": None, "type": "classic", "updated_at": None},
            "billing_schedules": [],
            "cancel_at_period_end": False,
            "cancellation_details": {"comment": None, "feedback": None, "reason": None},
            "collection_method": "charge_automatically",
            "created": call.at,
            "currency": None,
            "customer": customer,
            "default_tax_rates": [],
            "discounts": [],
            "invoice_settings": {
                "account_tax_ids": None,
                "custom_fields": None,
                "description": None,
                "footer": None,
                "issuer": {"type": "self"},
            },
            "items": None,
            "livemode": self.sim.livemode,
            "metadata": {},
            "payment_settings": {
                "payment_method_options": None,
                "payment_method_types": None,
                "save_default_payment_method": "off",
            },
            "start_date": call.at,
            "status": "incomplete",
            "trial_settings": {
                "end_behavior": {
                    "missing_payment_method": behavior.get("missing_payment_method")
                    or "create_invoice",
                }
            },
            "_start": call.at,
            "_end": call.at,
        }

    def _trial(self, obj: dict, values: dict, call: Call) -> None:
        """A trial puts the first real period off to its end."""
        end = values.get("trial_end")
        if values.get("trial_period_days"):
            end = call.at + values["trial_period_days"] * DAY
        if end and str(end) != "now":
            end = int(end)
            obj.update(trial_start=call.at, trial_end=end, billing_cycle_anchor=end)

    def _first_period(self, obj: dict, item: dict, call: Call) -> None:
        recurring = item["price"]["recurring"]
        interval = recurring["interval"], recurring["interval_count"]
        if obj["trial_end"]:
            self.turn(obj, call.at, obj["trial_end"])
        else:
            self.turn(obj, *period_at(obj["billing_cycle_anchor"], *interval, call.at))

    def _check_prices(self, items: list[dict]) -> None:
        """:raises ApiError: 400 for prices of several intervals or currencies"""
        kinds = {
            (
                item["price"]["currency"],
                (item["price"]["recurring"] or {}).get("interval"),
                (item["price"]["recurring"] or {}).get("interval_count"),
            )
            for item in items
        }
        if len(kinds) > 1:
            raise bad_parameter(
                "All prices on a subscription must have the same `currency`, "
                "`recurring.interval` and `recurring.interval_count`.",
                "items",
            )

    def turn(self, obj: dict, start: int, end: int) -> None:
        """Enter a period, with all items."""
        obj.update(_start=start, _end=end)
        for item in self.sim.resources["subscription_items"].of(obj["id"]):
            item.update(current_period_start=start, current_period_end=end)

    def fill(self, obj: dict) -> None:
        """Bring the items that it shows up to date, in place."""
        items = self.sim.resources["subscription_items"].of(obj["id"])
        url = f"/v1/subscription_items?subscription={obj['id']}"
        obj["items"] = nested_list(url, items)

    def told(self, before: dict, call: Call, kind: str = "updated") -> None:
        """Tell of a change, if there is one, and of what it grants or takes."""
        obj = self.objects[before["id"]]
        self.fill(obj)
        if kind != "updated" or obj != before:
            old = before if kind == "updated" else None
            self.sim.emit(f"customer.subscription.{kind}", obj, call, before=old)
        self.sim.resources["active_entitlements"].refresh(obj["customer"], call)

    # -- change --------------------------------------------------------------------

    def update(self, call: Call, id: str) -> dict:  # noqa: A002 - named in the URL
        values = params.read(call.params, _UPDATE)
        obj = self.get(id)
        if obj["status"] in ENDED:
            raise bad_parameter(
                "A canceled subscription can only update its cancellation_details "
                "and metadata.",
                "id",
            )
        before = clone(obj)
        if "items" in values:
            self.change_items(obj, values, call)
        self._set(obj, values, call)
        self._end_of_trial(obj, values, call)
        self.told(before, call)
        if values.get("proration_behavior") == "always_invoice":
            self.invoice_prorations(obj, call)
        return self.view(self.get(id), call)

    def _set(self, obj: dict, values: dict, call: Call) -> None:
        for name in (*_PLAIN, "description"):
            if name in values:
                obj[name] = values[name]
        if "metadata" in values:
            obj["metadata"] = params.Metadata.merge(obj["metadata"], values["metadata"])
        if "default_tax_rates" in values:
            rates = self.sim.resources["tax_rates"]
            obj["default_tax_rates"] = [
                clone(rates.get(rate, "default_tax_rates", 400))
                for rate in values["default_tax_rates"]
            ]
        if "pause_collection" in values:
            pause = values["pause_collection"]
            obj["pause_collection"] = pause and {
                "behavior": pause["behavior"],
                "resumes_at": pause.get("resumes_at"),
            }
        if obj["collection_method"] == "send_invoice" and not obj["days_until_due"]:
            raise missing_parameter("days_until_due")
        self._set_end(obj, values, call)

    def _set_end(self, obj: dict, values: dict, call: Call) -> None:
        """When it will end, and why; or that it will not."""
        details = values.get("cancellation_details") or {}
        if "cancel_at_period_end" in values:
            ends = values["cancel_at_period_end"]
            obj["cancel_at_period_end"] = ends
            obj["cancel_at"] = obj["_end"] if ends else None
        elif "cancel_at" in values:
            obj["cancel_at"] = values["cancel_at"]
        else:
            return
        obj["canceled_at"] = call.at if obj["cancel_at"] else None
        obj["cancellation_details"] = {
            "comment": details.get("comment"),
            "feedback": details.get("feedback"),
            "reason": "cancellation_requested" if obj["cancel_at"] else None,
        }

    # -- lists ---------------------------------------------------------------------

    def listing(self, call: Call) -> dict:
        """Without a status only those that have not ended."""
        values = params.read(call.params, _LIST)
        status = values.get("status")

        def keep(obj):
            fits = {None: obj["status"] != "canceled", "all": True}
            fits["ended"] = obj["status"] in ENDED
            prices = {item["price"]["id"] for item in obj["items"]["data"]}
            return (
                fits.get(status, obj["status"] == status)
                and params.Range.fits(obj["created"], values.get("created"))
                and (not values.get("price") or values["price"] in prices)
                and all(
                    obj[name] == values[name]
                    for name in ("collection_method", "customer")
                    if values.get(name)
                )
            )

        return self.page(call, "/v1/subscriptions", values, keep)
