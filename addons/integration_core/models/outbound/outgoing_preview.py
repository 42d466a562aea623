# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from ...const import SKIP_LABELS
from ...messages import Outgoing
from .outbound import lane_of
from .outgoing_content import shown


class IntegrationOutgoing(models.AbstractModel):
    """What would be sent of a record, on the real path and without a trace."""

    _inherit = "integration.outgoing"

    @api.model
    def _preview(self, flow, res_ids, mapping=None) -> list[dict]:
        """Prepare records as if they had just changed; nothing is sent or written.

        :param flow: `integration.flow` that goes out, in any mode; saved
        :param mapping: `integration.mapping` instead of the flow's own
        :return: a dict a record: res_id, document_name, outcome (create, update,
            nothing, problem), message, external_id, canonical, record, and keys: a list
            of {key, value, why}, why being sent, same, withheld, owned, empty or
            unmapped
        """
        flow_id, mapping_id = flow.id, mapping.id if mapping else None

        def run(env):
            own = env["integration.flow"].browse(flow_id).sudo()
            used = own.env["integration.mapping"].browse(mapping_id) or own.mapping_id
            return own.env["integration.outgoing"]._tried(own, used, res_ids)

        return self.env["integration.dry.run"]._simulate(run)

    @api.model
    def _tried(self, flow, mapping, res_ids) -> list[dict]:
        connector = flow.connector_id
        model = self.env["integration.entity"]._for(flow.entity)
        plan = flow._out_plan(mapping)._replace(mode="live")
        items = [
            Outgoing(
                event_id=0,
                uuid="",
                entity=flow.entity,
                event_type=model._export_event_type(),
                lane=lane_of(flow.entity, model._record_model, res_id),
                kind="effect",
                model=model._record_model,
                res_id=res_id,
            )
            for res_id in res_ids
        ]
        self._prepare(connector, items, {flow.entity: plan})
        return [self._as_preview(model, item) for item in items]

    @api.model
    def _as_preview(self, model, item: Outgoing) -> dict:
        if item.open:
            outcome = "create" if item.creates else "update"
        else:
            outcome = "problem" if item.error else "nothing"
        return {
            "res_id": item.res_id,
            "document_name": item.document_name,
            "outcome": outcome,
            "message": self._preview_message(item),
            "external_id": item.external_id,
            "canonical": item.canonical,
            "record": item.record,
            "keys": [
                {
                    "key": key,
                    "value": shown(item.canonical.get(key)),
                    "why": self._why(item, key),
                }
                for key in self._keys_of(model, item)
                if key in item.canonical
            ],
        }

    @api.model
    def _preview_message(self, item: Outgoing) -> str:
        if item.error:
            return " ".join(filter(None, [str(item.error), item.error.hint]))
        if item.outcome == "skip":
            return SKIP_LABELS[item.reason]
        if item.outcome:
            return self.env._("This flow does not send this record.")
        return ""

    @api.model
    def _why(self, item: Outgoing, key: str) -> str:
        """Why a key is sent or is not."""
        if key in item.keys:
            return "sent"
        if key in item.flow.withheld:
            return "withheld"
        if key not in item.allowed:
            return "owned"
        if not self._mapped_keys(item, [key]):
            return "unmapped"
        return "empty" if item.creates else "same"
