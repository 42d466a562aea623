# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from dataclasses import replace

from odoo import api, models

from odoo.addons.integration_core.engine.errors import PermanentError, SchemaError
from odoo.addons.integration_core.messages import Source

from .. import const, shapes
from .adapter_invoices import INVOICE, paid_elsewhere

CHARGE = {
    "status": str,
    "amount": int,
    "amount_captured": int,
    "captured": bool,
    "refunded": bool,
    "currency": str,
    "created": int,
    "description": str,
    "payment_method_details": {"type": str},
    "metadata": dict,
}
BALANCE_TRANSACTION = {"amount": int, "currency": str, "created": int}
INTENT = {
    "status": str,
    "amount_received": int,
    "currency": str,
    "created": int,
    "description": str,
    "metadata": dict,
}
INVOICE_PAYMENT = {
    "status": str,
    "amount_paid": int,
    "currency": str,
    "payment": {"type": str},
    "status_transitions": {"paid_at": int},
}
CHECKS = {
    "charge": CHARGE,
    "payment_intent": INTENT,
    "invoice_payment": INVOICE_PAYMENT,
    "invoice": INVOICE,
}
# Kind of what an invoice payment names: money that was reported to Stripe only.
RECORD = "payment_record"
_INVOICE_PAYMENT_STATUS = {"paid": "succeeded", "open": "pending"}


class IntegrationAdapterStripe(models.AbstractModel):
    """Objects: payments. Several of Stripe's objects speak of one and share its key.

    The key is the payment intent, else the charge (documents before March 2019, and
    charges that were made without one).
    """

    _inherit = "integration.adapter.stripe"

    # === NORMAL FORM === #

    @api.model
    def _normal_payment(self, record, path: str) -> dict:
        """Charge, invoice payment, payment intent or old paid invoice, as one shape.

        {id, key, status, amount, customer, paid_at, allocations, settlement,
        settlement_pending, returned, method, references, description, elsewhere,
        metadata}: ``status`` is succeeded, pending, failed or canceled; ``returned``:
        it had succeeded and failed after all; ``allocations`` a list of
        {invoice, amount}; amounts are :func:`shapes.money`; ``paid_at`` Unix seconds.

        :raises engine.errors.SchemaError: another object, or a field of a wrong type
        """
        shapes.check(record, {"object": str, "id": str}, path)
        kind = record["object"]
        if kind not in CHECKS:
            raise SchemaError(
                self.env._("“%(kind)s” is no payment of Stripe's.", kind=kind),
                path=shapes.at(path, "object"),
            )
        shapes.check(record, CHECKS[kind], path)
        normal = dict(BLANK, id=record["id"], metadata=record.get("metadata") or {})
        normal.update(_NORMAL[kind](record, path))
        return normal

    # === THE SECOND MESSAGE === #

    @api.model
    def _pays(self, invoice: dict) -> bool:
        """Whether the snapshot of a paid invoice tells of a payment.

        Before basil it names the charge. Since then an ``invoice_payment.paid`` comes
        by itself, and only money that never was at Stripe has no message of its own.
        """
        if not isinstance(invoice.get("id"), str):
            return False
        named = invoice.get("payment_intent") or invoice.get("charge")
        return bool((named and invoice.get("amount_paid")) or _outside(invoice))

    # === READING === #

    @api.model
    def _read_payment(self, client, external_id: str) -> Source:
        """Read what an id of a payment names, with all that Stripe knows of it.

        :raises engine.errors.PermanentError: the id is none of a payment's
        """
        path = const.PAYMENT_PATHS.get(external_id.partition("_")[0])
        if not path:
            raise PermanentError(
                self.env._(
                    "“%(id)s” names no kind of payment that can be read from Stripe.",
                    id=external_id,
                )
            )
        record, version = self._read(client, path, external_id)
        intent = _intent_of(record)
        if intent and "invoice" not in record:
            record["invoice_payments"] = self._invoice_payments(
                client,
                {
                    "payment[type]": "payment_intent",
                    "payment[payment_intent]": intent,
                },
            )
        if record.get("object") == "invoice":
            key = self._key_of(client, record)
            if key:
                source = self._read_payment(client, key)
                return replace(source, record=dict(source.record, id=external_id))
        return Source(record=self._normal("payment", record), version=version)

    @api.model
    def _invoice_payments(self, client, params: dict) -> list[dict]:
        """Who paid what; charges and invoices do not say it since basil."""
        params = {**params, "status": "paid"}
        return self._all_pages(client, "/v1/invoice_payments", params)

    @api.model
    def _key_of(self, client, invoice: dict) -> str:
        """Key of the payment that an old message told of, '' where there is none."""
        if _outside(invoice):
            return ""
        named = invoice.get("payment_intent") or invoice.get("charge")
        key = shapes.identifier(named) or ""
        if "charge" not in invoice:
            found = self._invoice_payments(client, {"invoice": invoice["id"]})
            key = self._normal("payment", found[0])["key"] if found else ""
        return key if key.partition("_")[0] in const.PAYMENT_PATHS else ""


def _intent_of(record: dict) -> str:
    """Payment intent that an intent or a charge is about, '' where there is none."""
    if record.get("object") == "payment_intent":
        return record["id"]
    if record.get("object") == "charge":
        return shapes.identifier(record.get("payment_intent")) or ""
    return ""


BLANK = {
    "amount": None,
    "customer": None,
    "paid_at": None,
    "allocations": [],
    "settlement": None,
    "settlement_pending": None,
    "returned": None,
    "method": None,
    "references": [],
    "description": None,
    "elsewhere": False,
}


def _charge(record: dict, path: str) -> dict:
    status = _charge_status(record)
    amount = record.get("amount_captured") or record.get("amount")
    intent = shapes.identifier(record.get("payment_intent"))
    return {
        "key": intent or record["id"],
        "status": status,
        "amount": shapes.money(amount, record.get("currency")),
        "customer": shapes.identifier(record.get("customer")),
        "paid_at": record.get("created"),
        "allocations": _allocations(record),
        # Only money that had arrived can go again (SDK ``_charge.py``).
        "returned": bool(record.get("failure_balance_transaction")) or None,
        "method": shapes.part(record, "payment_method_details").get("type"),
        "references": [found for found in (record["id"], intent) if found],
        "description": record.get("description"),
        **_settlement(record, status, path),
    }


def _charge_status(record: dict) -> str:
    """Reserved money (``captured`` false) is not received yet; it may be let go."""
    status = record.get("status")
    if status == "succeeded" and record.get("captured") is False:
        return "canceled" if record.get("refunded") else "pending"
    return status


def _settlement(charge: dict, status: str, path: str) -> dict:
    """What arrived in the balance, where the balance transaction is expanded.

    A message names it by its id only, or not at all yet: then it is pending.
    """
    found = charge.get("balance_transaction")
    if isinstance(found, dict):
        where = shapes.at(path, "balance_transaction")
        shapes.check(found, BALANCE_TRANSACTION, where)
        values = {
            "settlement": shapes.money(found.get("amount"), found.get("currency"))
        }
        if found.get("created"):
            values["paid_at"] = found["created"]
        return values
    return {"settlement_pending": True} if not found and status == "succeeded" else {}


def _intent(record: dict, path: str) -> dict:
    """A payment intent that was read: its charge and invoice payments are expanded."""
    charge = record.get("latest_charge")
    values = {"method": None, "references": [], "paid_at": record.get("created")}
    if isinstance(charge, dict):
        where = shapes.at(path, "latest_charge")
        shapes.check(charge, {"id": str, **CHARGE}, where)
        values = _charge(charge, where)
    elif charge:
        values["references"] = [charge]
    succeeded = record.get("status") == "succeeded"
    canceled = record.get("status") == "canceled"
    amount = record.get("amount_received") if succeeded else None
    status = "succeeded" if succeeded else "canceled" if canceled else "pending"
    received = shapes.money(amount, record.get("currency"))
    if values.get("returned"):
        # The intent waits for another attempt, and nothing of it says what was.
        status, received = values["status"], values["amount"]
    values.update(
        key=record["id"],
        status=status,
        amount=received,
        customer=shapes.identifier(record.get("customer")) or values.get("customer"),
        description=record.get("description") or values.get("description"),
        allocations=_allocations(record),
        references=[*dict.fromkeys([*values["references"], record["id"]])],
    )
    return values


def _allocations(record: dict) -> list[dict]:
    """What an intent or a charge paid: its one invoice, since basil invoice payments.

    These are read where one of them is; a message does not hold them.
    """
    invoice = shapes.identifier(record.get("invoice"))
    if invoice:
        return [{"invoice": invoice, "amount": None}]
    found = record.get("invoice_payments") or []
    shapes.check(found, [{"id": str, **INVOICE_PAYMENT}], "invoice_payments")
    return [_allocation(one) for one in found if one.get("invoice")]


def _allocation(invoice_payment: dict) -> dict:
    return {
        "invoice": shapes.identifier(invoice_payment.get("invoice")),
        "amount": shapes.money(
            invoice_payment.get("amount_paid"), invoice_payment.get("currency")
        ),
    }


def _invoice_payment(record: dict, path: str) -> dict:
    """Which payment paid which invoice. What was received, the charge tells."""
    payment = record.get("payment") or {}
    kind = payment.get("type")
    key = shapes.identifier(payment.get(kind)) if kind else None
    if not key:
        where = shapes.at(path, "payment")
        raise SchemaError("“payment” names no payment of Stripe's", path=where)
    allocation = _allocation(record)
    return {
        "key": key,
        "status": _INVOICE_PAYMENT_STATUS.get(record.get("status"), "canceled"),
        # Money that was only reported to Stripe has no charge that tells how much.
        "amount": allocation["amount"] if kind == RECORD else None,
        "elsewhere": kind == RECORD,
        "paid_at": shapes.part(record, "status_transitions").get("paid_at"),
        "allocations": [allocation] if allocation["invoice"] else [],
        "references": [key],
    }


def _paid_invoice(record: dict, path: str) -> dict:
    """The payment that an invoice tells of; see :meth:`_pays`.

    It names the last one only, while ``amount_paid`` is the sum of all: an old endpoint
    is told of invoices in parts as well. So this says what was paid, not how much.
    """
    outside = _outside(record)
    charge = shapes.identifier(record.get("charge"))
    key = shapes.identifier(record.get("payment_intent")) or charge
    received = outside or (key and record.get("amount_paid"))
    amount = shapes.money(outside or None, record.get("currency"))
    key = record["id"] if outside or not key else key
    return {
        "key": key,
        "status": "succeeded"
        if received and record.get("status") == "paid"
        else "pending",
        "amount": amount,
        "elsewhere": bool(outside),
        "customer": shapes.identifier(record.get("customer")),
        "paid_at": shapes.part(record, "status_transitions").get("paid_at"),
        "allocations": [{"invoice": record["id"], "amount": amount}],
        "references": [*dict.fromkeys(found for found in (charge, key) if found)],
    }


def _outside(invoice: dict) -> int:
    """Minor units paid outside of Stripe, where the values are of the right type."""
    try:
        return paid_elsewhere(invoice)
    except TypeError:
        return 0  # the check of the invoice itself names the place


_NORMAL = {
    "charge": _charge,
    "payment_intent": _intent,
    "invoice_payment": _invoice_payment,
    "invoice": _paid_invoice,
}
