# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine import mapping as engine_mapping
from ...engine.errors import IntegrationError, MappingError
from ...messages import Item

#: How many of the newest stored messages a condition is tried on.
SAMPLE = 500


class IntegrationFlow(models.Model):
    """What the condition of a flow lets through, told while it is typed."""

    _inherit = "integration.flow"

    record_model = fields.Char(compute="_compute_record_model")
    reach_text = fields.Char(
        compute="_compute_reach",
        string="Lets through",
        help="In: of the newest stored messages about this kind of object. Out: of the "
        "records that are in Odoo now.",
    )
    reach_problem = fields.Char(compute="_compute_reach")

    @api.depends("entity")
    def _compute_record_model(self):
        entities = self.env["integration.entity"]
        for flow in self:
            entity = entities._for(flow.entity) if flow.entity else None
            flow.record_model = entity._record_model if entity is not None else False

    @api.depends("entity", "direction", "connector_id", "filter", "domain")
    def _compute_reach(self):
        for flow in self:
            flow.reach_text = flow.reach_problem = False
            if not flow.entity or not flow.connector_id:
                continue
            try:
                outgoing = flow.direction == "out"
                flow.reach_text = flow._reach_out() if outgoing else flow._reach_in()
            except MappingError as error:
                flow.reach_problem = flow._filter_problem(error)
            except ValidationError as error:
                flow.reach_problem = str(error)

    @api.model
    def _filter_problem(self, error: MappingError) -> str:
        """A filter that cannot be used, as sentences for a person."""
        return self.env._(
            "This filter cannot be used: %(why)s. Write for example status == 'open', "
            "or livemode for what is to be true.",
            why=error.message,
        )

    # === IN === #

    def _reach_in(self) -> str:
        """What the filter does to the newest messages.

        :raises engine.errors.MappingError: it cannot be read, or not on this content
        """
        if not (self.filter or "").strip():
            return self.env._("Everything.")
        condition = engine_mapping.compile_condition(self.filter)
        passed = left = unseen = 0
        for record in self._stored_records():
            if record is None:
                unseen += 1
            elif condition(record):
                passed += 1
            else:
                left += 1
        if not passed + left:
            return self.env._("No message is stored yet that it could be tried on.")
        text = self.env._(
            "%(passed)s of the newest %(count)s messages; %(left)s are left out.",
            passed=passed,
            count=passed + left,
            left=left,
        )
        if unseen:
            more = self.env._(
                "%(count)s more say nothing without asking the system.", count=unseen
            )
            text = f"{text} {more}"
        return text

    def _stored_records(self):
        """The objects in the newest messages; None for one that must be read first."""
        # sudo: only their number is told, and the filter is the designer's own.
        connector = self.connector_id._origin.sudo()
        adapter, pipeline = connector._adapter(), connector.env["integration.pipeline"]
        connector.env.cr.execute(
            """
            SELECT id FROM integration_event
             WHERE connector_id = %s AND entity = %s AND direction = 'in'
               AND body IS NOT NULL AND state <> 'quarantine'
               AND source_type NOT LIKE 'page.%%'
             ORDER BY id DESC LIMIT %s
            """,
            (connector.id, self.entity, SAMPLE),
        )
        ids = [row[0] for row in connector.env.cr.fetchall()]
        for row in pipeline._rows(ids):
            item = Item(*row)
            try:
                item.body = pipeline._open_body(item)
                source = pipeline._source(connector, adapter, item, {})
            except IntegrationError:
                continue  # its key is gone, or nobody can read it
            if source is None:
                yield None
            elif not source.deleted:
                yield source.record

    # === OUT === #

    def _reach_out(self) -> str:
        """What the domain does to the records that are there.

        :raises ValidationError: it cannot be read
        """
        entity = self.env["integration.entity"]._for(self.entity)
        # sudo: only numbers are told, of the connector's own company.
        model = self.env[entity._record_model].sudo()
        model = model.with_context(active_test=False)
        domain = fields.Domain(entity._export_domain())
        if "company_id" in model._fields:
            companies = [False, *self.connector_id.company_id._origin.ids]
            domain &= fields.Domain("company_id", "in", companies)
        total = model.search_count(domain)
        count = model.search_count(domain & fields.Domain(self._out_domain()))
        return self.env._(
            "%(count)s of %(total)s records that count as %(entity)s.",
            count=count,
            total=total,
            entity=entity._label(),
        )
