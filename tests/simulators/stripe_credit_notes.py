# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Credit notes (SDK ``_credit_note.py``, 16.1.0): what takes back a final invoice.

docs.stripe.com/invoicing/integration/programmatic-credit-notes. On an open invoice they
lower what is due, as far as something is; the rest is refunded, credited to the
customer's balance or settled outside, as the call says. Messages from memory.
"""

from . import stripe_params as params
from .stripe_credit_lines import CreditLines, sums_of
from .stripe_errors import ApiError, bad_parameter
from .stripe_render import clone
from .stripe_resources import LIST, READ, Call, Resource, difference, register

REASONS = ("duplicate", "fraudulent", "order_change", "product_unsatisfactory")
_UPDATE = {**READ, "memo": params.Str(5000), "metadata": params.Metadata()}
_LINE = {
    "amount": params.Int(0),
    "description": params.Str(),
    "invoice_line_item": params.Str(),
    "metadata": params.Metadata(),
    "quantity": params.Int(1),
    "tax_amounts": params.Unsupported(),
    "tax_rates": params.ListOf(params.Str(required=True)),
    "type": params.Str(
        required=True, choices=("invoice_line_item", "custom_line_item")
    ),
    "unit_amount": params.Int(),
    "unit_amount_decimal": params.DecimalText(),
}
_REFUND = {
    "amount_refunded": params.Int(1),
    "payment_record_refund": params.Unsupported(),
    "refund": params.Str(),
    "type": params.Str(choices=("refund",)),
}
CREATE = {
    **_UPDATE,
    "amount": params.Unsupported(),
    "credit_amount": params.Int(0),
    "effective_at": params.Int(),
    "email_type": params.Str(choices=("credit_note", "none")),
    "invoice": params.Str(required=True),
    "lines": params.ListOf(params.Hash(_LINE)),
    "number": params.Str(26),
    "out_of_band_amount": params.Int(0),
    "reason": params.Str(choices=REASONS),
    "refund_amount": params.Int(0),
    "refunds": params.ListOf(params.Hash(_REFUND)),
    "shipping_cost": params.Unsupported(),
}
_LIST = {
    **LIST,
    **READ,
    "created": params.Range(),
    "customer": params.Str(),
    "invoice": params.Str(),
}


@register
class CreditNotes(Resource):
    """Kept beside: ``_lines`` (all of them), ``_refund`` (the one that older shapes
    show), ``_stood`` (ids of the notes that stood when it was made)."""

    name = "credit_notes"
    kind = "credit_note"
    prefix = "cn_1"
    id_length = 23
    scope = "credit_note"
    routes = [
        ("POST", "/v1/credit_notes", "create"),
        ("GET", "/v1/credit_notes", "listing"),
        ("GET", "/v1/credit_notes/{id}", "retrieve"),
        ("POST", "/v1/credit_notes/{id}", "update"),
        ("POST", "/v1/credit_notes/{id}/void", "void"),
        ("GET", "/v1/credit_notes/{id}/lines", "lines"),
    ]
    expandable = {
        "customer": "@customers",
        "customer_balance_transaction": "@customer_balance_transactions",
        "discount_amounts.discount": "@discounts",
        "invoice": "@invoices",
        "pretax_credit_amounts.discount": "@discounts",
        "refund": "@refunds",
        "refunds.refund": "@refunds",
        "tax_amounts.tax_rate": "@tax_rates",
    }

    def of(self, invoice: str, issued=True) -> list[dict]:
        """Credit notes of an invoice, oldest first."""
        return [
            obj
            for obj in self.objects.values()
            if obj["invoice"] == invoice and (not issued or obj["status"] == "issued")
        ]

    # -- API -----------------------------------------------------------------------

    def create(self, call: Call) -> dict:
        values = params.read(call.params, CREATE)
        invoice = self._invoice(values["invoice"])
        obj = self._blank(invoice, values, call)
        earlier = self.of(invoice["id"])
        obj["_stood"] = [note["id"] for note in earlier]
        lines = CreditLines(self.sim, invoice, earlier)
        stored = lines.read(values.get("lines") or [])
        obj.update(sums_of(stored))
        obj["_lines"] = stored
        if not obj["total"]:
            raise bad_parameter("A credit note is over more than nothing.", "lines")
        self._divide(obj, invoice, values)
        self._pay_back(obj, invoice, values, call)
        obj["lines"] = self._nested(obj)
        self.store(obj)
        self._credit(obj, call, values.get("credit_amount") or 0)
        self.sim.emit("credit_note.created", obj, call)
        self._lower(invoice, obj, call)
        return self.view(obj, call)

    def _invoice(self, id: str) -> dict:  # noqa: A002
        invoice = self.sim.resources["invoices"].get(id, "invoice", 400)
        if invoice["status"] not in ("open", "paid", "uncollectible"):
            raise ApiError(
                400,
                f"You cannot credit an invoice that is {invoice['status']}.",
                param="invoice",
            )
        return invoice

    def _blank(self, invoice: dict, values: dict, call: Call) -> dict:
        number = len(self.of(invoice["id"], issued=False)) + 1
        effective = values.get("effective_at") or call.at
        token = f"{self.sim.account}/test_{invoice['id'][3:]}"
        return {
            "id": self.new_id(),
            "object": "credit_note",
            "amount_shipping": 0,
            "created": call.at,
            "currency": invoice["currency"],
            "customer": invoice["customer"],
            "customer_account": None,
            "customer_balance_transaction": None,
            "effective_at": effective,
            "invoice": invoice["id"],
            "livemode": self.sim.livemode,
            "memo": values.get("memo"),
            "metadata": params.Metadata.merge({}, values.get("metadata") or {}),
            "number": values.get("number") or f"{invoice['number']}-CN-{number:02d}",
            "pdf": f"https://pay.stripe.com/credit_notes/{token}/cn_{number}/pdf?s=ap",
            "reason": values.get("reason"),
            "refunds": [],
            "shipping_cost": None,
            "status": "issued",
            "voided_at": None,
            "_refund": None,
        }

    def _divide(self, obj: dict, invoice: dict, values: dict) -> None:
        """How much lowers what is due, and what becomes of the rest."""
        open_amount = 0 if invoice["status"] == "paid" else invoice["amount_remaining"]
        obj["pre_payment_amount"] = min(obj["total"], open_amount)
        obj["post_payment_amount"] = obj["total"] - obj["pre_payment_amount"]
        names = ("credit_amount", "refund_amount", "out_of_band_amount")
        said = sum(values.get(name) or 0 for name in names)
        said += sum(part.get("amount_refunded") or 0 for part in self._named(values))
        if said != obj["post_payment_amount"]:
            raise bad_parameter(
                f"The sum of credit amount, refund amount and out of band amount "
                f"({said}) must equal the credit note amount that is left "
                f"({obj['post_payment_amount']}).",
                "credit_amount",
            )
        obj["out_of_band_amount"] = values.get("out_of_band_amount") or None
        both = obj["pre_payment_amount"] and obj["post_payment_amount"]
        half = "pre_payment" if obj["pre_payment_amount"] else "post_payment"
        obj["type"] = "mixed" if both else half

    @staticmethod
    def _named(values: dict) -> list[dict]:
        """Refunds that were made before."""
        return values.get("refunds") or []

    def _pay_back(self, obj: dict, invoice: dict, values: dict, call: Call) -> None:
        refunds = self.sim.resources["refunds"]
        for part in self._named(values):
            refunds.get(part.get("refund") or "", "refund", 400)
            self._refunded(obj, part["refund"], part["amount_refunded"])
        amount = values.get("refund_amount")
        if amount:
            charge = self.sim.resources["charges"].get(invoice["_charge"] or "", "id")
            made = refunds.make(charge, {"amount": amount}, call)
            self._refunded(obj, made["id"], amount)

    @staticmethod
    def _refunded(obj: dict, refund: str, amount: int) -> None:
        obj["_refund"] = obj["_refund"] or refund
        obj["refunds"].append(
            {
                "amount_refunded": amount,
                "payment_record_refund": None,
                "refund": refund,
                "type": "refund",
            }
        )

    def _credit(self, obj: dict, call: Call, amount: int) -> None:
        if not amount:
            return
        made = self.sim.resources["customers"].move_balance(
            obj["customer"],
            obj["currency"],
            -amount,
            call,
            {
                "type": "credit_note",
                "credit_note": obj["id"],
                "invoice": obj["invoice"],
            },
        )
        obj["customer_balance_transaction"] = made and made["id"]

    def _lower(self, invoice: dict, obj: dict, call: Call, sign: int = 1) -> None:
        """What the invoice asks for now; with nothing left it is paid."""
        before = clone(invoice)
        due = sign * obj["pre_payment_amount"]
        invoice["pre_payment_credit_notes_amount"] += due
        invoice["post_payment_credit_notes_amount"] += sign * obj["post_payment_amount"]
        invoice["amount_due"] -= due
        invoice["amount_remaining"] -= due
        if due and not invoice["amount_remaining"]:
            self.sim.resources["invoices"].settled(before, call, through_stripe=False)
            return
        if due:
            self.sim.resources["payment_intents"].reduce(invoice)
        self.sim.emit("invoice.updated", invoice, call, before=before)

    def update(self, call: Call, id: str) -> dict:  # noqa: A002 - named in the URL
        values = params.read(call.params, _UPDATE)
        obj = self.get(id)
        before = clone(obj)
        if "memo" in values:
            obj["memo"] = values["memo"]
        if "metadata" in values:
            obj["metadata"] = params.Metadata.merge(obj["metadata"], values["metadata"])
        if difference(before, obj):
            self.sim.emit("credit_note.updated", obj, call, before=before)
        return self.view(obj, call)

    def void(self, call: Call, id: str) -> dict:  # noqa: A002
        """Only while the invoice still waits for its money (SDK doc of the call)."""
        params.read(call.params, READ)
        obj = self.get(id)
        invoice = self.sim.resources["invoices"].get(obj["invoice"])
        whole = obj["status"] == "issued" and not obj["post_payment_amount"]
        if not whole or invoice["status"] not in ("open", "uncollectible"):
            raise ApiError(400, "You cannot void this credit note.")
        obj["status"] = "void"
        obj["voided_at"] = call.at
        self.sim.emit("credit_note.voided", obj, call)
        self._lower(invoice, obj, call, -1)
        return self.view(obj, call)

    def listing(self, call: Call) -> dict:
        values = params.read(call.params, _LIST)

        def keep(obj):
            return params.fits(obj, values, "customer", "invoice")

        return self.page(call, "/v1/credit_notes", values, keep)

    # -- lines ---------------------------------------------------------------------

    def lines(self, call: Call, id: str) -> dict:  # noqa: A002
        """First to last, as on paper."""
        values = params.read(call.params, {**LIST, **READ})
        data = self.get(id)["_lines"]
        limit, after = values.get("limit") or 10, values.get("starting_after")
        ids = [line["id"] for line in data]
        if after and after not in ids:
            raise bad_parameter(f"No such line: {after}", "starting_after")
        start = ids.index(after) + 1 if after else 0
        return {
            "object": "list",
            "url": f"/v1/credit_notes/{id}/lines",
            "has_more": len(data) > start + limit,
            "data": clone(data[start : start + limit]),
        }

    @staticmethod
    def _nested(obj: dict) -> dict:
        data = obj["_lines"]
        return {
            "object": "list",
            "data": clone(data[:10]),
            "has_more": len(data) > 10,
            "total_count": len(data),
            "url": f"/v1/credit_notes/{obj['id']}/lines",
        }
