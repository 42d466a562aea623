# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime, timedelta, timezone

from odoo import api, models

from odoo.addons.integration_core.engine.errors import MappingError, SchemaError
from odoo.addons.integration_core.engine.transforms import minor_units
from odoo.addons.integration_core.messages import Control, ControlPage

from .. import const, shapes
from .adapter_credit_notes import CREDIT_NOTE
from .adapter_invoices import INVOICE
from .adapter_payments import CHARGE

# Lists are narrowed down by when an object was made, and it may be dated by another
# time: a bank debit succeeds after days, a draft becomes final after weeks, and an
# invoice may be in effect on a day before it was made.
EARLIER = {"payment": timedelta(days=30), "invoice": timedelta(days=100)}
LATER = {"invoice": timedelta(days=31), "credit_note": timedelta(days=31)}
# What is checked of a document: not its lines, of which only ten come along.
SUMS = {
    "invoice": {name: kind for name, kind in INVOICE.items() if name != "lines"},
    "credit_note": {
        name: kind for name, kind in CREDIT_NOTE.items() if name != "lines"
    },
}


class IntegrationAdapterStripe(models.AbstractModel):
    """Comparing: what Stripe has of an entity in a stretch of time.

    Straight from the objects, past mappings and normal forms of documents: what is
    compared must not have gone through what may be wrong.
    """

    _inherit = "integration.adapter.stripe"

    _can_control = frozenset(
        {
            "payment",
            "invoice",
            "credit_note",
            "balance_transaction",
            "refund",
            "dispute",
            "payout",
        }
    )

    @api.model
    def _control(
        self, connector, entity: str, since, until, cursor: str, limit: int
    ) -> ControlPage:
        """Override of `integration_core`: one page, newest first."""
        if entity not in self._can_control:
            raise self._cannot()
        path = const.PATHS[entity][0]
        params = {
            "limit": min(limit, const.PAGE_SIZE),
            "created[gte]": _unix(since - EARLIER.get(entity, timedelta())),
            "created[lt]": _unix(until + LATER.get(entity, timedelta())),
        }
        if path in const.EXPAND:
            params["expand[]"] = f"data.{const.EXPAND[path]}"
        with self._client(connector) as client:
            _response, data, more = self._list(client, path, params, cursor)
        read = getattr(self, f"_control_{entity}")
        found = [control for one in data if (control := read(one))]
        return ControlPage(
            records=[one for one in found if since <= one.occurred_at < until],
            cursor=data[-1]["id"] if data and more else "",
        )

    @api.model
    def _control_payment(self, record: dict) -> Control | None:
        """A charge that brought money, though it may have gone again; None for any
        other."""
        shapes.check(record, CHARGE)
        normal = self._normal("payment", record)
        if normal["status"] != "succeeded" and not normal["returned"]:
            return None
        return Control(
            record["id"],
            normal["key"],
            money(normal["amount"]),
            moment(normal["paid_at"]),
            "succeeded",
            normal["description"] or "",
        )

    @api.model
    def _control_invoice(self, record: dict) -> Control | None:
        """A final invoice; None for a draft."""
        shapes.check(record, SUMS["invoice"])
        times = record.get("status_transitions") or {}
        issued = record.get("effective_at") or times.get("finalized_at")
        if record.get("status") == "draft" or not issued:
            return None
        return Control(
            record["id"],
            record.get("number") or record["id"],
            money(shapes.money(record.get("total"), record.get("currency"))),
            moment(issued),
            record.get("status") or "",
            record.get("description") or "",
        )

    @api.model
    def _control_credit_note(self, record: dict) -> Control:
        shapes.check(record, SUMS["credit_note"])
        return Control(
            record["id"],
            record.get("number") or record["id"],
            money(shapes.money(record.get("total"), record.get("currency"))),
            moment(record.get("effective_at") or record.get("created")),
            record.get("status") or "",
            record.get("memo") or "",
            source=shapes.identifier(record.get("invoice")) or "",
        )

    @api.model
    def _control_balance_transaction(self, record: dict) -> Control:
        """The gross amount; fee, original and what it is about beside it."""
        normal = self._normal("balance_transaction", record)
        return Control(
            record["id"],
            record["id"],
            money(normal["amount"]),
            moment(normal["occurred_at"]),
            normal["category"],
            normal["description"] or "",
            fee=money(normal["fee"]),
            original=money(normal["original"]),
            source=normal["source"] or "",
        )

    @api.model
    def _control_refund(self, record: dict) -> Control:
        return self._control_movement("refund", record)

    @api.model
    def _control_dispute(self, record: dict) -> Control:
        return self._control_movement("dispute", record)

    @api.model
    def _control_payout(self, record: dict) -> Control:
        return self._control_movement("payout", record)

    @api.model
    def _control_movement(self, entity: str, record: dict) -> Control:
        """A record of what money was moved for."""
        normal = self._normal(entity, record)
        return Control(
            record["id"],
            record["id"],
            money(normal["amount"]),
            moment(normal["created_at"]),
            normal["status"] or "",
            normal.get("reason") or normal.get("descriptor") or "",
            source=normal.get("payment") or "",
        )


def money(value: dict | None) -> dict | None:
    """Amount of :func:`shapes.money` as canonical money.

    :raises engine.errors.SchemaError: it is none
    """
    try:
        return None if value is None else minor_units(value)
    except MappingError as error:
        raise SchemaError(error.message, path="amount") from error


def moment(seconds) -> datetime:
    """Unix seconds as naive UTC.

    :raises engine.errors.SchemaError: none, or beyond all calendars
    """
    try:
        return datetime.fromtimestamp(seconds, timezone.utc).replace(tzinfo=None)
    except (TypeError, ValueError, OverflowError, OSError):
        raise SchemaError("it is not dated", path="created") from None


def _unix(when: datetime) -> int:
    return int(when.replace(tzinfo=timezone.utc).timestamp())
