# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError

from ... import settings
from .common import button, instant, selection_label, step


class IntegrationConnector(models.Model):
    """The set-up assistant: a ticked list on the form, nothing lost on leaving.

    Every step is computed from what is really there, so it can be left, continued by
    somebody else, and shows again what was undone.
    """

    _inherit = "integration.connector"

    setup_steps = fields.Json(compute="_compute_setup_steps")
    setup_done = fields.Boolean(compute="_compute_setup_steps")
    may_submit = fields.Boolean(compute="_compute_may_submit")

    @api.depends_context("uid")
    @api.depends(
        "state",
        "user_id",
        "service_user_id",
        "tested_at",
        "flow_ids.mode",
        "environment",
    )
    def _compute_setup_steps(self):
        for connector in self:
            if not connector.id or not connector.system:
                connector.setup_steps = connector.setup_done = False
                continue
            steps = connector._all_setup_steps()
            connector.setup_steps = {"steps": steps}
            connector.setup_done = all(entry["state"] == "done" for entry in steps)

    @api.depends_context("uid")
    @api.depends("state", "setup_steps")
    def _compute_may_submit(self):
        for connector in self:
            connector.may_submit = bool(
                connector.id
                and connector.state in ("draft", "suspended")
                and connector._is_manager()
                and not connector._activation_gaps()
            )

    def _all_setup_steps(self) -> list[dict]:
        """Steps in order; the first that is not done becomes the current one."""
        self.ensure_one()
        steps = [
            self._step_people(),
            self._step_key(),
            self._step_webhook(),
            *self._adapter()._setup_steps(self),
            self._step_flows(),
            *self._domain_steps(),
            self._step_submit(),
            self._step_live(),
            self._step_load(),
        ]
        if self.state not in ("retired", "review"):
            self._mark_current(steps)
        if not self._is_manager():
            for entry in steps:
                entry["button"] = None
        return steps

    def _domain_steps(self) -> list[dict]:
        """Steps of domain addons: what Odoo's side needs for the chosen flows."""
        return []

    @staticmethod
    def _mark_current(steps: list[dict]) -> None:
        for entry in steps:
            if entry["state"] == "todo":
                entry["state"] = "current"
                return
            if entry["state"] in ("current", "blocked"):
                return

    # === STEPS === #

    def _step_people(self) -> dict:
        title = self.env._("Environment and people")
        if not self.environment_matches:
            return step(
                "people",
                title,
                self.env._(
                    "This server is “%(actual)s”. Choose that environment, or go on "
                    "at the right server.",
                    actual=settings.current_environment(),
                ),
                "blocked",
            )
        if not self.service_user_id:
            return step(
                "people",
                title,
                self.env._(
                    "The work is done by a technical user with few rights and no "
                    "log-in."
                ),
                "todo",
                button=button(
                    self.env._("Create technical user"), "action_create_service_user"
                ),
            )
        if not self.user_id:
            return step(
                "people", title, self.env._("Choose who is responsible."), "todo"
            )
        return step(
            "people",
            title,
            self.env._(
                "%(environment)s; %(user)s is responsible; %(technical)s does the "
                "work for %(company)s.",
                environment=selection_label(self, "environment"),
                user=self.user_id.name,
                technical=self.service_user_id.name,
                company=self.company_id.name,
            ),
            "done",
        )

    def _has_key(self) -> bool:
        return bool(
            self.sudo().credential_ids.filtered(
                lambda c: c.kind != "webhook_secret" and c.sealed
            )
        )

    def _step_key(self) -> dict:
        title = self.env._("Key and connection")
        if not self._has_key():
            return step(
                "key",
                title,
                self.env._("Store the key. It is encrypted and never shown again."),
                "todo",
                button=button(self.env._("Store key…"), "action_add_key"),
            )
        if not self.tested_at:
            return step(
                "key",
                title,
                self.env._("A key is stored. See whether it opens the door."),
                "todo",
                button=button(self.env._("Test connection"), "action_test_connection"),
            )
        return step(
            "key",
            title,
            self.env._(
                "Connected to %(name)s.", name=self.account_name or self.account_ref
            ),
            "done",
            time=instant(self.tested_at),
        )

    def _step_webhook(self) -> dict:
        title = self.env._("Messages from the system")
        if self.last_message_at:
            return step(
                "webhook",
                title,
                self.env._("A message has arrived, and its signature fits."),
                "done",
                time=instant(self.last_message_at),
            )
        if not self.webhook_remote_id:
            return step(
                "webhook",
                title,
                self.env._("Tell the system where to send its messages."),
                "todo",
                button=button(
                    self.env._("Register webhook"), "action_register_webhook"
                ),
            )
        return step(
            "webhook",
            title,
            self.env._(
                "Registered. Waiting for the first message: change something in the "
                "system, then look again."
            ),
            "done" if self.state == "active" else "current",
            button=button(self.env._("Look again"), "action_look_again"),
        )

    def _step_flows(self) -> dict:
        title = self.env._("What to exchange")
        if not self.flow_ids:
            return step(
                "flows",
                title,
                self.env._(
                    "Nothing is exchanged yet. Every flow starts with “compare "
                    "only”: Odoo is not changed."
                ),
                "todo",
                button=button(self.env._("Add standard flows"), "action_add_flows"),
            )
        lacking = self.flow_ids.filtered(lambda flow: not flow.mapping_id)
        if lacking:
            return step(
                "flows",
                title,
                self.env._(
                    "%(flows)s: choose a mapping.",
                    flows=", ".join(lacking.mapped("display_name")),
                ),
                "blocked",
                button=button(self.env._("Open flows"), "action_open_flows"),
            )
        labels = dict(self.env["integration.entity"]._entity_selection())
        names = {labels.get(flow.entity, flow.entity) for flow in self.flow_ids}
        return step("flows", title, ", ".join(sorted(names)), "done")

    def _step_submit(self) -> dict:
        title = self.env._("Approval by a second person")
        if self.state in ("active", "paused"):
            return step("submit", title, self.env._("Approved."), "done")
        if self.state == "review":
            user = self.open_approval_id.sudo().requester_id.name or ""
            return step(
                "submit",
                title,
                self.env._("%(user)s asked; a second person decides.", user=user),
                "current",
                button=(
                    button(self.env._("Approve"), "action_approve")
                    if self.may_approve
                    else button(self.env._("Withdraw"), "action_withdraw")
                ),
            )
        gaps = self._activation_gaps()
        if gaps:
            return step(
                "submit",
                title,
                self.env._("Still missing: %(gaps)s", gaps=" ".join(gaps)),
                "todo",
            )
        return step(
            "submit",
            title,
            self.env._("Everything is ready."),
            "todo",
            button=button(self.env._("Submit"), "action_submit"),
        )

    def _step_load(self) -> dict:
        title = self.env._("What is there already")
        flows = self.flow_ids.filtered(_is_incoming)
        left = flows.filtered(lambda flow: flow.load_state != "done")
        count, total = sum(flows.mapped("load_done")), sum(flows.mapped("load_total"))
        if self.flow_ids and not flows:
            said = self.env._("No flow reads anything.")
            return step("load", title, said, "done")
        if self.state not in ("active", "paused") or not flows:
            return step(
                "load",
                title,
                self.env._("Everything the system has can be read once."),
                "todo",
            )
        if not left:
            return step(
                "load",
                title,
                self.env._("%(count)s objects read.", count=count),
                "done",
            )
        if any(flow.load_state in ("running", "stopping") for flow in left):
            return step(
                "load",
                title,
                self.env._("%(count)s of %(total)s read.", count=count, total=total),
                "current",
                button=button(self.env._("Look again"), "action_look_again"),
            )
        return step(
            "load",
            title,
            self.env._("New messages arrive by themselves; read the rest once."),
            "todo",
            button=button(self.env._("Read everything"), "action_load_flows"),
        )

    # === ACTION METHODS === #

    def action_add_key(self):
        """Open the dialog that stores a key of this connector."""
        self._require_manager()
        self.ensure_one()
        view = self.env.ref("integration_core.integration_credential_view_dialog")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Store a key"),
            "res_model": "integration.credential",
            "view_mode": "form",
            "views": [(view.id, "form")],
            "target": "new",
            "context": {
                "default_connector_id": self.id,
                "default_kind": "api_key",
            },
        }

    def action_look_again(self):
        """Read the form anew: a message may have arrived meanwhile."""
        return True

    def action_add_flows(self):
        """Add one flow for each approved incoming mapping of the system.

        :raises UserError: no mapping of this system is approved
        """
        self._require_manager()
        for connector in self:
            mappings = self.env["integration.mapping"].search(
                [
                    ("system", "=", connector.system),
                    ("direction", "=", "in"),
                    ("state", "=", "approved"),
                ]
            )
            known = set(connector.flow_ids.filtered(_is_incoming).mapped("entity"))
            wanted = sorted(set(mappings.mapped("entity")) - known)
            if not mappings:
                raise UserError(
                    self.env._(
                        "No field mapping of this system is approved. Approve one "
                        "under Design, Field Mappings."
                    )
                )
            self.env["integration.flow"].create(
                [{"connector_id": connector.id, "entity": name} for name in wanted]
            )
        return True

    def action_load_flows(self):
        """Start reading everything, for each incoming flow not read yet."""
        self._require_manager()
        self.flow_ids.filtered(
            lambda flow: (
                _is_incoming(flow)
                and flow.load_state not in ("running", "stopping", "done")
            )
        ).action_load()
        return True


def _is_incoming(flow) -> bool:
    return flow.direction == "in"
