# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from odoo.addons.integration_core.engine.errors import SchemaError

from .. import movements, shapes

REFUND = {
    "object": str,
    "amount": int,
    "currency": str,
    "status": str,
    "reason": str,
    "created": int,
    "failure_reason": str,
    "metadata": dict,
}
DISPUTE = {
    "object": str,
    "amount": int,
    "currency": str,
    "status": str,
    "reason": str,
    "created": int,
    "evidence_details": {"due_by": int},
    "metadata": dict,
}


class IntegrationAdapterStripe(models.AbstractModel):
    """Objects: refunds and disputes, what money that goes back is for."""

    _inherit = "integration.adapter.stripe"

    @api.model
    def _normal_refund(self, record, path: str) -> dict:
        """{id, payment, amount, status, reason, created_at, failure_reason, metadata}.

        ``payment`` is the charge, else the payment intent; ``amount`` is positive.

        :raises engine.errors.SchemaError: another object, or a field of a wrong type
        """
        self._check_object(record, "refund", REFUND, path)
        return {
            "id": record["id"],
            "payment": _payment_of(record, path),
            "amount": shapes.money(record.get("amount"), record.get("currency")),
            # Null for refunds of long ago, which all were done.
            "status": record.get("status") or "succeeded",
            "reason": record.get("reason"),
            "created_at": record.get("created"),
            "failure_reason": record.get("failure_reason"),
            "metadata": record.get("metadata") or {},
        }

    @api.model
    def _is_nothing(self, entity: str, record: dict) -> bool:
        """Whether an object stands for nothing that ever was.

        A reserved amount that is let go becomes a refund of its charge, which never
        brought any money: it has no balance transaction though it is done.
        """
        return (
            entity == "refund"
            and record.get("status") == "succeeded"
            and record.get("balance_transaction") is None
        )

    @api.model
    def _normal_dispute(self, record, path: str) -> dict:
        """{id, payment, amount, status, reason, created_at, respond_by, closed_at,
        metadata}.

        ``closed_at`` is known only from the message about it: the object keeps it
        nowhere.

        :raises engine.errors.SchemaError: another object, a field of a wrong type, an
            unknown status
        """
        self._check_object(record, "dispute", DISPUTE, path)
        status = movements.DISPUTE_STATUS.get(record.get("status"))
        if status is None:
            raise SchemaError(
                self.env._(
                    "Stripe calls the state of dispute %(id)s “%(status)s”, and this "
                    "addon does not know what that is.",
                    id=record["id"],
                    status=record.get("status"),
                ),
                hint=self.env._("A newer version of this addon may know it."),
                path=shapes.at(path, "status"),
            )
        return {
            "id": record["id"],
            "payment": _payment_of(record, path),
            "amount": shapes.money(record.get("amount"), record.get("currency")),
            "status": status,
            "reason": record.get("reason"),
            "created_at": record.get("created"),
            "respond_by": shapes.part(record, "evidence_details").get("due_by"),
            "closed_at": None,
            "metadata": record.get("metadata") or {},
        }

    @api.model
    def _check_object(self, record, kind: str, table: dict, path: str) -> None:
        """:raises engine.errors.SchemaError: another object, or a wrong type in it"""
        shapes.check(record, {"id": str, **table}, path)
        if record.get("object") != kind:
            raise SchemaError(
                self.env._(
                    "“%(found)s” stands where Stripe has a %(kind)s.",
                    found=record.get("object"),
                    kind=kind,
                ),
                path=shapes.at(path, "object"),
            )


def _payment_of(record: dict, path: str) -> str:
    """:raises engine.errors.SchemaError: it names no payment"""
    found = shapes.identifier(record.get("charge"))
    found = found or shapes.identifier(record.get("payment_intent"))
    if not found:
        where = shapes.at(path, "charge")
        raise SchemaError("it does not say which payment it is about", path=where)
    return found
