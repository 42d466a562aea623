# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from odoo import api, fields, models

from odoo.addons.integration_core.engine.errors import (
    BusinessRuleError,
    IntegrationError,
)
from odoo.addons.integration_core.messages import Item

from ...payments import decimal_of, money_text

# What the system says → state of the refund in Odoo.
STATES = {
    "pending": "pending",
    "requires_action": "pending",
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "canceled",
}
QUIET = {"tracking_disable": True, "mail_create_nosubscribe": True}


class IntegrationEntityRefund(models.AbstractModel):
    """Refunds: what they are of and how far they are. They book nothing.

    One that was asked for in Odoo is recognised by the mark that our own request left
    in it, so it never becomes a second row.
    """

    _name = "integration.entity.refund"
    _inherit = "integration.entity"
    _description = "Entity: refund"
    _entity = "refund"
    _entity_label = "Refund"
    _record_model = "integration.refund"
    # After the payments that they are of, before the movements that refer to them.
    _rank = 64

    @api.model
    def _document_amount(self, canonical: dict) -> dict | None:
        """Override of `integration.entity`: what is given back."""
        return canonical.get("amount")

    @api.model
    def _apply(self, connector, items: list[Item]) -> None:
        """Override of `integration.entity`."""
        items = self._not_deleted(items)
        known = self._known(connector, items)
        new: list[tuple] = []
        for item in items:
            try:
                if item.external_id in known:
                    self._follow(item, known[item.external_id])
                else:
                    new.append((item, self._new_values(connector, item)))
            except IntegrationError as error:
                item.fail(error)
        self._create(connector, new)

    @api.model
    def _preview(self, connector, items: list[Item]) -> None:
        """Override of `integration.entity`: what would be listed, nothing written."""
        known = self._known(connector, self._not_deleted(items))
        for item in items:
            if not item.open:
                continue
            record = known.get(item.external_id)
            item.operation = "update" if record else "create"
            if record:
                item.model, item.res_id = record._name, record.id
                item.diff = self._difference(record, self._state_values(item))
            item.document_name = money_text(item.canonical["amount"])
            item.skip("shadow")

    @api.model
    def _not_deleted(self, items: list[Item]) -> list[Item]:
        for item in items:
            if item.source.deleted:
                item.skip("no_change", self.env._("Deleted there; kept in Odoo."))
        return [item for item in items if item.open]

    @api.model
    def _does_without(self, connector, item: Item, missing: list[tuple]) -> bool:
        """Override of `integration.entity`: what is older than the start date is about
        a payment that Odoo never got; it is kept as history."""
        day = connector._document_date(item.canonical.get("created_at"))
        return bool(day and connector.start_date and day < connector.start_date)

    # === WHICH ONE === #

    @api.model
    def _known(self, connector, items: list[Item]) -> dict:
        """External id → record, for those that are here; one query.

        By its id, and where Odoo asked for it, by the mark that our request left.
        """
        # sudo: core's own table.
        documents = self.env[self._record_model].sudo()
        found = documents.search(
            [
                ("connector_id", "in", connector._of_same_account().ids),
                ("external_id", "in", [item.external_id for item in items]),
            ]
        )
        known = {record.external_id: record for record in found}
        for item in items:
            if item.external_id not in known:
                record = self._asked_for(connector, item)
                if record:
                    known[item.external_id] = record
        return known

    @api.model
    def _asked_for(self, connector, item: Item):
        """The refund that Odoo asked for and the peer's object is; may be empty.

        A mark is text that people at the peer can copy: it is followed only to what
        was handed over, of the same payment.
        """
        # sudo: core's own table.
        refunds = self.env[self._record_model].sudo()
        named = self.env["integration.outbound"]._referenced(item)
        if not named or named[0] != self._record_model:
            return refunds
        refund = refunds.browse(named[1])
        other = refund.external_id and refund.external_id != item.external_id
        ours = refund.connector_id in connector._of_same_account()
        if other or not ours or not refund.released_at:
            return refunds
        paid = item.canonical["payment"]
        found = item.references.get((paid["entity"], paid["external_id"]))
        own = refund.payment_model, refund.payment_res_id
        return refund if found is None or tuple(found) == own else refunds

    # === NEW === #

    @api.model
    def _new_values(self, connector, item: Item) -> dict:
        """Values of a new row.

        :raises engine.errors.IntegrationError: amount or payment make no sense
        """
        payments = self.env["integration.entity.payment"]
        money = item.canonical["amount"]
        currency = payments._currency(money["currency"])
        payment = self._payment_of(item)
        return {
            "connector_id": connector.id,
            "company_id": connector.company_id.id,
            "payment_model": payment._name if payment else False,
            "payment_res_id": payment.id if payment else False,
            "partner_id": payment.partner_id.commercial_partner_id.id
            if payment
            else False,
            "amount": float(self._amount_of(item, currency)),
            "currency_id": currency.id,
            "external_id": item.external_id,
            "reason": item.canonical.get("reason"),
            "requested_at": self._moment(item.canonical.get("created_at")),
            **self._state_values(item),
        }

    @api.model
    def _amount_of(self, item: Item, currency) -> Decimal:
        """The amount, exact in Odoo's digits.

        :raises BusinessRuleError: Odoo cannot store it, or it is nothing
        """
        money = item.canonical["amount"]
        amount = Decimal(money["amount"])
        if amount <= 0:
            raise self._is_nothing(item)
        if decimal_of(float(amount), currency) == amount:
            return amount
        raise BusinessRuleError(
            self.env._(
                "%(id)s is %(amount)s, and %(currency)s has %(digits)s decimal places "
                "in Odoo.",
                id=item.external_id,
                amount=money_text(money),
                currency=currency.name,
                digits=currency.decimal_places,
            ),
            hint=self.env._(
                "Correct the rounding of the currency under Accounting, Configuration, "
                "Currencies, then retry."
            ),
            details={"cause": f"currency_digits:{currency.name}"},
        )

    @api.model
    def _is_nothing(self, item: Item) -> BusinessRuleError:
        return BusinessRuleError(
            self.env._(
                "%(id)s is %(amount)s: nothing goes back.",
                id=item.external_id,
                amount=money_text(item.canonical["amount"]),
            ),
            hint=self.env._(
                "Look at it in the other system and at the mapping of the amount, then "
                "retry or skip this message."
            ),
            details={"cause": "amount_not_positive"},
        )

    @api.model
    def _payment_of(self, item: Item):
        """The payment it is about: account.payment or account.move; None: older than
        the books (:meth:`_does_without`).

        :raises BusinessRuleError: what its id stands for is no payment of the gateway
        """
        named = item.canonical["payment"]
        found = item.references.get((named["entity"], named["external_id"]))
        if found is None:
            return None
        model, res_id = found
        payment = self.env[model].browse(res_id)
        if payment.exists() and not (model == "account.move" and payment.is_invoice()):
            return payment
        raise BusinessRuleError(
            self.env._(
                "%(id)s is about the payment %(payment)s, which is no payment in Odoo: "
                "it was deleted, or received elsewhere.",
                id=item.external_id,
                payment=named["external_id"],
            ),
            hint=self.env._("Book by hand what is missing, then skip this message."),
            details={"cause": "payment_deleted"},
        )

    @api.model
    def _create(self, connector, new: list[tuple]) -> None:
        """Create a batch of rows, and find what they belong to."""
        if not new:
            return
        # sudo: core's own table.
        documents = self.env[self._record_model].sudo().with_context(**QUIET)
        records = documents.create([values for _item, values in new])
        for (item, _values), record in zip(new, records, strict=True):
            self._fill_item(item, record, "create")
            item.diff = self._difference(self.env[self._record_model], _values)
        self._after(connector, records)

    @api.model
    def _after(self, connector, records) -> None:
        """What follows for rows that are new, or changed.

        :param records: of :attr:`_record_model`, with system rights
        """
        records._meet_known(connector, {r.external_id: r for r in records})
        records._find_credit_notes()

    # === KNOWN === #

    @api.model
    def _state_values(self, item: Item) -> dict:
        """Values that a later message may change."""
        canonical = item.canonical
        return {
            "state": STATES[canonical["status"]],
            "failure_reason": canonical.get("failure_reason"),
        }

    @api.model
    def _follow(self, item: Item, refund) -> None:
        """Take over how far it is; its amount never changes.

        :raises BusinessRuleError: it is another amount than Odoo has
        """
        self._check_same(item, refund)
        before, values = refund.state, self._state_values(item)
        new_there = not refund.external_id
        values["external_id"] = item.external_id
        item.diff = self._difference(refund, values)
        self._fill_item(item, refund, "update" if item.diff else "none")
        if item.diff:
            refund.with_context(**QUIET).write(values)
            refund._state_changed(before)
        if new_there:
            self._after(refund.connector_id, refund)

    @api.model
    def _check_same(self, item: Item, record) -> None:
        money = item.canonical["amount"]
        currency = record.currency_id
        same = decimal_of(record.amount, currency) == Decimal(money["amount"])
        if same and currency.name == money["currency"]:
            return
        raise BusinessRuleError(
            self.env._(
                "%(id)s is %(there)s now, and %(here)s in Odoo.",
                id=item.external_id,
                there=money_text(money),
                here=f"{decimal_of(record.amount, currency)} {currency.name}",
            ),
            hint=self.env._(
                "Its amount should never change. Compare the two, then skip this "
                "message."
            ),
            details={"cause": f"{self._entity}_amount_changed"},
        )

    # === WORDS === #

    @api.model
    def _fill_item(self, item: Item, record, operation: str) -> None:
        item.model, item.res_id = record._name, record.id
        item.operation = operation
        item.document_name = record.display_name

    @api.model
    def _difference(self, record, values: dict) -> dict:
        """Field → [before, after] of what differs, as plain JSON values."""
        found = {}
        for name, value in values.items():
            before = record[name]
            if isinstance(before, models.BaseModel):
                before = before.id
            if (before or None) != (value or None) and name not in HIDDEN:
                found[name] = [_plain(before), _plain(value)]
        return found

    @api.model
    def _moment(self, instant: str | None):
        """A canonical instant as Odoo stores it: naive UTC, without fractions."""
        if not instant:
            return False
        return fields.Datetime.to_datetime(instant[:19].replace("T", " "))


# Ids say nothing to people.
HIDDEN = frozenset(
    {
        "connector_id",
        "company_id",
        "payment_model",
        "payment_res_id",
        "partner_id",
        "currency_id",
    }
)


def _plain(value):
    """A value of a field as JSON has it."""
    if not value:
        return None
    return value if isinstance(value, (str, int, float)) else str(value)
