# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from odoo import api, models

from odoo.addons.integration_core.messages import Item

from .. import amounts
from .entity_subscription import _moment


class IntegrationEntitySubscription(models.AbstractModel):
    """Lines: what is there is kept, what is new is added, what is gone goes."""

    _inherit = "integration.entity.subscription"

    @api.model
    def _write_lines(self, items: list[Item], records: dict) -> None:
        """Bring the lines of a batch to what the messages say."""
        new, gone = [], self.env["integration.subscription.line"]
        for item in items:
            if "lines" not in item.canonical:  # deleted there
                continue
            record = records[item.res_id]
            before = self._lines_text(record.line_ids)
            known = {line.external_id: line for line in record.line_ids}
            for number, line in enumerate(item.canonical["lines"], 1):
                values = dict(self._line_values(item, record, line), sequence=number)
                found = known.pop(line["external_id"], None)
                if found is None:
                    new.append(dict(values, external_id=line["external_id"]))
                else:
                    self._write_line(found, values)
            for line in known.values():
                gone |= line
            item.diff["line_ids"] = [before, None]
        gone.unlink()
        self.env["integration.subscription.line"].create(new)
        for item in items:
            if "line_ids" in item.diff:
                self._note_lines(item, records[item.res_id])

    @api.model
    def _note_lines(self, item: Item, record) -> None:
        """Before and after in the log, where there is a difference."""
        before = item.diff.pop("line_ids")[0]
        after = self._lines_text(record.line_ids.sorted("sequence"))
        if before == after:
            return
        item.diff["line_ids"] = [before, after]
        if item.operation == "none":
            item.operation = "update"

    @api.model
    def _lines_text(self, lines) -> str | None:
        said = [
            f"{line.label or line.external_id}, {line.price_label}" for line in lines
        ]
        return "; ".join(said) or None

    @api.model
    def _line_values(self, item: Item, record, line: dict) -> dict:
        """Odoo values of one canonical line."""
        price = (line.get("unit_price") or {}).get("amount")
        metered = bool(line.get("metered"))
        quantity = None if metered else line.get("quantity")
        places = record.currency_id.decimal_places
        amount = amounts.of_period(quantity, price, places)
        return {
            "subscription_id": record.id,
            "product_id": self._referred(item, line.get("product")),
            "price_id": self._referred(item, line.get("price")),
            "description": line.get("description")
            or (line.get("price") or {}).get("external_id")
            or False,
            "quantity": float(round(Decimal(quantity or 0), 2)),
            "unit_price": price or False,
            "amount": float(amount),
            "interval": line.get("interval") or False,
            "interval_count": line.get("interval_count") or 1,
            "metered": metered,
            "period_start": _moment(line.get("period_start")),
            "period_end": _moment(line.get("period_end")),
        }

    @api.model
    def _referred(self, item: Item, reference: dict | None):
        """Id of the record a reference stands for; False where no flow brings it."""
        if not reference:
            return False
        key = (reference["entity"], reference["external_id"])
        return item.references.get(key, (None, False))[1]

    @api.model
    def _write_line(self, line, values: dict) -> None:
        changes = {
            name: value
            for name, value in values.items()
            if self._now(line, name) != value
        }
        if changes:
            line.write(changes)
