# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models

from ...const import ATTENTION_STATES


class IntegrationValueMapLine(models.Model):
    """What follows when a person says which record a value stands for.

    The object of the system is linked to the record (as an alias: several may stand
    for one tax), what waited for it goes back into the queue, and the sync log keeps
    who decided. A line is *in force* while its record is there and not archived.
    """

    _inherit = "integration.value.map.line"

    record_name = fields.Char("Record", compute="_compute_record_name")
    objection = fields.Char(
        "Please check",
        compute="_compute_objection",
        help="What speaks against the record that was chosen.",
    )
    proposal_id = fields.Many2oneReference(
        model_field="model", string="Proposed record", compute="_compute_proposal"
    )
    proposal_name = fields.Char("Proposal", compute="_compute_proposal")

    # === COMPUTE METHODS === #

    @api.depends("model", "res_id")
    def _compute_record_name(self):
        for line in self:
            line.record_name = line._name_of(line.res_id)

    @api.depends("model", "res_id", "seen")
    def _compute_objection(self):
        alive = self._in_force()
        for line in self:
            line.objection = False
            if line in alive:
                line.objection = line._remark(line.res_id)
            elif line.res_id:
                line.objection = self.env._("archived or deleted")

    @api.depends("model", "res_id", "seen", "record_company_id")
    def _compute_proposal(self):
        proposals = self.filtered(lambda x: x.model and not x.res_id)._propose()
        for line in self:
            line.proposal_id = proposals.get(line.id, False)
            line.proposal_name = line._name_of(line.proposal_id)

    @api.model
    def _propose(self) -> dict:
        """The one record each of these lines probably stands for.

        A domain addon overrides this for its models. A proposal is only ever shown:
        nothing is bound without a person. Several candidates are no proposal.

        :return: line id → record id
        """
        return {}

    def _objection(self, res_id: int) -> str:
        """What speaks against a record for this value, in words; '' if nothing does.

        Half a sentence, such as “it is 20 %, the other system says 19 %”. A domain
        addon overrides this for its models.
        """
        return ""

    def _caution(self, res_id: int) -> str:
        """What a person should know about a record before it is chosen, in words.

        Half a sentence as in :meth:`_objection`; it stops nothing. A domain addon
        overrides this for its models.
        """
        return ""

    def _remark(self, res_id: int) -> str:
        """What is to be checked about a record: what speaks against it, else what
        should be known."""
        return self._objection(res_id) or self._caution(res_id)

    def _name_of(self, res_id: int | bool) -> str | bool:
        """Name of a record of the line's model, also of one the reader may not see."""
        if not res_id or self.model not in self.env:
            return False
        # sudo: only the name. A deleted record has none.
        record = self.env[self.model].sudo().browse(res_id).exists()
        return record.display_name if record else self.env._("(deleted)")

    # === ACTION METHODS === #

    def action_accept_proposal(self):
        """Bind the values to the records that are proposed for them."""
        for line in self.filtered("proposal_id"):
            line.res_id = line.proposal_id
        return True

    def action_choose(self):
        """Open the dialog that asks which record the value stands for."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "What is “%(value)s”?", value=self.note or self.external_value
            ),
            "res_model": "integration.value.map.choice",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_line_id": self.id,
                "default_res_id": self.res_id or self.proposal_id,
            },
        }

    # === BUSINESS METHODS === #

    def _in_force(self):
        """Those whose record is there and not archived: one query a model."""
        alive = {}
        for model, lines in self.filtered("res_id").grouped("model").items():
            # sudo: core's own question whether the records exist.
            found = self.env[model].sudo().with_context(active_test=True)
            alive[model] = set(found.search([("id", "in", lines.mapped("res_id"))]).ids)
        return self.filtered(lambda x: x.res_id and x.res_id in alive[x.model])

    def _connectors(self):
        """Connectors whose references these lines resolve."""
        # sudo: of any company the line speaks for, whoever edits it.
        connectors = self.env["integration.connector"].sudo()
        found = connectors.browse()
        for line in self:
            found |= connectors.search(
                [
                    ("system", "=", line.map_id.system),
                    ("company_id", "=", line.record_company_id.id),
                ]
            ).filtered(
                lambda c, line=line: (
                    line.map_id._map_of(c, line.map_id.entity) == line.map_id
                )
            )
        return found

    def _records_now(self) -> dict:
        """line id → (record id, its name), before a change."""
        return {line.id: (line.res_id, line.record_name) for line in self}

    def _record_chosen(self, before: dict) -> None:
        """Log the decision, link the objects, wake what waits.

        :param before: see :meth:`_records_now`; empty for new lines
        """
        for line in self:
            old_id, old_name = before.get(line.id, (False, False))
            if line.res_id == old_id or not line.map_id.model:
                continue
            connectors = line._connectors()
            line._log_choice(connectors, old_name)
            line._link(connectors)
            if line._in_force():
                line._wake(connectors)

    def _refresh(self) -> None:
        """The record was archived, or is back: links and waits follow."""
        for line in self:
            connectors = line._connectors()
            line._link(connectors)
            if line._in_force():
                line._wake(connectors)

    def _log_choice(self, connectors, old_name) -> None:
        for connector in connectors:
            self.env["integration.job.log"]._append(
                connector,
                [
                    {
                        "operation": "configure",
                        "entity": self.map_id.entity,
                        "external_id": self.external_value,
                        "model": self._name,
                        "res_id": self.id,
                        "document_name": self.map_id.name,
                        "message": self._choice_sentence(),
                        "diff": {"res_id": [old_name or None, self.record_name]},
                    }
                ],
            )

    def _choice_sentence(self) -> str:
        what = self.note or self.external_value
        if not self.res_id:
            return self.env._("“%(what)s” stands for nothing any more.", what=what)
        return self.env._(
            "“%(what)s” stands for %(record)s.", what=what, record=self.record_name
        )

    def _link(self, connectors) -> None:
        """The linked record follows the choice, and goes where there is none."""
        links = self.env["integration.external.id"].sudo()
        if not self._in_force():
            links.search(
                [
                    ("connector_id", "in", connectors.ids),
                    ("entity", "=", self.map_id.entity),
                    ("external_id", "=", self.external_value),
                ]
            ).unlink()
            return
        for connector in connectors:
            links._bind(
                connector,
                [
                    {
                        "entity": self.map_id.entity,
                        "external_id": self.external_value,
                        "model": self.model,
                        "res_id": self.res_id,
                        "primary": False,
                    }
                ],
            )

    def _wake(self, connectors) -> None:
        """Messages that waited for the value go back into the queue."""
        self.env["integration.event"].flush_model()
        self.env.cr.execute(
            """
            UPDATE integration_event
               SET state = 'pending', waiting_for = NULL, next_attempt = NULL
             WHERE connector_id = ANY(%s) AND state = 'waiting' AND waiting_for = %s
            """,
            (connectors.ids, f"{self.map_id.entity}:{self.external_value}"),
        )
        self.env["integration.event"].invalidate_model(flush=False)
        stopped = (
            self.env["integration.exception"]
            .sudo()
            .search(
                [
                    ("connector_id", "in", connectors.ids),
                    ("state", "=", "open"),
                    ("cause", "in", self._causes()),
                    ("event_id.state", "in", ATTENTION_STATES),
                ]
            )
        )
        if stopped:
            stopped.action_retry()
        connectors._wake_all(together=True)

    def _causes(self) -> list[str]:
        """Causes of exceptions that end when this line is bound."""
        return [
            self._cause(self.map_id, self.external_value),
            f"missing:{self.map_id.entity}:{self.external_value}",
        ]

    @api.model
    def _cause(self, value_map, value: str) -> str:
        """Cause of an exception that waits for a value; see `integration.exception`."""
        return f"value_map:{value_map.code}:{value}"[:200]
