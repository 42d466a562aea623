# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import re

from odoo import api, models

from odoo.addons.integration_core.engine.errors import MappingError
from odoo.addons.integration_core.messages import Item

# What is kept of a tax rate, for people and for proposals.
SEEN = (
    "name",
    "percentage",
    "inclusive",
    "country",
    "region",
    "jurisdiction",
    "kind",
    "active",
)


class IntegrationEntityTaxRate(models.AbstractModel):
    """A tax as the other system knows it. Nothing is ever created for it.

    Which tax of Odoo it is, a person decides in the value map of the system; the
    messages only put it there and say who waits for it. Its linked record is an alias,
    because several tax rates of the system may stand for one tax.
    """

    _name = "integration.entity.tax_rate"
    _inherit = "integration.entity"
    _description = "Entity: tax rate"
    _entity = "tax_rate"
    _entity_label = "Tax rate"
    _record_model = "account.tax"
    _rank = 5

    @api.model
    def _apply(self, connector, items: list[Item]) -> None:
        """Override of `integration.entity`: note what it is, check what it stands for.

        :raises engine.errors.MappingError: the system has no value map for tax rates
        """
        for item, line in self._decided(connector, items):
            item.model, item.res_id = line.model, line.res_id
            item.document_name = line.record_name
            item.operation = "none" if item.link else "link"
            item.alias = True

    @api.model
    def _preview(self, connector, items: list[Item]) -> None:
        """Override of `integration.entity`.

        An unmapped tax rate is for a person here as well: mapping it writes nothing,
        and invoices can only be compared once it is done.
        """
        for item, line in self._decided(connector, items):
            item.model, item.res_id = line.model, line.res_id
            item.document_name = line.record_name
            item.operation = "none"
            item.skip("shadow")

    @api.model
    def _decided(self, connector, items: list[Item]) -> list[tuple]:
        """The items that stand for a usable tax, each with its line of the value map.

        The others are settled: for a person, or nothing to do.
        """
        value_map = self._map(connector)
        items = [item for item in items if not self._is_gone(item)]
        lines = value_map._note_values(
            connector.company_id,
            {i.external_id: (self._words(i.canonical), self._seen(i)) for i in items},
        )
        usable = self._usable(lines)
        needed = self._needed(connector, lines)
        found = []
        for item in items:
            line = lines[item.external_id]
            if item.external_id not in usable:
                self._undecided(item, line, item.external_id in needed)
            elif objection := line._objection(line.res_id):
                item.fail(self._error(line, objection))
            else:
                found.append((item, line))
        return found

    @api.model
    def _map(self, connector):
        value_map = self.env["integration.value.map"]._map_of(connector, self._entity)
        if not value_map:
            raise MappingError(
                self.env._("This system has no value map for tax rates."),
                hint=self.env._(
                    "Add one under Design, Value Maps: entity tax_rate, model "
                    "account.tax. Then retry."
                ),
            )
        return value_map

    @api.model
    def _is_gone(self, item: Item) -> bool:
        """A tax rate the system deleted: documents of the past still need it."""
        if item.source.deleted:
            item.operation = "none"
        return item.source.deleted

    @api.model
    def _usable(self, lines: dict) -> set:
        """Values whose tax is there and not archived."""
        known = self.env["integration.value.map.line"].sudo()
        in_force = known.browse([line.id for line in lines.values()])._in_force()
        return set(in_force.mapped("external_value"))

    @api.model
    def _needed(self, connector, lines: dict) -> set:
        """Values that messages wait for."""
        names = [f"{self._entity}:{value}" for value in lines]
        self.env["integration.event"].flush_model(["state", "waiting_for"])
        self.env.cr.execute(
            """
            SELECT DISTINCT waiting_for FROM integration_event
             WHERE connector_id = %s AND state = 'waiting' AND waiting_for = ANY(%s)
            """,
            (connector.id, names),
        )
        return {row[0].split(":", 1)[1] for row in self.env.cr.fetchall()}

    @api.model
    def _undecided(self, item: Item, line, needed: bool) -> None:
        """Nobody said which tax it is, or that tax is archived or deleted.

        One the system no longer uses is left alone until a document asks for it.
        """
        if item.canonical.get("active") is False and not needed:
            item.operation = "none"
            return
        if line.res_id:
            what = self.env._(
                "it stands for %(tax)s, which is archived or deleted in Odoo",
                tax=line.record_name,
            )
        else:
            what = self.env._("it has no tax in Odoo yet")
        item.fail(self._error(line, what))

    @api.model
    def _error(self, line, what: str) -> MappingError:
        return MappingError(
            self.env._(
                "The tax “%(name)s” (%(id)s): %(what)s.",
                name=line.note,
                id=line.external_value,
                what=what,
            ),
            hint=self.env._(
                "Press Map now and choose the tax. What waits for it goes on by itself."
            ),
            details={"value_map": line.map_id.code, "value": line.external_value},
        )

    # === WORDS === #

    @api.model
    def _seen(self, item: Item) -> dict:
        return {
            key: item.canonical[key]
            for key in SEEN
            if item.canonical.get(key) is not None
        }

    @api.model
    def _words(self, record: dict) -> str:
        """What it is, for people: “VAT 19 %, DE, not included”."""
        name = record.get("name") or self.env._("Tax")
        percentage = record.get("percentage")
        if percentage is not None:
            plain = plain_number(percentage)
            if plain not in re.findall(r"[\d.]+", name):
                name = f"{name} {plain} %"
        parts = [name, *(record[k] for k in ("country", "region") if record.get(k))]
        if "inclusive" in record:
            parts.append(
                self.env._("included in prices")
                if record["inclusive"]
                else self.env._("not included")
            )
        return ", ".join(parts)


def plain_number(text: str) -> str:
    """A decimal number without zeros at its end: 19.00 → 19."""
    return text.rstrip("0").rstrip(".") if "." in text else text
