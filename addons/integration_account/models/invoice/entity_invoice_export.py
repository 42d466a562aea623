# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime, time, timezone
from zoneinfo import ZoneInfo

from odoo import api, models
from odoo.tools import html2plaintext

from odoo.addons.integration_core.engine.errors import BusinessRuleError

# Payment state of a posted invoice → what it is for the other system; open otherwise.
STATUS = {"reversed": "void", "paid": "paid", "in_payment": "paid"}


class IntegrationEntityInvoice(models.AbstractModel):
    """Odoo's invoices that go out, so that they can be paid at the other system.

    Once, when they are posted; later only that they were cancelled, reversed or paid,
    so that nobody pays them twice. Invoices that came from the system, and those that
    ended before they were sent, are left out.
    """

    _inherit = "integration.entity.invoice"

    @api.model
    def _export_keys(self) -> dict[str, frozenset]:
        """Override of `integration_core`."""
        return {
            "number": frozenset({"name"}),
            "status": frozenset({"state", "payment_state"}),
            "customer": frozenset({"commercial_partner_id"}),
            "currency": frozenset({"currency_id"}),
            "issued_at": frozenset({"invoice_date"}),
            "due_at": frozenset({"invoice_date_due"}),
            "untaxed": frozenset({"amount_untaxed"}),
            "tax": frozenset({"amount_tax"}),
            "total": frozenset({"amount_total"}),
            "lines": frozenset(
                f"invoice_line_ids.{name}"
                for name in (
                    "name",
                    "product_id",
                    "quantity",
                    "price_unit",
                    "discount",
                    "tax_ids",
                    "price_subtotal",
                )
            ),
            "note": frozenset({"narration"}),
        }

    @api.model
    def _export_watch(self) -> dict[str, frozenset]:
        """Override of `integration_core`: a draft may change as often as it likes."""
        return {self._record_model: frozenset({"state", "payment_state"})}

    @api.model
    def _export_domain(self) -> list:
        """Override of `integration_core`: posted, or undone since."""
        return [
            ("move_type", "=", "out_invoice"),
            ("company_id", "in", self.env.companies.ids),
            "|",
            ("state", "=", "posted"),
            "&",
            ("state", "=", "cancel"),
            ("posted_before", "=", True),
        ]

    @api.model
    def _export(self, connector, records) -> dict[int, dict]:
        """Override of `integration_core`."""
        records = records - self._from_there(connector, records)
        sent = self.env["integration.external.id"]._bound_ids(
            connector, self._entity, records._name, records._origin.ids
        )
        found = {}
        for move in records:
            status = STATUS.get(move.payment_state, "open")
            if move.state == "cancel":
                status = "void"
            if status == "open" or move._origin.id in sent:
                found[move._origin.id] = self._export_move(connector, move, status)
        return found

    @api.model
    def _values(self, item) -> dict:
        """Override of `integration_core`: messages about a document change no field."""
        return {}

    @api.model
    def _from_there(self, connector, records):
        """Invoices that the hub booked: they are another system's own."""
        # sudo: core's own table.
        effects = self.env["integration.effect"].sudo()
        booked = effects.search(
            [
                ("model", "=", records._name),
                ("res_id", "in", records._origin.ids),
                ("key", "=like", "%|post"),
            ]
        )
        ids = set(booked.mapped("res_id"))
        return records.filtered(lambda move: move._origin.id in ids)

    @api.model
    def _export_move(self, connector, move, status: str) -> dict:
        problem = self._not_sendable(move) if status == "open" else ""
        if problem:
            return BusinessRuleError(
                problem,
                hint=self.env._(
                    "Send this invoice by other means and skip the message, or correct "
                    "it and retry."
                ),
            )
        partner = move.commercial_partner_id
        money = _Money(move.currency_id)
        return {
            "number": move.name,
            "status": status,
            "customer": {"entity": "customer", "record": [partner._name, partner.id]},
            "currency": move.currency_id.name,
            "issued_at": self._instant(connector, move.invoice_date, time.min),
            "due_at": self._instant(
                connector, move.invoice_date_due, time.max.replace(microsecond=0)
            ),
            "untaxed": money(move.amount_untaxed),
            "tax": money(move.amount_tax),
            "total": money(move.amount_total),
            "lines": self._export_lines(move, money),
            "note": html2plaintext(move.narration or "").strip() or None,
        }

    @api.model
    def _not_sendable(self, move) -> str:
        """Why an invoice cannot be told to another system; '' when it can."""
        if move.amount_total < 0:
            return self.env._(
                "Invoice %(number)s has a total below zero.", number=move.name
            )
        grouped = move.invoice_line_ids.tax_ids.filtered(
            lambda tax: tax.amount_type != "percent"
        )
        if grouped:
            return self.env._(
                "Invoice %(number)s has the tax %(tax)s, which is not a percentage.",
                number=move.name,
                tax=grouped[0].display_name,
            )
        return ""

    @api.model
    def _export_lines(self, move, money: "_Money") -> list[dict]:
        """Lines with the amounts that Odoo books, which its rounding of the whole
        document may have moved by a cent; cash rounding is one of them."""
        base_lines, _tax_lines = move._get_rounded_base_and_tax_lines()
        return [
            self._export_line(base_line, money)
            for base_line in base_lines
            if base_line["record"].display_type != "epd"
        ]

    @api.model
    def _export_line(self, base_line: dict, money: "_Money") -> dict:
        """A line with its amount after its own discount.

        :param base_line: Odoo's own computation of it, see
            ``account.tax._prepare_base_line_for_taxes_computation``
        """
        line, details = base_line["record"], base_line["tax_details"]
        amount = details["total_excluded_currency"]
        amount += details["delta_total_excluded_currency"]
        taxes: dict = {}
        for part in details["taxes_data"]:
            tax = part["tax"]
            taxes[tax] = taxes.get(tax, 0.0) + part["tax_amount_currency"]
            if part["price_include"]:
                amount += part["tax_amount_currency"]
        product = line.product_id.filtered("sale_ok")
        return {
            "external_id": str(line._origin.id),
            "description": line.name or product.display_name or None,
            "product": product
            and {"entity": "product", "record": [product._name, product.id]}
            or None,
            "quantity": _plain(base_line["quantity"]),
            "unit_price": _plain(
                base_line["price_unit"] * (1 - base_line["discount"] / 100)
            ),
            "amount": money(amount),
            "taxes": [
                {
                    "tax": {"entity": "tax_rate", "record": [tax._name, tax.id]},
                    "amount": money(tax_amount),
                    "inclusive": tax.price_include,
                }
                for tax, tax_amount in taxes.items()
            ],
        }

    @api.model
    def _instant(self, connector, day, moment: time) -> str | None:
        """A moment of a calendar day where the company is, as the common format
        writes it; the reverse of ``connector._document_date``."""
        if not day:
            return None
        zone = ZoneInfo(connector._time_zone())
        instant = datetime.combine(day, moment, zone).astimezone(timezone.utc)
        return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


class _Money:
    """Amounts of a document as canonical money, with all decimals of the currency."""

    def __init__(self, currency):
        self.places, self.code = currency.decimal_places, currency.name

    def __call__(self, amount: float) -> dict:
        # + 0.0: no "-0.00".
        text = f"{round(amount, self.places) + 0.0:.{self.places}f}"
        return {"amount": text, "currency": self.code}


def _plain(number: float) -> str:
    """A number as decimal text; six digits are more than Odoo lets people enter."""
    text = f"{number:.6f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
