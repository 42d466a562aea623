# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timezone
from decimal import Decimal

from odoo import api, models

from odoo.addons.integration_core.engine.errors import SchemaError
from odoo.addons.integration_core.messages import Balance, Page

from .. import const, movements, shapes
from .adapter_objects import SINCE, read_at

BALANCE_TRANSACTION = {
    "object": str,
    "amount": int,
    "fee": int,
    "net": int,
    "currency": str,
    "reporting_category": str,
    "type": str,
    "balance_type": str,
    "created": int,
    "available_on": int,
    "description": str,
    "fee_details": [{"amount": int, "currency": str, "type": str, "description": str}],
}
# What must be there: SDK ``_balance_transaction.py`` calls none of them optional.
NEEDED = ("amount", "fee", "net", "currency", "created", "reporting_category")
# No movement is set aside because of what somebody wrote into its payment.
LONGEST = 1000
# Objects that a movement is about, as far as their own currency matters.
CONVERTED = {"amount": int, "amount_captured": int, "currency": str}
BALANCE = {
    "available": [{"amount": int, "currency": str}],
    "pending": [{"amount": int, "currency": str}],
}


class IntegrationAdapterStripe(models.AbstractModel):
    """Objects: balance transactions, the ledger of what Stripe holds for us.

    No message tells of them. They never change, so after the first load only what is
    new is read, and those of a payout are read by the hundred.
    """

    _inherit = "integration.adapter.stripe"

    _polled = {"balance_transaction": const.POLL_MINUTES}
    _parts = frozenset({("balance_transaction", "payout")})
    _can_balance = True

    # === NORMAL FORM === #

    @api.model
    def _normal_balance_transaction(self, record, path: str) -> dict:
        """{id, category, amount, fee, net, fees, original, exchange_rate, occurred_at,
        available_on, payment, refund, dispute, payout, source, description}.

        Amounts are :func:`shapes.money`. ``original`` is the amount in the currency of
        what it is about, where that is another; it needs ``source`` expanded. Only one
        of payment, refund, dispute, payout is there: the id of what it is about. What
        changes (whether the money is available already) is left out.

        :raises engine.errors.SchemaError: a field of a wrong type, an unknown category
        """
        shapes.check(record, BALANCE_TRANSACTION, path)
        _require(record, path)
        category = self._category(record, path)
        source_id = shapes.identifier(record.get("source"))
        currency = record["currency"]
        normal = {
            "id": record["id"],
            "category": category,
            **{
                name: shapes.money(record[name], currency)
                for name in ("amount", "fee", "net")
            },
            "fees": self._fees(record, path),
            "original": self._original(record, path),
            "exchange_rate": shapes.plain_decimal(
                record.get("exchange_rate"), shapes.at(path, "exchange_rate")
            ),
            "occurred_at": record["created"],
            "available_on": record.get("available_on"),
            "source": source_id,
            "description": _short(record.get("description")),
            **dict.fromkeys(("payment", "refund", "dispute", "payout")),
        }
        owner = movements.owner(source_id)
        return dict(normal, **{owner: source_id}) if owner else normal

    @api.model
    def _category(self, record: dict, path: str) -> str:
        """:raises engine.errors.SchemaError: naming what is not known"""
        kept = record.get("balance_type")
        if kept not in movements.BALANCE_TYPES:
            raise SchemaError(
                self.env._(
                    "The movement %(id)s belongs to another balance at Stripe: "
                    "“%(kind)s”.",
                    id=record["id"],
                    kind=kept,
                ),
                hint=self.env._(
                    "Nothing was booked. This addon knows the balance of payments "
                    "only; book it by hand, then dismiss this."
                ),
                path=shapes.at(path, "balance_type"),
            )
        word = record["reporting_category"]
        category = movements.category(word, record["amount"])
        if category is None:
            raise SchemaError(
                self.env._(
                    "Stripe calls the movement %(id)s “%(category)s” (type “%(type)s”),"
                    " and this addon does not know what that is.",
                    id=record["id"],
                    category=word,
                    type=record.get("type") or "",
                ),
                hint=self.env._(
                    "Nothing was booked. A newer version of this addon may know it; "
                    "until then book it by hand and dismiss this."
                ),
                path=shapes.at(path, "reporting_category"),
            )
        return category

    @api.model
    def _fees(self, record: dict, path: str) -> list[dict]:
        """Parts of the fee.

        :raises engine.errors.SchemaError: they are not what the fee says
        """
        found = record.get("fee_details") or []
        total, currency = record["fee"], record["currency"]
        parts = [
            {
                "kind": movements.FEE_KINDS.get(one.get("type"), "other"),
                "amount": shapes.money(one.get("amount"), currency),
                "description": _short(one.get("description")),
            }
            for one in found
            if one.get("amount")
        ]
        named = sum(one.get("amount") or 0 for one in found)
        strange = any((one.get("currency") or currency) != currency for one in found)
        if (found and named != total) or strange:
            raise SchemaError(
                self.env._(
                    "The fees of the movement %(id)s do not add up to its fee.",
                    id=record["id"],
                ),
                path=shapes.at(path, "fee_details"),
            )
        if not found and total:
            amount = shapes.money(total, currency)
            parts = [{"kind": "other", "amount": amount, "description": None}]
        return parts

    @api.model
    def _original(self, record: dict, path: str) -> dict | None:
        """The amount in the currency of what it is about; None: it is the same one.

        :raises engine.errors.SchemaError: it was converted, and nothing says from what
        """
        source, amount = record.get("source"), record["amount"]
        where = shapes.at(path, "source")
        if not isinstance(source, dict):
            known = movements.owner(source) in ("payment", "refund", "dispute")
            if record.get("exchange_rate") is not None and known:
                raise SchemaError(
                    self.env._(
                        "The movement %(id)s was converted, and what it was converted "
                        "from is missing.",
                        id=record["id"],
                    ),
                    path=where,
                )
            return None
        shapes.check(source, CONVERTED, where)
        if (source.get("currency") or record["currency"]) == record["currency"]:
            return None
        given = _given(record, source, path)
        if given is None:
            raise SchemaError(f"“{where}.amount” is missing", path=f"{where}.amount")
        signed = abs(given) if amount >= 0 else -abs(given)
        return shapes.money(signed, source["currency"])

    # === READING === #

    @api.model
    def _cursor_since(self, connector, entity: str, since) -> str:
        """Override of `integration_core`: every list of Stripe's knows ``created``."""
        moment = int(since.replace(tzinfo=timezone.utc).timestamp())
        return f"{SINCE}{moment}|"

    @api.model
    def _page_of(
        self, connector, entity: str, owner: str, owner_id: str, cursor: str, limit: int
    ) -> Page:
        """Override of `integration_core`: the transactions of an automatic payout
        (docs.stripe.com/payouts/reconciliation)."""
        if (entity, owner) not in self._parts:
            raise self._cannot()
        path = const.PATHS[entity][0]
        params = {
            "payout": owner_id,
            "limit": min(limit, const.PAGE_SIZE),
            "expand[]": f"data.{const.EXPAND[path]}",
        }
        with self._client(connector) as client:
            response, data, more = self._list(client, path, params, cursor)
        return Page(
            records=[(record["id"], record) for record in data],
            cursor=data[-1]["id"] if data and more else "",
            version=read_at(response),
        )

    # === WHAT THERE IS === #

    @api.model
    def _balances(self, connector) -> list[Balance]:
        """Override of `integration_core` (docs.stripe.com/api/balance).

        The balance of payments: what is available and what is pending. Reserves are
        not in it.
        """
        with self._client(connector) as client:
            answer = client.request("GET", "/v1/balance").json()
        shapes.check(answer, BALANCE)
        sums: dict[str, dict] = {}
        for name in BALANCE:
            for one in answer.get(name) or ():
                if one.get("amount") is None or not one.get("currency"):
                    raise SchemaError("an amount or its currency is missing", path=name)
                currency = one["currency"].upper()
                amount = Decimal(one["amount"]).scaleb(-shapes.decimals(currency))
                of_it = sums.setdefault(currency, dict.fromkeys(BALANCE, Decimal(0)))
                of_it[name] += amount
        return [Balance(currency, **parts) for currency, parts in sorted(sums.items())]


def _given(record: dict, source: dict, path: str) -> int | None:
    """Which amount of a source became a movement, in minor units of the source.

    Of a charge only what was captured was received. Where Stripe moves the whole
    amount first and the rest back (``partial_capture_reversal``), the rate that it
    states tells; taken for the captured part, it would pass as too much money.

    :raises engine.errors.SchemaError: the rate is no number
    """
    captured, whole = source.get("amount_captured"), source.get("amount")
    rate = record.get("exchange_rate")
    rate = shapes.plain_decimal(rate, shapes.at(path, "exchange_rate"))
    if not captured or whole is None or rate is None:
        return captured or whole
    moved = Decimal(shapes.in_major(abs(record["amount"]), record["currency"]))

    def distance(given: int) -> Decimal:
        major = Decimal(shapes.in_major(abs(given), source["currency"]))
        return abs(major * Decimal(rate) - moved)

    # The captured part where both are as far.
    return min(captured, whole, key=distance)


def _short(text: str | None) -> str | None:
    return text and text[:LONGEST]


def _require(record: dict, path: str) -> None:
    """:raises engine.errors.SchemaError: a field that always is there is missing"""
    for name in ("id", *NEEDED):
        if record.get(name) is None:
            raise SchemaError(f"“{name}” is missing", path=shapes.at(path, name))
