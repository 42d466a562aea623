# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.tools.misc import format_amount

from ...payments import decimal_of

# What people call the movements of a payout, in the order of the picture.
GROUPS = {
    "charge": "payments",
    "charge_failure": "payments",
    "refund": "refunds",
    "refund_failure": "refunds",
    "dispute": "disputes",
    "dispute_reversal": "disputes",
    "fee": "fees",
    "tax": "fees",
    "network_cost": "fees",
    "hold": "reserves",
    "release": "reserves",
    "payout": "payouts",
    "payout_reversal": "payouts",
}
ORDER = (
    "payments",
    "refunds",
    "disputes",
    "fees",
    "reserves",
    "payouts",
    "other",
)


class IntegrationSettlement(models.Model):
    """The payout as a picture: what came in, where it went, and what is missing."""

    _inherit = "integration.settlement"

    tie_bar = fields.Html(compute="_compute_tie_bar", sanitize=False)
    fee_table = fields.Json(compute="_compute_fee_table", string="Fees by kind")

    # === WHAT CAME IN, WHERE IT WENT === #

    @api.depends_context("lang")
    @api.depends(
        "line_ids.net", "amount", "bank_line_id", "tie_state", "count_expected"
    )
    def _compute_tie_bar(self):
        for payout in self:
            sums = payout._sums()
            payout.tie_bar = payout._picture(sums) if sums else False

    def _sums(self) -> dict[str, Decimal]:
        """Group → what its transactions moved; fees apart. Without the payout's own."""
        sums: dict[str, Decimal] = {}
        for line in self.line_ids:
            if line.state == "expected" or line.payout_id == self:
                continue
            group = GROUPS.get(line.category, "other")
            gross = decimal_of(line.amount, self.currency_id)
            sums[group] = sums.get(group, Decimal(0)) + gross
            fee = decimal_of(line.fee, self.currency_id)
            sums["fees"] = sums.get("fees", Decimal(0)) - fee
        return {name: sums[name] for name in ORDER if sums.get(name)}

    def _picture(self, sums: dict[str, Decimal]) -> Markup:
        """Two bars of the same length if it adds up, and the sum in words."""
        amount = self._amount()
        parts = dict(sums, payout=-amount)
        came = {name: value for name, value in parts.items() if value > 0}
        went = {name: -value for name, value in parts.items() if value < 0}
        rest = sum(went.values()) - sum(came.values())
        if rest:
            (came if rest > 0 else went)[self._rest_name()] = abs(rest)
        longest = sum(came.values()) or Decimal(1)
        return Markup(
            '<div class="o_integration_payout"><div class="o_integration_payout_sum">'
            '%s</div><div class="o_integration_payout_bars" role="img" '
            'aria-label="%s">%s%s</div></div>'
        ) % (
            self._sum_line(sums, rest),
            self._spoken(came, went),
            self._bar(self.env._("Came in"), came, longest),
            self._bar(self.env._("Went out"), went, longest),
        )

    def _bar(self, label: str, parts: dict, longest: Decimal) -> Markup:
        pieces = Markup("").join(
            Markup(
                '<span class="o_integration_payout_%s" style="width:%s%%" '
                'title="%s"></span>'
            )
            % (
                name,
                round(value * 100 / longest, 3),
                f"{self._group_words()[name]}: {self._money_words(value)}",
            )
            for name, value in parts.items()
        )
        return Markup(
            '<div class="o_integration_payout_row"><small>%s</small>'
            '<div class="o_integration_payout_bar">%s</div></div>'
        ) % (label, pieces)

    def _sum_line(self, sums: dict, rest: Decimal) -> Markup:
        """Payments − refunds − fees = payout, with a tile for each."""
        words = self._group_words()
        tiles = [
            self._tile(name, words[name], value, _sign(value, number))
            for number, (name, value) in enumerate(sums.items())
        ]
        amount = self._amount()
        tiles.append(self._tile("payout", words["payout"], amount, "=", signed=True))
        if rest:
            name = self._rest_name()
            difference = amount - sum(sums.values())
            tiles.append(self._tile(name, words[name], difference, "Δ", signed=True))
        elif self.bank_line_id:
            tiles.append(self._tile("bank", self.env._("Bank line"), amount, "="))
        return Markup("").join(tiles)

    def _rest_name(self) -> str:
        """What is missing to the sum: not read yet, or wrong."""
        return "missing" if self.count_expected else "difference"

    def _tile(self, name, label, value, sign, signed=False) -> Markup:
        text = self._money_words(value if signed else abs(value))
        return Markup(
            '<div class="o_integration_payout_tile"><span '
            'class="o_integration_payout_sign" aria-hidden="true">%s</span><div><small>'
            '<i class="o_integration_payout_dot o_integration_payout_%s"></i>%s'
            "</small><strong>%s</strong></div></div>"
        ) % (sign, name, label, text)

    def _spoken(self, came: dict, went: dict) -> str:
        """The picture for those who hear it."""
        words = self._group_words()

        def said(parts):
            return ", ".join(
                f"{words[name]} {self._money_words(value)}"
                for name, value in parts.items()
            )

        return escape(
            self.env._(
                "Came in: %(came)s. Went out: %(went)s.",
                came=said(came),
                went=said(went),
            )
        )

    @api.model
    def _group_words(self) -> dict[str, str]:
        return {
            "payments": self.env._("Payments"),
            "refunds": self.env._("Refunds"),
            "disputes": self.env._("Disputes"),
            "fees": self.env._("Fees"),
            "reserves": self.env._("Held back"),
            "payouts": self.env._("Earlier payouts"),
            "other": self.env._("Other"),
            "payout": self.env._("Payout"),
            "difference": self.env._("Difference"),
            "missing": self.env._("Not read yet"),
        }

    def _money_words(self, value: Decimal) -> str:
        return format_amount(self.env, float(value), self.currency_id)

    # === FEES BY KIND === #

    @api.depends_context("lang")
    @api.depends("line_ids.fees", "line_ids.fee")
    def _compute_fee_table(self):
        for payout in self:
            sums = payout._fees_by_kind()
            payout.fee_table = payout._table_of_fees(sums) if sums else False

    def _fees_by_kind(self) -> dict[tuple, tuple]:
        """(kind, text) → (number, sum): parts of fees, and fees of their own."""
        found: dict[tuple, tuple] = {}
        for line in self.line_ids:
            for key, amount in self._fees_of(line):
                count, total = found.get(key, (0, Decimal(0)))
                found[key] = count + 1, total + amount
        return dict(sorted(found.items()))

    def _fees_of(self, line) -> list[tuple]:
        """((kind, text), amount) of what one transaction cost."""
        if GROUPS.get(line.category) == "fees":
            amount = -decimal_of(line.amount, self.currency_id)
            kind = "tax" if line.category == "tax" else "other"
            return [((kind, line.description or ""), amount)]
        parts = [
            ((part["kind"], part.get("description") or ""), Decimal(part["amount"]))
            for part in line.fees or []
        ]
        told = sum((amount for _key, amount in parts), Decimal(0))
        rest = decimal_of(line.fee, self.currency_id) - told
        return [*parts, *([(("other", ""), rest)] if rest else [])]

    def _table_of_fees(self, sums: dict) -> dict:
        kinds = {
            "processing": self.env._("Processing"),
            "application": self.env._("Application"),
            "tax": self.env._("Tax on fees"),
            "passthrough": self.env._("Passed through"),
            "withheld_tax": self.env._("Tax withheld"),
            "other": self.env._("Other"),
        }
        total = sum((amount for _count, amount in sums.values()), Decimal(0))
        rows = [
            {
                "key": f"{kind}:{text}",
                "label": kinds.get(kind, kind),
                "cells": {
                    "text": text,
                    "count": str(count),
                    "amount": self._money_words(amount),
                },
            }
            for (kind, text), (count, amount) in sums.items()
        ]
        rows.append(
            {
                "key": "total",
                "label": self.env._("Total"),
                "strong": True,
                "cells": {"amount": self._money_words(total)},
            }
        )
        return {
            "plain": True,
            "hide_blank": True,
            "first": self.env._("Kind"),
            "columns": [
                {"key": "text", "label": self.env._("Text")},
                {"key": "count", "label": self.env._("Number"), "align": "end"},
                {"key": "amount", "label": self.env._("Amount"), "align": "end"},
            ],
            "rows": rows,
        }


def _sign(value: Decimal, number: int) -> str:
    """What stands before an amount of a sum; nothing before a first that is added."""
    if value < 0:
        return "−"
    return "+" if number else ""
