# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import re
from urllib.parse import quote

from odoo import api, models

from odoo.addons.integration_core.engine.errors import SchemaError

from .. import const, forms, shapes
from . import invoice_lines

STATUS_TIMES = ("finalized_at", "paid_at", "voided_at", "marked_uncollectible_at")
INVOICE = {
    "number": str,
    "status": str,
    "currency": str,
    "total": int,
    "total_excluding_tax": int,
    "tax": int,
    "amount_due": int,
    "amount_paid": int,
    "amount_paid_off_stripe": int,
    "amount_overpaid": int,
    "paid_out_of_band": bool,
    "starting_balance": int,
    "ending_balance": int,
    "effective_at": int,
    "due_date": int,
    "status_transitions": dict.fromkeys(STATUS_TIMES, int),
    "billing_reason": str,
    "description": str,
    "hosted_invoice_url": str,
    "metadata": dict,
    "lines": {"data": [invoice_lines.LINE], "has_more": bool},
    "shipping_cost": invoice_lines.SHIPPING,
    "total_tax_amounts": [invoice_lines.OLD_TAX],
    "total_taxes": [invoice_lines.NEW_TAX],
}
# Left out of the normal form: what only one generation has and is told by other fields,
# what moves without the invoice changing, and what payments and notes will tell.
LEFT_OUT = frozenset(
    """
    amount_due amount_overpaid amount_paid amount_paid_off_stripe amount_remaining
    application_fee_amount attempt_count attempted auto_advance automatic_tax
    automatically_finalizes_at charge confirmation_secret customer_account discount
    discounts effective_at ending_balance from_invoice invoice_pdf
    last_finalization_error latest_revision next_payment_attempt paid paid_out_of_band
    parent payment_intent payment_settings payments post_payment_credit_notes_amount
    pre_payment_credit_notes_amount quote receipt_number rendering shipping_cost
    starting_balance status_details status_transitions subscription_details
    subscription_proration_date subtotal subtotal_excluding_tax threshold_reason
    total_discount_amounts total_excluding_tax total_pretax_credit_amounts
    total_tax_amounts total_taxes transfer_data webhooks_delivered_at
    """.split()
)
_DRAFT = re.compile(rb'"status"\s*:\s*"draft"')


class IntegrationAdapterStripe(models.AbstractModel):
    """Objects: invoices of both generations (before and since 2025-03-31.basil)."""

    _inherit = "integration.adapter.stripe"

    @api.model
    def _lacks_invoice(self, item) -> bool:
        """Whether a message leaves out what must be read. Drafts are not booked."""
        cut = invoice_lines.INCOMPLETE.search(item.body)
        return bool(cut) and not _DRAFT.search(item.body)

    @api.model
    def _normal_invoice(self, record, path: str) -> dict:
        """One shape for both generations. Amounts are money of :func:`shapes.money`.

        * ``customer``, ``subscription``: ids;
        * ``issued_at``: when it is in effect, else when it was finalised; ``paid_at``,
          ``voided_at``, ``uncollectible_at``: Unix seconds;
        * ``untaxed``, ``total``: Stripe's own sums; ``tax``: what lies between them;
        * ``paid``: with what was paid outside of Stripe, ``paid_elsewhere``: that part;
        * ``balance_applied``: customer credit used, negative for a debt that was added;
        * ``overpaid``: what was too much, and went to the customer's balance; null
          before 2025-03-31.basil;
        * ``lines``: see :func:`invoice_lines.normal`, shipping is one of them.

        :raises engine.errors.SchemaError: a field is not of its documented type, or
            lines are missing
        """
        shapes.check(record, INVOICE, path)
        currency = record.get("currency")
        times = record.get("status_transitions") or {}
        elsewhere = paid_elsewhere(record)
        normal = {key: value for key, value in record.items() if key not in LEFT_OUT}
        normal.update(
            customer=shapes.identifier(record.get("customer")),
            subscription=_subscription(record),
            issued_at=record.get("effective_at") or times.get("finalized_at"),
            paid_at=times.get("paid_at"),
            voided_at=times.get("voided_at"),
            uncollectible_at=times.get("marked_uncollectible_at"),
            untaxed=shapes.money(_untaxed(record), currency),
            tax=shapes.money(_tax(record), currency),
            total=shapes.money(record.get("total"), currency),
            paid=shapes.money(_paid(record), currency),
            paid_elsewhere=shapes.money(elsewhere or None, currency),
            balance_applied=shapes.money(_balance_applied(record), currency),
            overpaid=shapes.money(record.get("amount_overpaid") or None, currency),
            lines=self._normal_lines(record, path),
        )
        return normal

    @api.model
    def _normal_lines(self, record: dict, path: str) -> list[dict]:
        lines = record.get("lines") or {}
        prefix = f"{path}." if path else ""
        # A draft is not booked, so nobody reads the rest of its lines.
        if lines.get("has_more") and record.get("status") != "draft":
            raise SchemaError(
                self.env._("The message holds only a part of the invoice's lines."),
                hint=self.env._("Retry: the invoice is then read whole."),
                path=f"{prefix}lines",
            )
        lines = invoice_lines.normal(record, prefix)
        if self._is_own(record):
            # What Stripe made of our amounts: prices and products that nobody knows.
            for line in lines:
                line.update(product=None, price=None)
        return lines

    @api.model
    def _is_own(self, record: dict) -> bool:
        """Whether an invoice was made of a document of this database."""
        database = self.env["integration.outbound"]._database()
        return forms.mark_of(record).startswith(f"{database}:")

    @api.model
    def _complete_invoice(self, client, record: dict) -> None:
        """Read the lines after the tenth."""
        path = f"{const.PATHS['invoice'][0]}/{quote(record['id'], safe='')}/lines"
        self._complete_list(client, record, "lines", path)


def paid_elsewhere(record: dict) -> int:
    """Minor units that were paid outside of Stripe.

    Since dahlia Stripe says how much. Before basil there was only a flag, and
    ``amount_paid`` did not count them (docs.stripe.com/changelog/basil/2025-03-31/
    add-support-for-multiple-partial-payments-on-invoices). Between, nothing says it.
    """
    if record.get("amount_paid_off_stripe"):
        return record["amount_paid_off_stripe"]
    if record.get("paid_out_of_band"):
        due = record.get("amount_due") or 0
        return due - (record.get("amount_paid") or 0) or due
    return 0


def _paid(record: dict) -> int | None:
    if record.get("paid_out_of_band"):
        return record.get("amount_due")
    return record.get("amount_paid")


def _untaxed(record: dict) -> int | None:
    if record.get("total_excluding_tax") is not None:
        return record["total_excluding_tax"]
    if record.get("total") is None:
        return None
    # Versions before 2022-08-01 had no such sum.
    return record["total"] - (_stated_tax(record) or 0)


def _tax(record: dict) -> int | None:
    """The tax between Stripe's two sums; it includes that of shipping."""
    if record.get("total") is None or record.get("total_excluding_tax") is None:
        return _stated_tax(record)
    return record["total"] - record["total_excluding_tax"]


def _stated_tax(record: dict) -> int:
    if record.get("tax") is not None:
        return record["tax"]
    taxes = record.get("total_taxes") or record.get("total_tax_amounts") or ()
    return sum(tax.get("amount") or 0 for tax in taxes)


def _balance_applied(record: dict) -> int | None:
    """Credit is a negative balance: from -1000 to 0 means 1000 were used."""
    before, after = record.get("starting_balance"), record.get("ending_balance")
    if before is None or after is None:
        return None
    return after - before or None


def _subscription(record: dict) -> str | None:
    details = shapes.part(record, "parent", "subscription_details")
    return shapes.identifier(details.get("subscription") or record.get("subscription"))
