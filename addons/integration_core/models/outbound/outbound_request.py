# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import date

from odoo import api, models
from odoo.exceptions import UserError

from ...engine import strict_json


class IntegrationOutbound(models.AbstractModel):
    """Messages that no change of a record makes: facts and requests."""

    _inherit = "integration.outbound"

    @api.model
    def _referenced(self, item) -> tuple[str, int] | None:
        """(model, id) of the Odoo record that a peer's object says it stands for.

        :param item: `messages.Item`; None where the object says nothing, or names a
            record of another database or one that is gone
        """
        named = self._named(item)
        if named is None:
            return None
        model, res_id = named
        # sudo: only whether it exists.
        found = self.env[model].sudo().browse(res_id).exists()
        return (model, found.id) if found else None

    @api.model
    def _named(self, item) -> tuple[str, int] | None:
        """(model, id) in the mark of a write of this very database, or None.

        A copy of the database, or another one, leaves marks that are not ours. Nothing
        says yet that the record still exists.
        """
        reference = item.source.reference if item.source else ""
        database, _colon, rest = (reference or "").partition(":")
        model, _colon, res_id = rest.partition(":")
        ours = database == self._database() and model in self.env
        return (model, int(res_id)) if ours and res_id.isdecimal() else None

    @api.model
    def _fact(self, records, entity: str, event_type: str) -> None:
        """Something that happened to records and is sent each time: never left out for
        a newer message, and in order.

        :param event_type: canonical dotted name, ``order.confirmed``
        """
        self._append(
            [
                dict(
                    self._row(wanted, records._name, id_),
                    event_type=event_type,
                    kind="effect",
                )
                for wanted in self._subscriptions().get(records._name, ())
                if wanted.entity == entity and wanted.main
                for id_ in self._foreign(records._name, records._ids, wanted)
            ]
        )

    @api.model
    def _sends_deletion(self, link) -> bool:
        """Whether deleting the record of a link in Odoo deletes its object there.

        A live flow says so, and the other system does not own the end of the record. A
        part of an object, such as an address, just goes with the next message.
        """
        connector = link.connector_id.sudo()
        plan = connector._out_plans().get(link.entity)
        if plan is None or plan.mode != "live":
            return False
        if link.role:
            return True
        may = self.env["integration.ownership"]._may_send(
            connector, link.entity, ["active"], "archive"
        )
        return plan.deletions and "active" in may

    @api.model
    def _request_change(self, link, values: dict, causation=None):
        """Ask the owner of a record to change it: exactly these fields are sent.

        Odoo is not changed: it follows when the peer's message says so.

        :param link: `integration.external.id` of the object
        :param values: Odoo field → value it should have
        :return: the `integration.event` that goes out
        :raises UserError: no live flow of the connector sends the entity
        """
        connector = link.connector_id.sudo()
        plan = connector._out_plans().get(link.entity)
        entity = self.env["integration.entity"]._for(link.entity)
        if plan is None or plan.mode != "live" or entity is None:
            raise UserError(
                self.env._(
                    "No live flow of %(connector)s sends this kind of record.",
                    connector=connector.name,
                )
            )
        unknown = set(values) - entity._export_fields()
        if unknown:
            raise UserError(
                self.env._(
                    "These fields are not sent to %(connector)s: %(fields)s.",
                    connector=connector.name,
                    fields=", ".join(sorted(unknown)),
                )
            )
        body = strict_json.dumps({"request": _plain(values)}).encode()
        row = self._row_of(connector, link.entity, link.model, link.res_id)
        ids = self._append(
            [
                dict(
                    row,
                    kind="effect",
                    changed=sorted(values),
                    external_id=link.external_id,
                    causation_id=causation.id if causation else None,
                    body=body,
                )
            ]
        )
        return self.env["integration.event"].browse(ids)


def _plain(values: dict) -> dict:
    """Values of fields as JSON has them."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }
