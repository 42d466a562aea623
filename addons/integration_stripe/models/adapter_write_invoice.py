# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from odoo import api, models

from odoo.addons.integration_core.engine.errors import (
    BusinessRuleError,
    IntegrationError,
    MappingError,
    PermanentError,
    RateLimitedError,
    TransientError,
    UnknownOutcomeError,
)
from odoo.addons.integration_core.messages import Outgoing

from .. import const, forms, shapes
from .adapter_write import Answer, in_doubt

# Lines that one call takes (docs.stripe.com/api/invoices/add_lines; from memory 250).
LINES_A_CALL = 100
# A longer number of Odoo's goes into a custom field, which people see on the invoice.
MAX_NUMBER = 26
NUMBER_FIELD = "Number"
# What Odoo tells of an invoice that is final already.
_ENDS = ("void", "paid")


class IntegrationAdapterStripe(models.AbstractModel):
    """Writing invoices: a draft, its lines, and final once both sides agree.

    Nobody is mailed: Stripe is told to collect nothing by itself
    (``auto_advance: false``, ``collection_method: send_invoice``); the link to pay is
    on the invoice. Should Stripe come to another sum than Odoo, the draft is deleted.
    """

    _inherit = "integration.adapter.stripe"

    @api.model
    def _create_invoice(self, client, outgoing: Outgoing, key: str) -> Answer:
        """:raises engine.errors.BusinessRuleError: Stripe calculates another sum"""
        form, lines = self._invoice_forms(outgoing)
        draft, key = self._open_draft(client, outgoing, form, key)
        if draft.record.get("status") != "draft":
            return draft  # was made final, and the answer was lost
        path = self._object_path("invoice", draft.record["id"])
        try:
            filled = self._add_lines(client, path, lines, key) or draft
            self._compare(outgoing.record, filled.record)
            form = {"auto_advance": False}
            return self._post(client, f"{path}/finalize", form, f"{key}-final")
        except UnknownOutcomeError:
            raise  # the draft is needed: the same requests come again
        except (RateLimitedError, TransientError) as error:
            # Another draft would not get the number that this one has.
            raise in_doubt(error) from error
        except IntegrationError:
            self._tidy_up(client, path)
            raise

    @api.model
    def _open_draft(
        self, client, outgoing: Outgoing, form: dict, key: str
    ) -> tuple[Answer, str]:
        """A new draft, and the key that it was made with.

        A key that was used before gives the answer of that time. If that draft was
        deleted since, because the sums differed or a kept 500 stood in the way, the
        next key is made of its id. What was made after it, with an answer that was
        lost, has the number: it is looked up first.
        """
        first, path = key, const.PATHS["invoice"][0]
        while True:
            answer = self._post(client, path, form, key)
            if not answer.replayed:
                return answer, key
            current = self._invoice_now(client, answer.record["id"])
            if current is not None:
                return current, key
            found = self._list_own(client, outgoing)
            record = self._pick_invoice(client, outgoing, found)
            if record is not None:
                return Answer(*self._read(client, path, record["id"])), key
            key = f"{first}-{answer.record['id']}"

    @api.model
    def _invoice_now(self, client, external_id: str) -> Answer | None:
        """The invoice as it is, None when it was a draft and is gone."""
        try:
            path = const.PATHS["invoice"][0]
            answer = Answer(*self._read(client, path, external_id))
        except PermanentError as error:
            if error.details.get("status") != 404:
                raise
            return None
        return None if answer.record.get("deleted") is True else answer

    # === FORMS === #

    @api.model
    def _invoice_forms(self, outgoing: Outgoing) -> tuple[dict, list[dict]]:
        """Form of the draft, and of each line; before anything is sent.

        :raises engine.errors.MappingError: the mapping leaves out what an invoice needs
        """
        record = outgoing.record
        try:
            lines = [
                self._line_form(one, record["currency"]) for one in record["lines"]
            ]
            for name in ("total", "untaxed"):
                forms.whole(record[name], name)
            form = self._marked(self._draft_form(outgoing), outgoing)
            missing = [name for name in ("customer", "currency") if not form.get(name)]
        except forms.MISSHAPEN as error:
            missing = [str(error)]
        if missing or not lines:
            raise MappingError(
                self.env._(
                    "The mapping does not give what an invoice needs: customer, "
                    "currency, lines with an amount, total and untaxed sum."
                ),
                hint=self.env._(
                    "Compare it with the mapping that came with Stripe, and what the "
                    "flow lets leave Odoo."
                ),
                path=missing[0] if missing else "lines",
            )
        return dict(form, discounts=None), lines  # none of the customer's either

    @api.model
    def _draft_form(self, outgoing: Outgoing) -> dict:
        record = outgoing.record
        form = {
            name: value
            for name, value in record.items()
            if name not in ("lines", "status", "untaxed", "tax", "total")
        }
        if record.get("effective_at"):
            form["effective_at"] = forms.unix(record["effective_at"])
        form.update(self._due_form(outgoing))
        number = record.get("number") or ""
        if len(number) > MAX_NUMBER:
            del form["number"]
            form["custom_fields"] = [{"name": NUMBER_FIELD, "value": number}]
        return {
            **form,
            "auto_advance": False,
            "collection_method": "send_invoice",
            "pending_invoice_items_behavior": "exclude",
            "automatic_tax": {"enabled": False},
        }

    @api.model
    def _due_form(self, outgoing: Outgoing) -> dict:
        """When it is due: never before the message, which Stripe refuses."""
        due = outgoing.record.get("due_date")
        known = outgoing.received_at
        if due and forms.unix(due) > forms.unix(known.isoformat() + "Z"):
            return {"due_date": forms.unix(due)}
        return {"due_date": None, "days_until_due": 0}

    @api.model
    def _add_lines(self, client, path: str, lines: list[dict], key: str):
        """All lines, a hundred a call; the invoice after the last of them."""
        answer = None
        for start in range(0, len(lines), LINES_A_CALL):
            form = {"lines": lines[start : start + LINES_A_CALL]}
            answer = self._post(
                client, f"{path}/add_lines", form, f"{key}-lines{start}"
            )
        return answer

    @api.model
    def _line_form(self, line: dict, currency: str) -> dict:
        """A line: a price of its product where that gives the very amount, else the
        amount, and quantity and price in the text."""
        amount = forms.whole(line["amount"], "lines.amount")
        form = {"discountable": False, "tax_rates": line.get("tax_rates") or None}
        quantity = Decimal(line.get("quantity") or 1)
        unit = {"amount": line.get("unit_price") or "0", "currency": currency}
        price = forms.minor(unit, "lines.unit_price")
        text = line.get("description")
        # Whole quantities only: the others have a parameter of newer versions.
        counted = quantity == int(quantity) and quantity >= 0 and price >= 0
        exact = counted and forms.product_of(price, quantity) == amount
        if line.get("product") and exact:
            data = {"currency": currency, "product": line["product"]}
            form["price_data"] = dict(data, unit_amount_decimal=f"{price:f}")
            form["quantity"] = int(quantity)
        else:
            form["amount"] = amount
            if quantity != 1:
                text = f"{text or ''} ({quantity:f} × {unit['amount']})".strip()
        return forms.said(dict(form, description=text))

    # === SUMS === #

    @api.model
    def _compare(self, record: dict, draft: dict) -> None:
        """:raises engine.errors.BusinessRuleError: Stripe's sums are not Odoo's"""
        currency = record["currency"]
        here = [forms.whole(record[name], name) for name in ("total", "untaxed")]
        there = [draft.get("total"), draft.get("total_excluding_tax")]
        if there[1] is None:
            there[1] = draft["total"] - (draft.get("tax") or 0)
        if here == there:
            return
        raise BusinessRuleError(
            self.env._(
                "Stripe calculates %(there)s (tax %(tax_there)s) for invoice "
                "%(number)s, Odoo says %(here)s (tax %(tax_here)s). Nothing was made "
                "final at Stripe.",
                number=record.get("number") or "",
                there=forms.shown(there[0], currency),
                tax_there=forms.shown(there[0] - there[1], currency),
                here=forms.shown(here[0], currency),
                tax_here=forms.shown(here[0] - here[1], currency),
            ),
            hint=self.env._(
                "Stripe rounds taxes line by line, half up. Compare the tax rates "
                "under Value Maps and the rounding of taxes in Odoo, then retry. Or "
                "send this invoice by other means and skip the message."
            ),
            path="total",
            details={"cause": "sums_differ"},
        )

    # === CHANGES === #

    @api.model
    def _update_invoice(self, client, outgoing: Outgoing, key: str) -> Answer:
        """A final invoice changes no more; it is voided, or marked as paid elsewhere.

        One that was made at Stripe is left alone.

        :raises engine.errors.BusinessRuleError: Odoo made another one of it meanwhile
        """
        current = Answer(
            *self._read(client, const.PATHS["invoice"][0], outgoing.external_id)
        )
        record = current.record
        status, wanted = record.get("status"), outgoing.record.get("status")
        ours = forms.mark_of(record) == outgoing.reference
        if ours and wanted not in _ENDS:
            self._check_same(outgoing.record, record)
        if not ours or wanted not in _ENDS or status in ("void", wanted):
            return current
        path = self._object_path("invoice", outgoing.external_id)
        if wanted == "paid":
            return self._post(client, f"{path}/pay", {"paid_out_of_band": True}, key)
        self._check_unpaid(outgoing, record)
        return self._post(client, f"{path}/void", {}, key)

    @api.model
    def _check_same(self, wanted: dict, current: dict) -> None:
        """:raises engine.errors.BusinessRuleError: people would pay there what is not
        what Odoo says, since the invoice was reset, changed and posted again
        """
        total, customer = wanted.get("total"), wanted.get("customer")
        if not (
            (total and forms.whole(total, "total") != current.get("total"))
            or (customer and customer != shapes.identifier(current.get("customer")))
            or (wanted.get("status") == "open" and current.get("status") == "void")
        ):
            return
        raise BusinessRuleError(
            self.env._(
                "Invoice %(number)s is final at Stripe (%(there)s, %(status)s) and has "
                "been changed in Odoo since. It cannot be changed there.",
                number=current.get("number") or current["id"],
                there=forms.shown(current.get("total") or 0, current["currency"]),
                status=current.get("status"),
            ),
            hint=self.env._(
                "Bring it back in Odoo as it was and correct it with a credit note. Or "
                "void it at Stripe, send this one by other means and skip the message."
            ),
            path="total",
            details={"cause": "final_changed"},
        )

    @api.model
    def _check_unpaid(self, outgoing: Outgoing, record: dict) -> None:
        """:raises engine.errors.BusinessRuleError: money was received for it"""
        if record.get("amount_paid") or record.get("status") == "paid":
            raise BusinessRuleError(
                self.env._(
                    "Invoice %(number)s was cancelled in Odoo, and has been paid at "
                    "Stripe.",
                    number=record.get("number") or outgoing.external_id,
                ),
                hint=self.env._(
                    "Refund the payment at Stripe, or bring the invoice back in Odoo; "
                    "then skip this message."
                ),
            )

    @api.model
    def _delete_invoice(self, client, outgoing: Outgoing, key: str) -> None:
        """Odoo deletes drafts only, and those are not sent; what is final is voided."""
        path = self._object_path("invoice", outgoing.external_id)
        record = client.request("GET", path).json()
        if record.get("status") == "draft":
            client.request("DELETE", path, read=False)
        elif record.get("status") in ("open", "uncollectible"):
            self._post(client, f"{path}/void", {}, key)

    @api.model
    def _pick_invoice(self, client, outgoing: Outgoing, found: list[dict]):
        """Which of several invoices with our mark it is.

        A draft is what a killed worker left behind: it is deleted, and a new one made.
        """
        final = [one for one in found if one.get("status") != "draft"]
        for one in found:
            if one.get("status") == "draft":
                self._tidy_up(client, self._object_path("invoice", one["id"]))
        return min(final, key=lambda one: one.get("created") or 0, default=None)
