# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models
from odoo.exceptions import UserError

from ...engine import canonical
from .connector import GOVERNED_FIELDS


class IntegrationConnector(models.Model):
    _inherit = "integration.connector"

    # === ACTION METHODS === #

    def action_submit(self):
        """Ask a second person to activate the connector.

        :raises UserError: a gate is closed; the message names each one
        """
        self._require_manager()
        for connector in self:
            if connector.state not in ("draft", "suspended"):
                raise UserError(
                    self.env._("Only a connector in set-up can be submitted.")
                )
            missing = connector._activation_gaps()
            if missing:
                raise UserError(
                    self.env._(
                        "The connector is not ready yet:\n%(gaps)s",
                        gaps="\n".join(f"• {gap}" for gap in missing),
                    )
                )
            self.env["integration.approval"]._request(
                connector,
                "activate",
                connector._governed_content(),
                self.env._("Activate %(name)s", name=connector.name),
                effect=connector._activation_effect(),
            )
            connector._set_state("review", self.env._("Waiting for a second person"))
        return True

    def action_approve(self):
        """Approve the open request of each connector (a second person only)."""
        for connector in self:
            approval = self.env["integration.approval"]._open_for(connector, "activate")
            if not approval:
                raise UserError(self.env._("Nothing waits for approval here."))
            approval.action_approve()
        return True

    def action_withdraw(self):
        """Take a submitted connector back into set-up."""
        self._require_manager()
        for connector in self.filtered(lambda c: c.state == "review"):
            # The request takes the connector back with it.
            self.env["integration.approval"]._open_for(
                connector, "activate"
            )._withdraw()
        return True

    def action_pause(self):
        """Stop working; messages are still received and wait."""
        self._require_manager()
        for connector in self.filtered(lambda c: c.state == "active"):
            connector._set_state(
                "paused", self.env._("Paused by %(user)s", user=self.env.user.name)
            )
        return True

    def action_resume(self):
        """Go on working after a pause; what waited is worked through."""
        self._require_manager()
        for connector in self.filtered(lambda c: c.state == "paused"):
            connector._set_state("active", "")
            connector._wake_all(together=True)
        return True

    def action_suspend(self):
        """Stop working and open the settings for changes."""
        self._require_manager()
        for connector in self.filtered(lambda c: c.state in ("active", "paused")):
            connector._suspend(
                self.env._("Suspended by %(user)s", user=self.env.user.name)
            )
        return True

    def action_retire(self):
        """End the connector: messages are answered 410, history stays.

        What is still on its way would never end: it is cancelled.
        """
        self._require_manager()
        for connector in self.filtered(lambda c: c.state != "retired"):
            self.env["integration.approval"]._open_for(
                connector, "activate"
            )._withdraw()
            connector._set_state(
                "retired", self.env._("Retired by %(user)s", user=self.env.user.name)
            )
            connector.sudo().active = False
            connector._cancel_unfinished()
        return True

    # === BUSINESS METHODS === #

    def _require_manager(self) -> None:
        """:raises UserError: the user is no integration manager"""
        if not self.env.su and not self.env.user.has_group(
            "integration_core.group_manager"
        ):
            raise UserError(self.env._("Only a manager of Integrations may do this."))

    def _activation_gaps(self) -> list[str]:
        """What is still missing before a second person may activate: sentences.

        An adapter adds its own through
        :meth:`integration.adapter._activation_gaps`.
        """
        self.ensure_one()
        gaps = []
        if not self.environment_matches:
            gaps.append(
                self.env._(
                    "Environment: this server is not “%(environment)s”.",
                    environment=self.environment,
                )
            )
        if not self.user_id:
            gaps.append(self.env._("Responsible: choose who is told of problems."))
        if not self.service_user_id:
            gaps.append(self.env._("Technical user: choose or create one."))
        if not self.tested_at:
            gaps.append(self.env._("Connection: press Test connection."))
        if not self.flow_ids:
            gaps.append(self.env._("Flows: choose what to exchange."))
        for flow in self.flow_ids.filtered(lambda f: not f.mapping_id):
            gaps.append(
                self.env._("Flow %(flow)s: choose a mapping.", flow=flow.display_name)
            )
        return gaps + self._adapter()._activation_gaps(self)

    def _governed_content(self) -> dict:
        """What an approval of this connector covers, as plain data (hashed)."""
        self.ensure_one()
        content = {
            name: self._fields[name].convert_to_read(self[name], self, False)
            for name in GOVERNED_FIELDS
        }
        content["start_date"] = str(content["start_date"] or "")
        content["flows"] = sorted(
            [
                f.entity,
                f.direction,
                f.mapping_id.id,
                f.filter or f.domain or "",
                f.mode == "live",
            ]
            for f in self.flow_ids
        )
        content["credentials"] = sorted(
            [c.kind, c.uuid, c.version] for c in self.credential_ids.sudo()
        )
        return content

    def _activation_effect(self) -> str:
        """What is different once the connector is active, in one sentence."""
        self.ensure_one()
        live = self.flow_ids.filtered(lambda f: f.mode == "live")
        if live:
            return live._live_effect()
        return self.env._("Messages are worked on; all flows only compare")

    def _approval_granted(self, approval) -> None:
        """Called by `integration.approval` once a second person approved."""
        self.ensure_one()
        if approval.action != "activate":
            return
        if self.state != "review":
            raise UserError(
                self.env._("%(name)s no longer waits for approval.", name=self.name)
            )
        self._set_state("active", "")
        self.flow_ids._note_agreed()
        self._wake_all(together=True)

    def _approval_refused(self, approval) -> None:
        """Called by `integration.approval` when it does not happen."""
        if self.state == "review":
            self._set_state("draft", approval.decision_reason or "")

    def _set_state(self, state: str, reason: str) -> None:
        """The one place where the state changes; each change is logged."""
        for connector in self:
            old = connector.state
            connector.sudo().write({"state": state, "state_reason": reason})
            connector._log(
                "configure",
                self.env._(
                    "%(name)s: %(old)s → %(new)s. %(reason)s",
                    name=connector.name,
                    old=old,
                    new=state,
                    reason=reason,
                ).strip(),
                diff={"state": [old, state]},
                actor_id=self.env.uid,
            )

    def _cancel_unfinished(self) -> None:
        """End the messages that nobody is going to work on any more, and say so.

        Those that wait for a person stay in the list: a person skips them.
        """
        self.ensure_one()
        self.env["integration.event"].flush_model()
        self.env.cr.execute(
            """
            UPDATE integration_event
               SET state = 'cancelled', finished_at = %s,
                   waiting_for = NULL, next_attempt = NULL
             WHERE connector_id = %s
               AND state IN ('pending', 'retry', 'waiting', 'sending')
            """,
            (fields.Datetime.now(), self.id),
        )
        count = self.env.cr.rowcount
        self.env["integration.event"].invalidate_model(flush=False)
        if count:
            self._log(
                "skip",
                self.env._("%(count)s unfinished messages cancelled", count=count),
                actor_id=self.env.uid,
            )

    def _suspend(self, reason: str) -> None:
        """Stop the connector and tell the responsible person; messages stay queued."""
        for connector in self:
            if connector.state == "suspended":
                continue
            connector._set_state("suspended", reason)
            if connector.user_id:
                connector.sudo().activity_schedule(
                    "mail.mail_activity_data_warning",
                    date_deadline=fields.Date.context_today(connector),
                    summary=self.env._("Integration stopped"),
                    note=reason,
                    user_id=connector.user_id.id,
                )

    def _content_hash(self) -> str:
        """Hash of what an approval covers; a later edit gives another one."""
        return canonical.digest(self._governed_content())
