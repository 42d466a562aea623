# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Balance transactions (SDK ``_balance_transaction.py``): the immutable ledger.

What is not one of the account's balances is converted to its default currency.
"""

from decimal import Decimal

from . import stripe_params as params
from .stripe_money import converted, digits, rounded
from .stripe_resources import LIST, READ, Call, Resource, register

DAY = 86400
# Days until the money may be paid out.
DELAY = 3
# What the euro is worth: target units per unit, where nothing else is configured.
PER_EURO = {
    "usd": "1.0834", "gbp": "0.8571", "chf": "0.9523", "jpy": "163.21",
    "kwd": "0.3331", "bhd": "0.4084", "jod": "0.7681", "omr": "0.4171",
    "tnd": "3.3710", "isk": "149.20", "ugx": "4012.5", "huf": "394.10",
    "sek": "11.4120", "nok": "11.6250", "dkk": "7.4603", "pln": "4.3105",
    "czk": "25.150", "cad": "1.4825", "aud": "1.6412", "krw": "1462.3",
}  # fmt: skip
_LIST = {
    **LIST,
    **READ,
    "created": params.Range(),
    "currency": params.Str(3),
    "payout": params.Unsupported(),
    "source": params.Str(),
    "type": params.Str(),
}


@register
class BalanceTransactions(Resource):
    name = "balance_transactions"
    kind = "balance_transaction"
    prefix = "txn_3"
    id_length = 23
    scope = "balance_transaction_source"
    routes = [
        ("GET", "/v1/balance_transactions", "listing"),
        ("GET", "/v1/balance_transactions/{id}", "retrieve"),
    ]
    expandable = {"source": "@charges"}

    def of_charge(self, charge: dict, call: Call) -> dict:
        """What a captured charge brings to the balance, less Stripe's fee."""
        currency, rate = self.settlement(charge["currency"])
        amount = charge["amount_captured"]
        if rate is not None:
            amount = converted(amount, charge["currency"], currency, rate)
        fees = self._fees(amount, currency, foreign=rate is not None)
        fee = sum(entry["amount"] for entry in fees)
        return self.store(
            {
                "id": self.new_id(),
                "object": "balance_transaction",
                "amount": amount,
                "available_on": call.at + DELAY * DAY,
                "balance_type": "payments",
                "created": call.at,
                "currency": currency,
                "description": charge["description"],
                "exchange_rate": None if rate is None else float(rate),
                "fee": fee,
                "fee_details": fees,
                "net": amount - fee,
                "reporting_category": "charge",
                "source": charge["id"],
                "status": "pending",
                "type": "charge" if charge["id"].startswith("ch_") else "payment",
            }
        )

    def settlement(self, currency: str) -> tuple[str, Decimal | None]:
        """In which balance a currency lands, and at what rate (None: its own)."""
        if currency in self.sim.balances:
            return currency, None
        if currency in self.sim.settle:
            target, rate = self.sim.settle[currency]
            return target, Decimal(rate)
        target = self.sim.balances[0]
        units = Decimal(PER_EURO.get(currency, "1"))
        rate = Decimal(PER_EURO.get(target, "1")) / units
        return target, rate.quantize(Decimal("0.00000001"))

    def _fees(self, amount: int, currency: str, foreign: bool) -> list[dict]:
        per_cent, fixed, exchange = (Decimal(part) for part in self.sim.fees)
        scale = digits(currency)
        parts = [(per_cent, fixed, "Stripe processing fees")]
        if foreign:
            parts.append((exchange, Decimal(0), "Stripe currency conversion fee"))
        return [
            {
                "amount": rounded(amount * rate / 100 + flat.scaleb(scale), currency),
                "application": None,
                "currency": currency,
                "description": description,
                "type": "stripe_fee",
            }
            for rate, flat, description in parts
        ]

    def view(self, obj: dict, call: Call) -> dict:
        shown = super().view(obj, call)
        if obj["available_on"] <= self.sim.clock.timestamp():
            shown["status"] = "available"
        return shown

    def listing(self, call: Call) -> dict:
        values = params.read(call.params, _LIST)

        def keep(obj):
            return params.Range.fits(obj["created"], values.get("created")) and all(
                obj[name] == values[name]
                for name in ("currency", "source", "type")
                if values.get(name)
            )

        return self.page(call, "/v1/balance_transactions", values, keep)
