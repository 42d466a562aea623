# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime, timedelta, timezone

from odoo import api, fields, models

from odoo.addons.integration_core.engine.errors import MappingError, SchemaError
from odoo.addons.integration_core.engine.transforms import minor_units
from odoo.addons.integration_core.messages import Control, ControlPage

from .. import const, shapes
from .adapter_catch_up import EVENTS, EVENTS_KEPT_DAYS
from .adapter_credit_notes import CREDIT_NOTE
from .adapter_invoices import INVOICE
from .adapter_payments import CHARGE

# Invoices that are looked for by when they were made. Drafts of subscriptions become
# final after an hour; of older ones their events tell, as long as Stripe keeps them.
RECENT = timedelta(days=2)
LONG_AGO = timedelta(days=100)
EVENTS_KEPT = timedelta(days=EVENTS_KEPT_DAYS - 1)
# A document may be in effect on a day before it was made or became final.
BACKDATED = timedelta(days=31)
FINALIZED = "invoice.finalized"
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
        """Override of `integration_core`: one page, newest first.

        The cursor is the number of the list and the last id of the page before:
        ``1|txn_…``.
        """
        if entity not in self._can_control:
            raise self._cannot()
        lists = self._control_lists(entity, since, until)
        number, _mark, last = (cursor or "0|").partition("|")
        path, params, read = lists[int(number)]
        params = {"limit": min(limit, const.PAGE_SIZE), **params}
        with self._client(connector) as client:
            _response, data, more = self._list(client, path, params, last)
            found = [control for one in data if (control := read(client, one))]
        following = f"{int(number) + 1}|" if int(number) + 1 < len(lists) else ""
        if data and more:
            following = f"{number}|{data[-1]['id']}"
        return ControlPage(
            records=[one for one in found if since <= one.occurred_at < until],
            cursor=following,
        )

    @api.model
    def _control_lists(self, entity: str, since, until) -> list[tuple]:
        """(path, parameters, reader of one object) of each list to be read.

        Stripe narrows lists down by when an object was made, and it may be dated by
        another time. A payment is dated by its balance transaction, a bank debit days
        after it was made; so these are listed, and of charges only those that have none
        yet. An invoice is dated by when it became final.
        """
        if entity == "payment":
            path, params = self._control_list("balance_transaction", since, until)
            charges, made = self._control_list(entity, since, until)
            return [
                (path, {**params, "type": "charge"}, self._control_charge),
                (path, {**params, "type": "payment"}, self._control_charge),
                (charges, made, self._control_new_charge),
            ]
        read = getattr(self, f"_control_{entity}")
        later = until + BACKDATED
        if entity == "credit_note":
            return [(*self._control_list(entity, since, later), read)]
        if entity != "invoice":
            return [(*self._control_list(entity, since, until), read)]
        if since < fields.Datetime.now() - EVENTS_KEPT:
            return [(*self._control_list(entity, since - LONG_AGO, later), read)]
        made = since - RECENT

        def read_older(client, event):
            """One that was a draft for long; the others are in the first list."""
            record = shapes.part(event, "data", "object")
            shapes.check(record, {"id": str, "created": int})
            if moment(record.get("created")) >= made:
                return None
            now, _version = self._read(client, const.PATHS[entity][0], record["id"])
            return read(client, now)

        span = {"created[gte]": _unix(since), "created[lt]": _unix(later)}
        return [
            (*self._control_list(entity, made, later), read),
            (EVENTS, {**span, "type": FINALIZED}, read_older),
        ]

    @api.model
    def _control_list(self, entity: str, since, until) -> tuple[str, dict]:
        """(path, parameters) of what was made in a stretch of time."""
        path = const.PATHS[entity][0]
        params = {"created[gte]": _unix(since), "created[lt]": _unix(until)}
        if path in const.EXPAND:
            params["expand[]"] = f"data.{const.EXPAND[path]}"
        return path, params

    @api.model
    def _control_charge(self, client, record: dict) -> Control:
        """The charge that a balance transaction is about: it brought money, though it
        may have gone again."""
        shapes.check([record.get("source")], [{"id": str, **CHARGE}])
        charge = {**record["source"], "balance_transaction": {**record, "source": None}}
        return _payment(charge["id"], self._normal("payment", charge))

    @api.model
    def _control_new_charge(self, client, record: dict) -> Control | None:
        """A charge whose balance transaction comes later, often within the hour
        (docs.stripe.com/payments/payment-intents/asynchronous-capture)."""
        shapes.check(record, {"id": str, **CHARGE})
        normal = self._normal("payment", record)
        if record.get("balance_transaction") or normal["status"] != "succeeded":
            return None
        return _payment(record["id"], normal)

    @api.model
    def _control_invoice(self, client, record: dict) -> Control | None:
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
    def _control_credit_note(self, client, record: dict) -> Control:
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
    def _control_balance_transaction(self, client, record: dict) -> Control:
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
    def _control_refund(self, client, record: dict) -> Control:
        return self._control_movement("refund", record)

    @api.model
    def _control_dispute(self, client, record: dict) -> Control:
        return self._control_movement("dispute", record)

    @api.model
    def _control_payout(self, client, record: dict) -> Control:
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


def _payment(charge_id: str, normal: dict) -> Control:
    return Control(
        charge_id,
        normal["key"],
        money(normal["amount"]),
        moment(normal["paid_at"]),
        "succeeded",
        normal["description"] or "",
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
