# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models

from .common import button, step


class IntegrationConnector(models.Model):
    """The step of the set-up in which flows go live."""

    _inherit = "integration.connector"

    def _step_live(self) -> dict:
        title = self.env._("Live")
        shadow = self.flow_ids.filtered(lambda flow: flow.mode == "shadow")
        if self.state not in ("active", "paused"):
            return step(
                "live", title, self.env._("Flows may change Odoo from here on."), "todo"
            )
        if shadow.live_request_id:
            return self._step_live_asked(title, shadow)
        if shadow:
            return step(
                "live",
                title,
                self.env._(
                    "Flows that only compare: %(count)s. The sync log shows what "
                    "they would have done.",
                    count=len(shadow),
                ),
                "todo",
                button=button(
                    self.env._("Set live"),
                    "action_go_live_flows",
                    confirm=self.env._(
                        "Once a second person agrees, these flows are live. Go on?"
                    ),
                ),
            )
        return step("live", title, self.env._("All flows work."), "done")

    def _step_live_asked(self, title: str, flows) -> dict:
        """Somebody asked to set flows live: a second person is needed."""
        requests = flows.live_request_id
        names = ", ".join(requests.sudo().requester_id.mapped("name"))
        if not any(requests.mapped("may_decide")):
            return step(
                "live",
                title,
                self.env._(
                    "%(user)s asked for it. A second person must approve.", user=names
                ),
                "todo",
            )
        return step(
            "live",
            title,
            self.env._(
                "%(user)s asked for it; it waits for your approval.", user=names
            ),
            "todo",
            button=button(
                self.env._("Approve: set live"),
                "action_approve_live_flows",
                confirm=self.env._("From now on these flows are live. Go on?"),
            ),
        )

    # === ACTION METHODS === #

    def action_go_live_flows(self):
        """Ask a second person to set every flow live that only compares."""
        self._require_manager()
        flows = self.flow_ids.filtered(lambda flow: flow.mode == "shadow")
        return flows.action_go_live()

    def action_approve_live_flows(self):
        """Approve what is asked for the flows of this connector."""
        return self.flow_ids.action_approve_live()
