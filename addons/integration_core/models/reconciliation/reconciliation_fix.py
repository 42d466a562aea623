# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import ATTENTION_STATES
from .reconciliation import OPEN

# What was fetched needs a moment to take its path before both sides are compared again.
AFTER_FIX = 60


class IntegrationReconciliationLine(models.Model):
    """Ways out of a difference, and what is remembered about it."""

    _inherit = "integration.reconciliation.line"

    fix_label = fields.Char(compute="_compute_fix")
    fix_key = fields.Char(compute="_compute_fix")
    has_remote = fields.Boolean(compute="_compute_has_remote")

    # === COMPUTE METHODS === #

    @api.depends("kind", "state", "res_id", "external_id")
    def _compute_fix(self):
        for line in self:
            fixes = line._fixes() if line.state in OPEN else []
            line.fix_label = fixes[0].label if fixes else False
            line.fix_key = fixes[0].key if fixes else False

    @api.depends("external_id")
    def _compute_has_remote(self):
        for line in self:
            line.has_remote = bool(line._remote_url())

    def _fixes(self) -> list:
        """Ways to mend this difference, the best first."""
        self.ensure_one()
        check = self.env["integration.reconciliation.check"]._for(self.check_name)
        return check._fixes(self) if check is not None else []

    # === ACTION METHODS === #

    def action_fix(self):
        """Take the best way out of each; one that opens a screen is for one only."""
        results = [line._take_way_out() for line in self if line.state in OPEN]
        dialogs = [result for result in results if isinstance(result, dict)]
        if len(results) == 1 and dialogs:
            return dialogs[0]
        return self.env["integration.connector"]._notify(
            self.env._("On its way. Both sides are compared again in a minute.")
        )

    def _take_way_out(self):
        self.ensure_one()
        fixes = self._fixes()
        if not fixes:
            return self.action_explain()
        return getattr(self, f"action_{fixes[0].key}")()

    def action_fetch(self):
        """Read these objects from the other system; they take the ordinary path."""
        self._require_explainer()
        lines = self.filtered(lambda line: line.state in OPEN and line._can_fetch())
        if not lines:
            raise UserError(
                self.env._("None of these can be read from the other system.")
            )
        for line in lines.sudo():
            line._begin_fix(self.env._("Read from the system again"))
            line.with_delay(
                priority=10,
                max_retries=0,
                channel=line.connector_id._channel(),
                identity_key=f"integration.reconciliation.fetch:{line.id}",
                description=line.title,
            )._job_fetch()
        return True

    def action_open_event(self):
        """Open the message that waits for a decision."""
        self.ensure_one()
        event = self._waiting_event()
        if not event:
            raise UserError(self.env._("No message waits for it any more."))
        return event.related_action_open_event()

    def action_open_awaited(self):
        """Open what somebody has to decide before the message can go on, or the message
        where nobody has to."""
        self.ensure_one()
        event = self._waiting_event()
        if event._blocker():
            return event.action_open_blocker()
        return self.action_open_event()

    def action_open_log(self):
        """What was done with this object so far."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "integration_core.action_job_log"
        )
        domain = [("connector_id", "=", self.connector_id.id)]
        if self.external_id:
            domain.append(("external_id", "in", [self.external_id, self.key]))
        else:
            domain += [("model", "=", self.model), ("res_id", "=", self.res_id)]
        return dict(action, domain=domain, context={})

    # === BUSINESS METHODS === #

    def _can_fetch(self) -> bool:
        """Whether the object can be read from the other system, and a flow takes it."""
        self.ensure_one()
        connector = self.connector_id.sudo()
        return bool(
            self.external_id
            and self.entity
            and connector._adapter()._can_fetch
            and self.entity in connector._plans()
        )

    def _waiting_event(self):
        """The newest message of the object that waits for a person, or for another
        object; may be empty."""
        self.ensure_one()
        if not self.external_id or not self.entity:
            return self.env["integration.event"]
        return self.env["integration.event"].search(
            [
                ("connector_id", "=", self.connector_id.id),
                ("entity", "=", self.entity),
                ("external_id", "=", self.external_id),
                ("direction", "=", "in"),
                ("state", "in", [*ATTENTION_STATES, "waiting"]),
            ],
            order="id desc",
            limit=1,
        )

    def _begin_fix(self, what: str) -> None:
        """Somebody does something about it; the next comparison tells whether it was
        enough."""
        self.write({"state": "fixing", "fixed_by": self.env.uid, "fix_note": what})
        for line in self:
            line._log_act("attempt", f"{line.title}: {what}")

    def _job_fetch(self) -> str:
        """Job: read the object, then let both sides be compared again."""
        self.ensure_one()
        line = self.sudo()
        fetch = self.env["integration.fetch"]
        result = fetch._run(line.connector_id, line.entity, line.external_id)
        line.run_id._compare_again(AFTER_FIX)
        return result

    def _bring_up_to_date(self, values: dict) -> None:
        """The next comparison found it again.

        What was explained stays so as long as the difference is the same; what was
        gone, or is not mended after all, is open again.
        """
        self.ensure_one()
        values = {k: v for k, v in values.items() if k not in ("run_id", "user_id")}
        currency = self.currency_id
        same = self.currency_id.id == (values["currency_id"] or False) and (
            not currency
            or not currency.compare_amounts(self.difference, values["difference"])
        )
        if self.state in ("closed", "fixing") or not same:
            values |= {"state": "open", "closed_at": False}
        self.write(values)

    def _take_over_explanations(self) -> None:
        """What was explained in another comparison needs no second explanation."""
        if not self:
            return
        explained = self.search(
            [
                ("connector_id", "in", self.connector_id.ids),
                ("state", "=", "explained"),
                ("key", "in", self.mapped("key")),
                ("id", "not in", self.ids),
            ],
            order="id",
        )
        before = {line._sameness(): line for line in explained}
        for line in self:
            twin = before.get(line._sameness())
            if twin:
                line.write(
                    {
                        "state": "explained",
                        "explanation": twin.explanation,
                        "explained_by": twin.explained_by.id,
                        "explained_at": twin.explained_at,
                        "explained_from_id": twin.id,
                    }
                )

    def _sameness(self) -> tuple:
        """What two differences share that need one explanation."""
        self.ensure_one()
        digits = self.currency_id.decimal_places if self.currency_id else 0
        return (
            self.connector_id.id,
            self.check_name,
            self.key,
            self.kind,
            self.currency_id.id,
            f"{self.difference:.{digits}f}",
        )
