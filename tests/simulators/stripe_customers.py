# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Customers and their tax ids.

Fields: SDK ``_customer.py``, ``_tax_id.py``; parameters: SDK
``params/_customer_create_params.py`` (16.1.0, API endive).
"""

import copy
import re

from . import stripe_params as params
from .stripe_errors import bad_parameter, not_found
from .stripe_resources import (
    LIST,
    SEARCH,
    Call,
    Resource,
    difference,
    nested_list,
    register,
)

_ADDRESS = {
    name: params.Str(5000)
    for name in ("city", "country", "line1", "line2", "postal_code", "state")
}
_TAX_ID = {
    "type": params.Str(pattern=r"[a-z]{2}_[a-z0-9_]+", required=True),
    "value": params.Str(most=100, required=True),
}
_RENDERING = {
    "amount_tax_display": params.Str(choices=("exclude_tax", "include_inclusive_tax")),
    "template": params.Str(),
}
_FIELD = {
    "name": params.Str(40, required=True),
    "value": params.Str(140, required=True),
}
_CUSTOMER = {
    # The address' country is free text (SDK doc): a senseless code is accepted.
    "address": params.Hash(_ADDRESS),
    "balance": params.Int(),
    "business_name": params.Str(150),
    "description": params.Str(),
    "email": params.Email(512),
    "individual_name": params.Str(150),
    "invoice_prefix": params.Str(pattern=r"[A-Z0-9]{1,12}"),
    "invoice_settings": params.Hash(
        {
            "custom_fields": params.ListOf(params.Hash(_FIELD), most=4),
            "footer": params.Str(),
            "rendering_options": params.Hash(_RENDERING),
            "default_payment_method": params.Unsupported(),
        }
    ),
    "metadata": params.Metadata(),
    "name": params.Str(256),
    "next_invoice_sequence": params.Int(1),
    "phone": params.Str(20),
    "preferred_locales": params.ListOf(params.Str(required=True)),
    "shipping": params.Hash(
        {
            "address": params.Hash(_ADDRESS, required=True),
            "name": params.Str(required=True),
            "phone": params.Str(20),
        }
    ),
    "tax_exempt": params.Str(choices=("exempt", "none", "reverse")),
    "validate": params.Bool(),
    "expand": params.ListOf(params.Str()),
    "cash_balance": params.Unsupported(),
    "payment_method": params.Unsupported(),
    "source": params.Unsupported(),
    "tax": params.Unsupported(),
    "test_clock": params.Unsupported(),
}
_CREATE = {**_CUSTOMER, "tax_id_data": params.ListOf(params.Hash(_TAX_ID), most=5)}
_UPDATE = {**_CUSTOMER, "default_source": params.Unsupported()}
_LIST = {**LIST, "created": params.Range(), "email": params.Str(512)}
_SEARCHED = frozenset(("created", "email", "metadata", "name", "phone"))
_READ = {"expand": params.ListOf(params.Str())}

# What clearing a field leaves, where it is not null.
_EMPTY = {"tax_exempt": "none", "balance": 0}


@register
class Customers(Resource):
    name = "customers"
    kind = "customer"
    prefix = "cus_"
    id_length = 14
    scope = "customer"
    routes = [
        ("POST", "/v1/customers", "create"),
        ("GET", "/v1/customers", "listing"),
        ("GET", "/v1/customers/search", "search"),
        ("GET", "/v1/customers/{id}", "retrieve"),
        ("POST", "/v1/customers/{id}", "update"),
        ("DELETE", "/v1/customers/{id}", "delete"),
    ]
    expandable = {
        "tax_ids": "expand_tax_ids",
        "sources": "expand_nothing",
        "subscriptions": "expand_nothing",
        "default_source": "expand_null",
        "test_clock": "expand_null",
    }

    def create(self, call: Call) -> dict:
        values = params.read(call.params, _CREATE)
        tax_ids = values.pop("tax_id_data", [])
        for tax_id in tax_ids:
            check_tax_id(**tax_id)
        obj = self._apply(self._blank(call), values)
        self.store(obj)
        self._set_balance(obj, 0, call, "initial")
        self.sim.emit("customer.created", obj, call)
        for tax_id in tax_ids:
            self.sim.resources["tax_ids"].add(obj, tax_id, call)
        return self.view(obj, call)

    def _blank(self, call: Call) -> dict:
        return {
            "id": self.new_id(),
            "object": "customer",
            "address": None,
            "balance": 0,
            "business_name": None,
            "created": call.at,
            "currency": None,
            "customer_account": None,
            "default_source": None,
            "delinquent": False,
            "description": None,
            "discount": None,
            "email": None,
            "individual_name": None,
            "invoice_prefix": self.sim.ids("", 8).upper(),
            "invoice_settings": {
                "custom_fields": None,
                "default_payment_method": None,
                "footer": None,
                "rendering_options": None,
            },
            "livemode": self.sim.livemode,
            "metadata": {},
            "name": None,
            "next_invoice_sequence": 1,
            "phone": None,
            "preferred_locales": [],
            "shipping": None,
            "tax_exempt": "none",
            "test_clock": None,
        }

    def _apply(self, obj: dict, values: dict) -> dict:
        """The object with the values set; what is not named stays as it is."""
        obj = copy.deepcopy(obj)
        for name, value in values.items():
            if name in ("expand", "validate"):
                continue
            if name == "metadata":
                value = params.Metadata.merge(obj["metadata"], value)
            elif name == "address" and value is not None:
                blank = dict.fromkeys(_ADDRESS)
                value = {**blank, **(obj["address"] or {}), **value}
            elif name == "shipping" and value is not None:
                value = _shipping(value)
            elif name == "invoice_settings":
                value = {**obj["invoice_settings"], **(value or {})}
            elif value is None:
                value = _EMPTY.get(name)
            obj[name] = value
        return obj

    def update(self, call: Call, id: str) -> dict:  # noqa: A002 - named in the URL
        before = self.get(id)["balance"]
        new = self.change(id, params.read(call.params, _UPDATE), call)
        self._set_balance(new, before, call, "adjustment")
        return self.view(new, call)

    def _set_balance(self, obj: dict, before: int, call: Call, kind: str) -> None:
        """A parameter has set the balance."""
        amount = obj["balance"] - before
        if amount:
            self.sim.resources["customer_balance_transactions"].note(
                obj,
                obj["currency"] or self.sim.currency,
                amount,
                obj["balance"],
                call,
                {"type": kind},
            )

    def change(self, id: str, values: dict, call: Call) -> dict:  # noqa: A002
        """Set checked values, also those that no parameter sets (currency)."""
        old = self.get(id)
        new = self._apply(old, values)
        self.objects[id] = new
        previous = difference(old, new)
        if previous:
            self.sim.emit("customer.updated", new, call, previous)
        return new

    def balance_in(self, obj: dict, currency: str) -> int:
        """What a customer owes (positive) or has to his credit, in one currency;
        ``balance`` shows the one of his own currency, others lie beside."""
        if currency == obj["currency"]:
            return obj["balance"]
        return obj.get("_balances", {}).get(currency, 0)

    def move_balance(
        self,
        id: str,  # noqa: A002
        currency: str,
        amount: int,
        call: Call,
        why: dict | None = None,
    ) -> dict | None:
        """Add to a balance; a deleted customer has none any more.

        :param why: see ``CustomerBalanceTransactions.note``; None: an adjustment
        :return: the transaction that tells of it
        """
        obj = self.objects.get(id)
        if not amount or obj is None:
            return None
        after = self.balance_in(obj, currency) + amount
        if currency == obj["currency"]:
            self.change(id, {"balance": after}, call)
        else:
            obj["_balances"] = {**obj.get("_balances", {}), currency: after}
        transactions = self.sim.resources["customer_balance_transactions"]
        return transactions.note(obj, currency, amount, after, call, why or {})

    def listing(self, call: Call) -> dict:
        values = params.read(call.params, {**_LIST, **_READ})
        email, created = values.get("email"), values.get("created")
        return self.page(
            call,
            "/v1/customers",
            values,
            lambda obj: (
                (not email or obj["email"] == email)
                and params.Range.fits(obj["created"], created)
            ),
        )

    def search(self, call: Call) -> dict:
        values = params.read(call.params, {**SEARCH, **_READ})
        return self.results(call, "/v1/customers/search", values, _SEARCHED)

    def delete(self, call: Call, id: str) -> dict:  # noqa: A002
        obj = self.get(id)
        self.sim.resources["subscriptions"].end_of(id, call)
        stub = self.drop(id)
        self.sim.resources["tax_ids"].forget(id)
        self.sim.emit("customer.deleted", obj, call)
        return dict(stub)

    def expand_tax_ids(self, obj: dict) -> dict:
        tax_ids = self.sim.resources["tax_ids"].of(obj["id"])
        return nested_list(f"/v1/customers/{obj['id']}/tax_ids", tax_ids)

    def expand_nothing(self, obj: dict) -> dict:
        return nested_list(f"/v1/customers/{obj['id']}", [])

    def expand_null(self, obj: dict) -> None:
        return None


def _shipping(value: dict) -> dict:
    address = {**dict.fromkeys(_ADDRESS), **value["address"]}
    return {"address": address, "name": value["name"], "phone": value.get("phone")}


# Form of the number by type; types that are not here take anything.
_FORMS = {
    "eu_vat": r"(AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL"
    r"|PT|RO|SE|SI|SK|XI)[0-9A-Z+*]{2,12}",
    "gb_vat": r"(GB)?(\d{9}|\d{12}|GD\d{3}|HA\d{3})",
    "ch_vat": r"CHE-?\d{3}\.?\d{3}\.?\d{3} ?(MWST|TVA|IVA)",
    "us_ein": r"\d{2}-?\d{7}",
}
_CHECKED_BY_STRIPE = ("eu_vat", "gb_vat", "au_abn", "ch_vat")


def check_tax_id(type: str, value: str):  # noqa: A002 - the API's own name
    """:raises ApiError: 400 tax_id_invalid when the form cannot be right"""
    form = _FORMS.get(type)
    if form and not re.fullmatch(form, value.replace(" ", "").upper()):
        raise bad_parameter(f"Invalid value for {type}.", "value", "tax_id_invalid")


@register
class TaxIds(Resource):
    """Tax ids of customers. A change here sends no ``customer.updated``."""

    name = "tax_ids"
    kind = "tax_id"
    prefix = "txi_1"
    id_length = 23
    scope = "tax_id"
    routes = [
        ("POST", "/v1/customers/{customer}/tax_ids", "create"),
        ("GET", "/v1/customers/{customer}/tax_ids", "listing"),
        ("GET", "/v1/customers/{customer}/tax_ids/{id}", "retrieve"),
        ("DELETE", "/v1/customers/{customer}/tax_ids/{id}", "delete"),
        ("GET", "/v1/tax_ids/{id}", "retrieve"),
    ]
    expandable = {"customer": "expand_customer"}

    def __init__(self, sim):
        super().__init__(sim)
        self._by_customer: dict[str, list[str]] = {}

    def store(self, obj):
        self._by_customer.setdefault(obj["customer"], []).append(obj["id"])
        return super().store(obj)

    def load(self, data):
        super().load(data)
        self._by_customer = {}
        for obj in self.objects.values():
            self._by_customer.setdefault(obj["customer"], []).append(obj["id"])

    def of(self, customer: str) -> list[dict]:
        """The tax ids of a customer, newest first."""
        ids = self._by_customer.get(customer, ())
        return [self.objects[key] for key in reversed(ids) if key in self.objects]

    def add(self, customer: dict, values: dict, call: Call) -> dict:
        kind, value = values["type"], values["value"]
        country = value[:2].upper() if kind == "eu_vat" else kind[:2].upper()
        obj = {
            "id": self.new_id(),
            "object": "tax_id",
            "country": {"EL": "GR", "EU": None}.get(country, country),
            "created": call.at,
            "customer": customer["id"],
            "customer_account": None,
            "livemode": self.sim.livemode,
            "owner": {
                "customer": customer["id"],
                "customer_account": None,
                "type": "customer",
            },
            "type": kind,
            "value": value,
            "verification": {
                "status": "pending" if kind in _CHECKED_BY_STRIPE else "unavailable",
                "verified_address": None,
                "verified_name": None,
            },
        }
        self.store(obj)
        self.sim.emit("customer.tax_id.created", obj, call)
        return obj

    def verify(self, object_id: str, status: str, call: Call, name=None, address=None):
        """What Stripe does by itself minutes later: the verification's outcome."""
        old = self.get(object_id)
        new = copy.deepcopy(old)
        new["verification"] = {
            "status": status,
            "verified_address": address,
            "verified_name": name,
        }
        self.objects[object_id] = new
        self.sim.emit("customer.tax_id.updated", new, call, difference(old, new))
        return new

    def forget(self, customer: str) -> None:
        for obj in self.of(customer):
            self.drop(obj["id"])

    def create(self, call: Call, customer: str) -> dict:
        owner = self.sim.resources["customers"].get(customer)
        values = params.read(call.params, {**_TAX_ID, **_READ})
        check_tax_id(values["type"], values["value"])
        return self.view(self.add(owner, values, call), call)

    def listing(self, call: Call, customer: str) -> dict:
        self.sim.resources["customers"].get(customer)
        values = params.read(call.params, {**LIST, **_READ})
        return self.page(
            call,
            f"/v1/customers/{customer}/tax_ids",
            values,
            lambda obj: obj["customer"] == customer,
        )

    def _get(self, id: str, customer: str | None) -> dict:  # noqa: A002
        obj = self.get(id)
        if customer and obj["customer"] != customer:
            raise not_found("tax id", id)
        return obj

    def retrieve(self, call: Call, id: str, customer: str | None = None):  # noqa: A002
        params.read(call.params, _READ)
        return self.view(self._get(id, customer), call)

    def delete(self, call: Call, id: str, customer: str) -> dict:  # noqa: A002
        obj = self._get(id, customer)
        stub = self.drop(id)
        self.sim.emit("customer.tax_id.deleted", obj, call)
        return dict(stub)

    def expand_customer(self, obj: dict) -> dict:
        customers = self.sim.resources["customers"]
        return copy.deepcopy(customers.objects.get(obj["customer"]) or {})
