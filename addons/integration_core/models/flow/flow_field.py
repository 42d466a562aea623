# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import AccessError


class IntegrationFlowField(models.Model):
    """One part of the common format that an outgoing flow may send, or not.

    Only what the mapping reads and this list allows leaves Odoo.
    """

    _name = "integration.flow.field"
    _description = "What Leaves Odoo"
    _order = "flow_id, id"
    _rec_name = "name"

    flow_id = fields.Many2one(
        "integration.flow", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="flow_id.company_id", store=True, index=True)
    name = fields.Char(required=True, readonly=True, string="Field")
    meaning = fields.Char(compute="_compute_meaning")
    odoo_fields = fields.Char(
        compute="_compute_meaning", string="In Odoo", help="What it is made of."
    )
    in_mapping = fields.Boolean(
        compute="_compute_in_mapping",
        string="In the mapping",
        help="Whether the mapping of the flow makes something of it at all.",
    )
    send = fields.Boolean(
        string="May leave",
        help="Not ticked: it stays in Odoo, whatever the mapping says.",
    )

    _name_uniq = models.UniqueIndex("(flow_id, name)", "This field is listed already.")

    @api.depends("name", "flow_id.entity")
    def _compute_meaning(self):
        entities = self.env["integration.entity"]
        schemas = self.env["integration.schema"]
        for line in self:
            entity = entities._for(line.flow_id.entity)
            model = self.env[entity._record_model]
            names = sorted(entity._export_keys().get(line.name, ()))
            line.odoo_fields = ", ".join(_labels(model, names))
            document = schemas._live_document(line.flow_id.entity) or {}
            spec = document.get("properties", {}).get(line.name, {})
            line.meaning = spec.get("description", "")

    @api.depends("name", "flow_id.mapping_id")
    def _compute_in_mapping(self):
        for flow, lines in self.grouped("flow_id").items():
            sources = flow.mapping_id.sudo().line_ids.mapped("source")
            for line in lines:
                line.in_mapping = any(
                    _names(source or "", line.name) for source in sources
                )

    def write(self, vals):
        # Another name or flow would let something else leave.
        if not self.env.su and set(vals) - {"send"}:
            raise AccessError(self.env._("Only tick or untick what may leave Odoo."))
        if "send" in vals and not self.env.su:
            # To send less is always possible; more is what an approval covers.
            if vals["send"]:
                self.flow_id._check_governed()
            self._log_change(vals["send"])
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def _log_change(self, send: bool) -> None:
        for line in self.filtered(lambda x: x.send != send):
            text = (
                self.env._("%(flow)s: %(field)s may leave Odoo")
                if send
                else self.env._("%(flow)s: %(field)s stays in Odoo")
            )
            line.flow_id.connector_id._log(
                "configure",
                text % {"flow": line.flow_id.display_name, "field": line.name},
                diff={line.name: [line.send, send]},
                actor_id=self.env.uid,
            )


class IntegrationFlow(models.Model):
    """What of a record an outgoing flow lets out."""

    _inherit = "integration.flow"

    leaving_ids = fields.One2many(
        "integration.flow.field", "flow_id", string="What leaves Odoo", copy=False
    )

    @api.model_create_multi
    def create(self, vals_list):
        flows = super().create(vals_list)
        flows._list_fields()
        return flows

    def _list_fields(self) -> None:
        """List what the flows could send; what is withheld by nature is not ticked."""
        rows = []
        for flow in self.filtered(lambda f: f.direction == "out"):
            entity = self.env["integration.entity"]._for(flow.entity)
            listed = set(flow.leaving_ids.mapped("name"))
            withheld = entity._export_withheld()
            rows += [
                {"flow_id": flow.id, "name": key, "send": key not in withheld}
                for key in entity._export_keys()
                if key not in listed
            ]
        self.env["integration.flow.field"].sudo().create(rows)

    def _withheld_keys(self) -> frozenset:
        """Override: as the list says; what is not listed, as the entity says."""
        lines = {line.name: line.send for line in self.sudo().leaving_ids}
        usual = super()._withheld_keys()
        return frozenset({key for key in usual if key not in lines}).union(
            name for name, send in lines.items() if not send
        )

    def _live_content(self) -> dict:
        """Override: a second person agrees to what leaves Odoo as well."""
        content = super()._live_content()
        if self.direction == "out":
            content["withheld"] = sorted(self._withheld_keys())
            content["deletions"] = self.send_deletions
        return content


class IntegrationConnector(models.Model):
    """What an approval of a connector covers of its outgoing flows."""

    _inherit = "integration.connector"

    def _governed_content(self) -> dict:
        """Override of `integration.connector` to add what leaves Odoo."""
        content = super()._governed_content()
        outgoing = self.flow_ids.filtered(lambda f: f.direction == "out")
        if outgoing:
            content["leaving"] = sorted(
                [f.entity, sorted(f._withheld_keys()), f.send_deletions]
                for f in outgoing
            )
        return content


def _labels(model, names: list[str]) -> list[str]:
    """Names of fields for people; fields of parts are named by the part alone."""
    heads = dict.fromkeys(name.partition(".")[0] for name in names)
    return [model._fields[head]._description_string(model.env) for head in heads]


def _names(source: str, key: str) -> bool:
    """Whether an expression begins a path with this key."""
    words = source.replace("root.", "").replace("(", " ").replace("|", " ")
    words = words.replace("[", " [").replace(".", " .").replace(",", " ")
    return key in words.split()
