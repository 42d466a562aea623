# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models

from ... import ledger
from ...movements import Movement


class IntegrationEntityBalanceTransaction(models.AbstractModel):
    """Keeps a row of each movement, and says what was done."""

    _inherit = "integration.entity.balance_transaction"

    # === ROWS === #

    @api.model
    def _write_rows(self, connector, movements: list[Movement]):
        """Fill the rows of what is taken in now: new ones in one statement.

        :return: integration.settlement.line records that were filled
        """
        lines = self.env["integration.settlement.line"].sudo()
        fresh = [movement for movement in movements if movement.fresh]
        new = [movement for movement in fresh if not movement.row]
        created = lines.create([self._row_values(connector, m) for m in new])
        for movement, row in zip(new, created, strict=True):
            movement.row = row
        for movement in fresh:
            if movement not in new:
                movement.row.write(self._row_values(connector, movement))
        self._update_known([m for m in movements if m.open and m.known])
        self._fulfil(fresh)
        # With the rights of the technical user: what follows are business records.
        return lines.with_env(self.env).browse([m.row.id for m in fresh])

    @api.model
    def _row_values(self, connector, movement: Movement) -> dict:
        record = movement.item.canonical
        payment = movement.payment
        values = {
            "connector_id": connector.id,
            "company_id": connector.company_id.id,
            "external_id": movement.external_id,
            "state": "opening" if movement.opening else "booked",
            "category": movement.category,
            # float at the last moment: that is what Odoo's fields take.
            "amount": float(movement.amount),
            "fee": float(movement.fee),
            "net": float(movement.net),
            "currency_id": movement.currency.id,
            "original_amount": float(movement.original),
            "original_currency_id": movement.original_currency.id,
            "exchange_rate": record.get("exchange_rate"),
            "fees": [
                {
                    "kind": part.kind,
                    "amount": str(part.amount),
                    "description": part.description,
                }
                for part in movement.fees
            ],
            "occurred_at": _naive(record["occurred_at"]),
            "date": movement.day,
            "available_on": record.get("available_on"),
            "description": record.get("description"),
            "source": record.get("source"),
            "payout_ref": (record.get("payout") or {}).get("external_id"),
            "move_id": movement.move.id if movement.move else False,
            "partner_id": movement.partner.id if movement.partner else False,
            "payment_model": payment._name if payment else False,
            "payment_res_id": payment.id if payment else False,
        }
        return values | self._links(movement)

    @api.model
    def _links(self, movement: Movement) -> dict:
        """Refund and dispute it is about, where they are here."""
        return {
            f"{name}_id": found[1]
            for name in ("refund", "dispute")
            if (found := movement.reference(name))
        }

    @api.model
    def _update_known(self, movements: list[Movement]) -> None:
        """What may change about a movement: when its money may be paid out, texts."""
        for movement in movements:
            record = movement.item.canonical
            day = fields.Date.to_date(record.get("available_on"))
            values = {
                "available_on": day or movement.row.available_on,
                "description": record.get("description") or movement.row.description,
            }
            if any(movement.row[name] != value for name, value in values.items()):
                movement.row.write(values)

    @api.model
    def _fulfil(self, movements: list[Movement]) -> None:
        """Say what the claimed effects have made."""
        if movements:
            self.env["integration.effect"]._fulfil(
                [
                    {
                        "key": movement.effect_key,
                        "model": movement.row._name,
                        "res_id": movement.row.id,
                    }
                    for movement in movements
                ]
            )

    # === WHAT IS SAID === #

    @api.model
    def _finish(self, movements: list[Movement]) -> None:
        """Fill the items."""
        for movement in movements:
            item = movement.item
            if not item.open:
                continue
            item.model, item.res_id = movement.row._name, movement.row.id
            item.document_name = self._title(movement)
            item.notes += movement.notes
            if movement.known:
                item.operation = "none"
            elif movement.move:
                item.operation = "post"
                item.diff["ledger"] = ledger.of(movement.move)
            else:
                item.operation = "create"
                item.notes.append(self._why_no_entry(movement))

    @api.model
    def _why_no_entry(self, movement: Movement) -> str:
        if movement.opening:
            return self.env._(
                "Older than the start date: part of the opening balance, no entry."
            )
        if movement.payment:
            return self.env._(
                "%(payment)s has booked it, and there is no fee.",
                payment=movement.payment.display_name,
            )
        return self.env._("Nothing moved: there is no entry.")

    # === COMPARE ONLY === #

    @api.model
    def _describe_plan(self, movement: Movement) -> None:
        """What would be booked, as a ledger of planned lines."""
        item = movement.item
        item.document_name = self._title(movement)
        if movement.known:
            item.operation = "none"
            item.model, item.res_id = movement.row._name, movement.row.id
            return
        item.notes += movement.notes
        item.operation = "post" if movement.legs else "create"
        if not movement.legs:
            item.notes.append(self._why_no_entry(movement))
            return
        item.diff["ledger"] = ledger.table(
            ledger.Entry(
                leg.account,
                leg.label,
                movement.partner or self.env["res.partner"],
                leg.amount,
                leg.currency,
            )
            for leg in movement.legs
        )


def _naive(instant: str):
    """A canonical instant as Odoo stores it: naive UTC."""
    return fields.Datetime.to_datetime(instant[:19].replace("T", " "))
