# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime

from odoo import api, models

from odoo.addons.integration_core.engine import versions
from odoo.addons.integration_core.engine.errors import MappingError
from odoo.addons.integration_core.messages import Item

# Key of the canonical record → field, where the value is the same.
PLAIN = (
    "status",
    "description",
    "cancel_reason",
    "pause_invoices",
    "collection",
    "days_until_due",
)
INSTANTS = (
    "started_at",
    "ended_at",
    "trial_start",
    "trial_end",
    "period_start",
    "period_end",
    "cancel_at",
    "canceled_at",
    "resumes_at",
)


class IntegrationEntitySubscription(models.AbstractModel):
    """A subscription of another system, mirrored as it is there now.

    Nothing is booked and nothing is sent back. Its lines follow in
    ``entity_subscription_lines``, what people are told in
    ``entity_subscription_notes``. Rules of data owners cannot be about it: only the
    system can change what is agreed there.
    """

    _name = "integration.entity.subscription"
    _inherit = "integration.entity.mirrored"
    _description = "Entity: subscription"
    _entity = "subscription"
    _entity_label = "Subscription"
    _record_model = "integration.subscription"
    # Before invoices, which name their subscription.
    _rank = 35
    _optional_references = frozenset({"product", "price"})

    # === VALUES === #

    @api.model
    def _prepare(self, connector, items: list[Item]) -> None:
        """Override of `integration_core`: the currencies of the batch first."""
        codes = {i.canonical["currency"] for i in items if i.canonical.get("currency")}
        currencies = self.env["res.currency"].with_context(active_test=False)
        found = {c.name: c.id for c in currencies.search([("name", "in", list(codes))])}
        for item in items:
            code = item.canonical.get("currency")
            if code and code not in found:
                item.fail(self._currency_error(item, code))
        items = [item for item in items if item.open]
        ready = self.with_context(integration_currencies=found)
        return super(IntegrationEntitySubscription, ready)._prepare(connector, items)

    @api.model
    def _currency_error(self, item: Item, code: str) -> MappingError:
        return MappingError(
            self.env._(
                "Subscription %(id)s is in %(code)s, a currency that Odoo does not "
                "know.",
                id=item.external_id,
                code=code,
            ),
            hint=self.env._(
                "Create it under Accounting > Configuration > Currencies, then retry."
            ),
            path="currency",
            details={"cause": f"currency:{code}"},
        )

    @api.model
    def _values(self, item: Item) -> dict:
        """Override of `integration_core`."""
        record = item.canonical
        if "customer" not in record:  # deleted there
            return {"active": False}
        customer = record["customer"]
        key = (customer["entity"], customer["external_id"])
        values = {
            "active": True,
            "partner_id": item.references[key][1],
            "currency_id": self.env.context["integration_currencies"][
                record["currency"]
            ],
        }
        values |= {name: record[name] or False for name in PLAIN if name in record}
        if "days_until_due" in values:
            values["days_until_due"] = values["days_until_due"] or 0
        values |= {name: _moment(record[name]) for name in INSTANTS if name in record}
        if "cancel_at_period_end" in record:
            values["cancel_at_period_end"] = bool(record["cancel_at_period_end"])
        return values

    # === WRITE === #

    @api.model
    def _after(self, connector, items: list[Item], records: dict) -> None:
        """Override of `integration_core`: lines, invoices that were here first."""
        before = {
            row.id: (row.name, row._lines_a_month())
            for row in records.values()
            if row.line_ids
        }
        self._write_lines(items, records)
        self._link_invoices(connector, items, records)
        self._tell(connector, items, records, before)

    @api.model
    def _link_invoices(self, connector, items: list[Item], records: dict) -> None:
        """Invoices that named a subscription before it was known, and its newest."""
        by_ref = {item.external_id: records[item.res_id] for item in items}
        moves = self.env["account.move"].search(
            [
                ("integration_subscription_ref", "in", list(by_ref)),
                ("integration_subscription_id", "=", False),
                ("company_id", "=", connector.company_id.id),
            ]
        )
        newest = {
            item.canonical["latest_invoice"]: item.external_id
            for item in items
            if item.canonical.get("latest_invoice")
        }
        refs = self._of_connector(connector, moves, newest)
        pending = self.env["account.move"].browse(refs)
        for ref in {refs[m.id] for m in pending if not m.integration_subscription_id}:
            pending.filtered(
                lambda m, ref=ref: (
                    refs[m.id] == ref and not m.integration_subscription_id
                )
            ).write(
                {
                    "integration_subscription_ref": ref,
                    "integration_subscription_id": by_ref[ref].id,
                }
            )

    @api.model
    def _of_connector(self, connector, moves, newest: dict) -> dict:
        """Id of an invoice → id of its subscription there, of this connector's only.

        :param newest: id of an invoice there → id of its subscription
        """
        if not moves and not newest:
            return {}
        # sudo: core's own table.
        links = self.env["integration.external.id"].sudo()
        found = links.search(
            [
                ("connector_id", "=", connector.id),
                ("entity", "=", "invoice"),
                ("model", "=", "account.move"),
                "|",
                ("res_id", "in", moves.ids),
                ("external_id", "in", list(newest)),
            ]
        )
        own = {move.id: move.integration_subscription_ref for move in moves}
        return {
            link.res_id: own.get(link.res_id) or newest[link.external_id]
            for link in found
        }


def _moment(instant: str | None):
    """Canonical instant as Odoo keeps it: naive UTC, whole seconds; False for none."""
    if not instant:
        return False
    return datetime.fromisoformat(versions.from_iso(instant)[:-1]).replace(
        microsecond=0
    )
