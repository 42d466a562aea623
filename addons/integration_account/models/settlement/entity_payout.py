# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from odoo import api, fields, models

from odoo.addons.integration_core.engine.errors import (
    BusinessRuleError,
    IntegrationError,
)
from odoo.addons.integration_core.messages import Item

from ...payments import fits, money_text
from .settlement import QUIET

# Said by the gateway and taken over as it is.
PLAIN = ("reference", "descriptor", "failure_reason")
# Transactions that a note names.
MOST_NAMED = 10


class IntegrationEntityPayout(models.AbstractModel):
    """A payout: which balance transactions the money in the bank is made of.

    Nothing is booked here. The movements it names are noted as expected, those that
    are not here yet are read, and what is complete is tied out
    (`integration.settlement`).
    """

    _name = "integration.entity.payout"
    _inherit = "integration.entity"
    _description = "Entity: payout"
    _entity = "payout"
    _entity_label = "Payout"
    _record_model = "integration.settlement"
    # Before its balance transactions, which refer to it.
    _rank = 65

    @api.model
    def _document_amount(self, canonical: dict) -> dict | None:
        """Override of `integration.entity`: what goes to the bank."""
        return canonical.get("amount")

    @api.model
    def _apply(self, connector, items: list[Item]) -> None:
        """Override of `integration.entity`: note what was paid out, and tie it out."""
        known = self._prepare(connector, items)
        items = [item for item in items if item.open]
        self._claim_lines(connector, items)
        items = [item for item in items if item.open]
        payouts = self._put(connector, items, known)
        self._expect(connector, items, payouts)
        found = self.env["integration.settlement"].concat(*payouts.values())
        failed = {
            item.res_id
            for item in items
            if item.vals["state"] == "failed" and "state" in item.diff
        }
        found._meet_here()
        found._adopt_movements()
        found._tie()
        found._match_bank()
        found.filtered(lambda p: p.id in failed)._tell_failures()
        found.filtered(lambda p: p.complete and p._lacks())._enqueue_reading()

    @api.model
    def _preview(self, connector, items: list[Item]) -> None:
        """Override of `integration.entity`: what would change, nothing written."""
        known = self._prepare(connector, items)
        for item in items:
            if item.open:
                payout = known.get(item.external_id)
                self._describe(item, payout)
                item.res_id = payout.id if payout else 0
                item.skip("shadow")

    # === VALUES === #

    @api.model
    def _prepare(self, connector, items: list[Item]) -> dict:
        """Values of each item; the payouts that are here, by their id there."""
        for item in items:
            if item.source.deleted:
                item.skip("no_change", self.env._("Deleted there; it stays in Odoo."))
                continue
            try:
                item.vals = self._values(connector, item)
            except IntegrationError as error:
                item.fail(error)
        ids = [item.external_id for item in items if item.open]
        found = (
            self.env["integration.settlement"]
            .sudo()
            .search(
                [
                    ("connector_id", "in", connector._of_same_account().ids),
                    ("external_id", "in", ids),
                ]
            )
        )
        # Back to the rights of the work: what is reconciled are business records.
        return {payout.external_id: payout.with_env(self.env) for payout in found}

    @api.model
    def _values(self, connector, item: Item) -> dict:
        """Odoo field → value of one payout.

        :raises IntegrationError: currency not active, or its amount does not fit
        """
        record = item.canonical
        currency = self.env["integration.entity.payment"]._currency(
            record["amount"]["currency"]
        )
        amount = Decimal(record["amount"]["amount"])
        if not fits(amount, currency):
            raise self._does_not_fit(item, currency)
        date = connector._document_date(record["created_at"])
        values = {
            "name": record.get("reference") or item.external_id,
            # float at the last moment: that is what a field of Odoo takes.
            "amount": float(amount),
            "currency_id": currency.id,
            "amount_company": currency._convert(
                float(amount),
                connector.company_id.currency_id,
                connector.company_id,
                date,
            ),
            "state": record["status"],
            "date": date,
            "arrival_date": fields.Date.to_date(record.get("arrival_date")) or False,
            "automatic": bool(record.get("automatic")),
            "method": record.get("method") or "standard",
            "complete": bool(record.get("complete")),
        }
        values |= {name: record.get(name) or False for name in PLAIN}
        return values | self._custom_values(record)

    @api.model
    def _custom_values(self, record: dict) -> dict:
        """Further fields of the payout that a mapping fills; text and numbers only."""
        known = self.env["integration.settlement"]._fields
        return {
            name: value
            for name, value in (record.get("custom") or {}).items()
            if name.startswith("x_") and name in known and known[name].store
        }

    @api.model
    def _does_not_fit(self, item: Item, currency) -> BusinessRuleError:
        return BusinessRuleError(
            self.env._(
                "Payout %(id)s is %(amount)s, and %(currency)s has %(digits)s decimal "
                "places in Odoo.",
                id=item.external_id,
                amount=money_text(item.canonical["amount"]),
                currency=currency.name,
                digits=currency.decimal_places,
            ),
            hint=self.env._(
                "Correct the rounding of the currency under Accounting, "
                "Configuration, Currencies, then retry."
            ),
            details={"cause": f"currency_digits:{currency.name}"},
        )

    # === WRITING === #

    @api.model
    def _put(self, connector, items: list[Item], known: dict) -> dict:
        """Create what is new in one statement, write what differs.

        :return: external id → payout, in the environment of the work
        """
        fresh = {}
        for item in items:
            payout = known.get(item.external_id)
            self._describe(item, payout)
            if payout is None:
                fresh[item.external_id] = item
            elif changes := self._changes(item, payout):
                payout.sudo().with_context(**QUIET).write(changes)
        model = self.env["integration.settlement"].sudo().with_context(**QUIET)
        created = model.create(
            [
                dict(
                    item.vals,
                    external_id=name,
                    connector_id=connector.id,
                    company_id=connector.company_id.id,
                )
                for name, item in fresh.items()
            ]
        )
        found = {payout.external_id: payout.with_env(self.env) for payout in created}
        found = known | found
        for item in items:
            item.res_id = found[item.external_id].id
        return {item.external_id: found[item.external_id] for item in items}

    @api.model
    def _changes(self, item: Item, payout) -> dict:
        """What the message says that the row does not, in the form of `write`."""
        model = payout._fields
        return {
            name: value
            for name, value in item.vals.items()
            if model[name].convert_to_write(payout[name], payout) != value
            and name != "amount_company"
        }

    @api.model
    def _describe(self, item: Item, payout) -> None:
        """Model, operation and difference of one item, for log and preview."""
        item.model, item.document_name = self._record_model, item.vals["name"]
        if payout is None:
            item.operation = "create"
            item.diff = {
                name: [None, self._human(name, value)]
                for name, value in item.vals.items()
                if value not in (False, None, "") and name != "amount_company"
            }
            return
        changes = self._changes(item, payout)
        item.operation = "update" if changes else "none"
        item.diff = {
            name: [
                self._human(
                    name, payout._fields[name].convert_to_write(payout[name], payout)
                ),
                self._human(name, value),
            ]
            for name, value in changes.items()
        }

    @api.model
    def _human(self, name: str, value):
        """A value as people read it."""
        if name == "currency_id":
            return self.env["res.currency"].browse(value).name
        field = self.env["integration.settlement"]._fields[name]
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value)
        if field.type == "date":
            return value.isoformat() if value else None
        return value if field.type == "boolean" else value or None

    # === ITS TRANSACTIONS === #

    @api.model
    def _claim_lines(self, connector, items: list[Item]) -> None:
        """Refuse a payout that names what another one was paid out with.

        What a payout by hand took is no such claim: nobody said so.
        """
        names: dict = {}
        for item in items:
            for name in _transactions(item):
                other = names.setdefault(name, item)
                if other is not item and item.open:
                    item.fail(self._in_two(item, name, other.external_id))
        rows = self.env["integration.settlement.line"]._rows_of(connector, names)
        let_go = self._unnamed(connector, items)
        for name, row in rows.items():
            if row in let_go:
                continue
            other, item = row.settlement_id, names[name]
            if other and other.external_id != item.external_id and item.open:
                item.fail(self._in_two(item, name, other.external_id))

    @api.model
    def _in_two(self, item: Item, name: str, other: str) -> BusinessRuleError:
        return BusinessRuleError(
            self.env._(
                "Payout %(id)s names the transaction %(transaction)s, which was paid "
                "out with %(other)s already.",
                id=item.external_id,
                transaction=name,
                other=other,
            ),
            hint=self.env._(
                "Compare the two payouts in the other system. A transaction is paid "
                "out once; retry when its lists are right."
            ),
            details={"cause": "transaction_of_other_payout"},
        )

    @api.model
    def _unnamed(self, connector, items: list[Item]):
        """Transactions that the list of a payout named before and names no more.

        Its own movement stays with it, whatever the list says.

        :return: integration.settlement.line records with system rights
        """
        lists = {item.external_id: set(_transactions(item)) for item in items}
        told = [payout for payout, names in lists.items() if names]
        rows = self.env["integration.settlement.line"].sudo()
        rows = rows.search(
            [
                ("connector_id", "in", connector._of_same_account().ids),
                ("settlement_id.external_id", "in", told),
            ]
        )
        return rows.filtered(
            lambda row: (
                row.external_id not in lists[row.settlement_id.external_id]
                and row.payout_id != row.settlement_id
            )
        )

    @api.model
    def _let_go(self, connector, items: list[Item]) -> None:
        """A list that was wrong is right by now: what it named too much is free again.

        What was never read is not there at all; else it would be waited for for ever.
        """
        rows = self._unnamed(connector, items)
        by_payout = rows.grouped(lambda row: row.settlement_id.external_id)
        for item in items:
            if some := by_payout.get(item.external_id):
                item.notes.append(
                    self.env._(
                        "No longer in its list: %(names)s",
                        names=", ".join(
                            sorted(some.mapped("external_id"))[:MOST_NAMED]
                        ),
                    )
                )
        unread = rows.filtered(lambda row: row.state == "expected")
        (rows - unread).write({"settlement_id": False})
        unread.unlink()

    @api.model
    def _expect(self, connector, items: list[Item], payouts: dict) -> None:
        """Link the transactions that are here; note the others as expected."""
        self._let_go(connector, items)
        wanted = {
            name: payouts[item.external_id].id
            for item in items
            for name in _transactions(item)
        }
        if not wanted:
            return
        lines = self.env["integration.settlement.line"].sudo()
        rows = lines._rows_of(connector, wanted)
        for payout_id in dict.fromkeys(wanted.values()):
            ids = [
                row.id
                for name, row in rows.items()
                if wanted[name] == payout_id and row.settlement_id.id != payout_id
            ]
            lines.browse(ids).write({"settlement_id": payout_id})
        lines.create(
            [
                {
                    "connector_id": connector.id,
                    "company_id": connector.company_id.id,
                    "external_id": name,
                    "settlement_id": payout_id,
                    "state": "expected",
                }
                for name, payout_id in wanted.items()
                if name not in rows
            ]
        )


def _transactions(item: Item) -> list[str]:
    """Ids of the balance transactions a payout is made of, where they are known."""
    record = item.canonical
    if not (record.get("automatic") and record.get("complete")):
        return []
    return list(dict.fromkeys(record.get("transactions") or []))
