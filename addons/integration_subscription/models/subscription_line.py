# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools.misc import formatLang

from .. import amounts

INTERVALS = [
    ("day", "Day"),
    ("week", "Week"),
    ("month", "Month"),
    ("year", "Year"),
]


class IntegrationSubscriptionLine(models.Model):
    """One plan of a subscription, with its quantity, price and period."""

    _name = "integration.subscription.line"
    _description = "Subscription Line"
    _order = "subscription_id, sequence, id"

    subscription_id = fields.Many2one(
        "integration.subscription",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="subscription_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="subscription_id.currency_id")
    external_id = fields.Char(required=True, readonly=True, string="Id there")
    sequence = fields.Integer(readonly=True, default=10)
    product_id = fields.Many2one("product.product", readonly=True, index=True)
    price_id = fields.Many2one(
        "product.pricelist.item", readonly=True, string="Rule in the price list"
    )
    description = fields.Char(readonly=True, string="Plan there")
    quantity = fields.Float(readonly=True, digits=(16, 2))
    unit_price = fields.Char(
        readonly=True,
        help="Decimal number as the system states it; it may have more decimals than "
        "the currency. Empty: it depends on the quantity.",
    )
    amount = fields.Monetary(
        readonly=True,
        help="Of one period: quantity times price, before taxes and discounts. Nothing "
        "where usage or the quantity decides.",
    )
    interval = fields.Selection(INTERVALS, readonly=True)
    interval_count = fields.Integer(readonly=True, default=1)
    metered = fields.Boolean(readonly=True, string="By usage")
    period_start = fields.Datetime(readonly=True)
    period_end = fields.Datetime(readonly=True)
    label = fields.Char(compute="_compute_label", store=True, string="Plan")
    price_label = fields.Char(compute="_compute_price_label", string="Price")

    _object_uniq = models.UniqueIndex(
        "(subscription_id, external_id)", "This line is there already."
    )

    @api.depends("product_id.name", "description", "quantity", "metered")
    def _compute_label(self):
        for line in self:
            name = line.product_id.name or line.description or ""
            several = name and not line.metered and line.quantity not in (0, 1)
            line.label = f"{name} × {line.quantity:.12g}" if several else name

    @api.depends("unit_price", "interval", "interval_count", "metered", "currency_id")
    def _compute_price_label(self):
        for line in self:
            line.price_label = line._price_words()

    def _exact_amount(self) -> Decimal:
        """The amount of a period as the decimal number that it is."""
        self.ensure_one()
        return Decimal(f"{self.amount:.{self.currency_id.decimal_places}f}")

    def _price_words(self) -> str:
        """Price as people read it: ``12.50 € a month``."""
        self.ensure_one()
        if not self.unit_price:
            price = self.env._("By quantity")
        else:
            price = self._unit_price_text()
            if self.metered:
                return self.env._("%(price)s for each unit used", price=price)
        period = self._period_words()
        return f"{price} {period}" if period else price

    def _unit_price_text(self) -> str:
        """With all its decimals, which Odoo's own formatting cuts to the currency's."""
        currency = self.currency_id
        places = amounts.places(self.unit_price, currency.decimal_places)
        number = formatLang(self.env, float(self.unit_price), digits=places)
        parts = [number, currency.symbol]
        if currency.position == "before":
            parts.reverse()
        return "\N{NO-BREAK SPACE}".join(parts)

    def _period_words(self) -> str:
        """Billing period as people say it, '' where there is none."""
        self.ensure_one()
        if not self.interval:
            return ""
        if self.interval_count <= 1:
            return {
                "day": self.env._("a day"),
                "week": self.env._("a week"),
                "month": self.env._("a month"),
                "year": self.env._("a year"),
            }[self.interval]
        return {
            "day": self.env._("every %(count)s days", count=self.interval_count),
            "week": self.env._("every %(count)s weeks", count=self.interval_count),
            "month": self.env._("every %(count)s months", count=self.interval_count),
            "year": self.env._("every %(count)s years", count=self.interval_count),
        }[self.interval]

    def _cycle_words(self) -> str:
        """The same as an adverb: ``Monthly``; '' where there is none."""
        self.ensure_one()
        if self.interval_count > 1 or not self.interval:
            words = self._period_words()
            return words[:1].upper() + words[1:]
        return {
            "day": self.env._("Daily"),
            "week": self.env._("Weekly"),
            "month": self.env._("Monthly"),
            "year": self.env._("Yearly"),
        }[self.interval]
