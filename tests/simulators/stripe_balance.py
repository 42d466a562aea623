# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Balance transactions (SDK ``_balance_transaction.py``): the immutable ledger.

What is not one of the account's balances is converted to its default currency, at the
rate of the moment. The balance (SDK ``_balance.py``) is the sum of them.
"""

from decimal import Decimal

from . import stripe_params as params
from .stripe_errors import bad_parameter
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
    "payout": params.Str(),
    "source": params.Str(),
    "type": params.Str(),
}


# Resources that a movement of money may be about.
_SOURCES = ("charges", "refunds", "disputes", "payouts", "topups")


@register
class BalanceTransactions(Resource):
    """Kept beside: ``_payout``, the automatic payout that paid it out."""

    name = "balance_transactions"
    kind = "balance_transaction"
    prefix = "txn_3"
    id_length = 23
    scope = "balance_transaction_source"
    routes = [
        ("GET", "/v1/balance_transactions", "listing"),
        ("GET", "/v1/balance_transactions/{id}", "retrieve"),
    ]
    expandable = {"source": "expand_source"}

    def record(
        self,
        type: str,  # noqa: A002 - the API's own name
        category: str,
        amount: int,
        currency: str,
        call: Call,
        source: str | None = None,
        fees: list[dict] = (),
        rate: Decimal | None = None,
        description: str | None = None,
        delay: int = 0,
    ) -> dict:
        """Write a movement of money down; nothing changes it ever after.

        :param amount: signed, in the smallest unit of a balance
        :param fees: see :meth:`fee`
        :param rate: at which ``amount`` was converted; None: it was not
        :param delay: days until the money may be paid out
        """
        fee = sum(entry["amount"] for entry in fees)
        return self.store(
            {
                "id": self.new_id(),
                "object": "balance_transaction",
                "amount": amount,
                "available_on": call.at + delay * DAY,
                "balance_type": "payments",
                "created": call.at,
                "currency": currency,
                "description": description,
                "exchange_rate": None if rate is None else float(rate),
                "fee": fee,
                "fee_details": list(fees),
                "net": amount - fee,
                "reporting_category": category,
                "source": source,
                "status": "pending",
                "type": type,
                "_payout": None,
            }
        )

    def of_charge(self, charge: dict, call: Call) -> dict:
        """What a captured charge brings to the balance, less Stripe's fee."""
        amount, currency, rate = self.settled(
            charge["amount_captured"], charge["currency"]
        )
        return self.record(
            "charge" if charge["id"].startswith("ch_") else "payment",
            "charge",
            amount,
            currency,
            call,
            charge["id"],
            self._fees(amount, currency, foreign=rate is not None),
            rate,
            charge["description"],
            DELAY,
        )

    def settled(self, amount: int, currency: str) -> tuple[int, str, Decimal | None]:
        """(amount, currency, rate) of the balance in which an amount lands today."""
        target, rate = self.settlement(currency)
        if rate is not None:
            amount = converted(amount, currency, target, rate)
        return amount, target, rate

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
        fee = amount * per_cent / 100 + fixed.scaleb(scale)
        found = [self.fee(fee, currency, "Stripe processing fees")]
        if foreign:
            fee = amount * exchange / 100
            found.append(self.fee(fee, currency, "Stripe currency conversion fee"))
        if self.sim.fee_tax:
            tax = sum(entry["amount"] for entry in found) * Decimal(self.sim.fee_tax)
            found.append(self.fee(tax / 100, currency, "VAT", "tax"))
        return found

    @staticmethod
    def fee(
        amount: Decimal | int,
        currency: str,
        description: str,
        kind: str = "stripe_fee",
    ) -> dict:
        """One of the ``fee_details``, rounded to what the currency can express."""
        return {
            "amount": rounded(Decimal(amount), currency),
            "application": None,
            "currency": currency,
            "description": description,
            "type": kind,
        }

    # -- what was paid out ---------------------------------------------------------

    def unpaid(self, currency: str, until: int | None = None) -> list[dict]:
        """What no automatic payout has paid out yet, oldest first.

        :param until: only what is available then; None: all
        """
        return [
            obj
            for obj in self.objects.values()
            if obj["currency"] == currency
            and not obj.get("_payout")
            and (until is None or obj["available_on"] <= until)
        ]

    def balance(self, currency: str, until: int | None = None) -> int:
        """Sum of a balance; ``until``: only what is available then."""
        return sum(
            obj["net"]
            for obj in self.objects.values()
            if obj["currency"] == currency
            and (until is None or obj["available_on"] <= until)
        )

    # -- API -----------------------------------------------------------------------

    def view(self, obj: dict, call: Call | None) -> dict:
        shown = super().view(obj, call)
        if obj["available_on"] <= self.sim.clock.timestamp():
            shown["status"] = "available"
        return shown

    def listing(self, call: Call) -> dict:
        values = params.read(call.params, _LIST)
        payout = values.get("payout")
        if payout:
            self._check_payout(payout)

        def keep(obj):
            return (
                params.Range.fits(obj["created"], values.get("created"))
                and (not payout or obj.get("_payout") == payout)
                and all(
                    obj[name] == values[name]
                    for name in ("currency", "source", "type")
                    if values.get(name)
                )
            )

        return self.page(call, "/v1/balance_transactions", values, keep)

    def _check_payout(self, payout: str) -> None:
        """Only automatic payouts say what is in them (proudcity/wp-proudcity #993)."""
        found = self.sim.resources["payouts"].get(payout, "payout", 400)
        if not found["automatic"]:
            raise bad_parameter(
                "Balance transaction history can only be filtered on automatic "
                "transfers, not manual.",
                "payout",
            )

    def expand_source(self, obj: dict) -> dict | None:
        for name in _SOURCES:
            resource = self.sim.resources[name]
            found = resource.find(obj["source"])
            if found:
                return resource.view(found, None)
        return obj["source"]


@register
class Balance(Resource):
    """One object without id: what the account holds."""

    name = "balance"
    kind = "balance"
    scope = "balance"
    routes = [("GET", "/v1/balance", "retrieve")]

    def retrieve(self, call: Call) -> dict:
        params.read(call.params, READ)
        transactions = self.sim.resources["balance_transactions"]
        now = self.sim.clock.timestamp()
        available, pending = [], []
        for currency in self.currencies():
            ready = transactions.balance(currency, now)
            rest = transactions.balance(currency) - ready
            available.append(_sum(ready, currency))
            pending.append(_sum(rest, currency))
        return {
            "object": "balance",
            "available": available,
            "connect_reserved": [
                {"amount": 0, "currency": currency} for currency in self.currencies()
            ],
            "livemode": self.sim.livemode,
            "pending": pending,
        }

    def currencies(self) -> list[str]:
        """The account's balances, and what else money lies in."""
        moved = self.sim.resources["balance_transactions"].objects.values()
        found = sorted({obj["currency"] for obj in moved} - set(self.sim.balances))
        return [*self.sim.balances, *found]


def _sum(amount: int, currency: str) -> dict:
    return {
        "amount": amount,
        "currency": currency,
        "source_types": {"card": amount},
    }
