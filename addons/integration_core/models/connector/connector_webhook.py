# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.errors import AuthenticationError, IntegrationError


class Secret(NamedTuple):
    """One webhook secret as intake keeps it: still encrypted."""

    credential_id: int
    sealed: bytes
    aad: str
    valid_from: object  # naive UTC datetime or False
    valid_to: object


class Gate(NamedTuple):
    """What intake knows of a connector without asking the database."""

    connector_id: int
    company_id: int
    system: str
    environment: str
    state: str
    account_ref: str
    max_body_size: int
    tolerance: int
    drain_count: int
    max_rate: int
    secrets: tuple[Secret, ...]


class IntegrationConnector(models.Model):
    """The webhook of a connector and the conversation that sets it up."""

    _inherit = "integration.connector"

    last_message_at = fields.Datetime(
        string="Last message", compute="_compute_last_message_at"
    )

    def _compute_last_message_at(self):
        # One index look-up a connector: max(id) is the newest message.
        self.env.cr.execute(
            """
            SELECT c.id, e.received_at
              FROM unnest(%s::int[]) AS c(id)
              LEFT JOIN LATERAL (
                    SELECT received_at FROM integration_event
                     WHERE connector_id = c.id AND direction = 'in'
                     ORDER BY id DESC LIMIT 1) e ON true
            """,
            (self.ids,),
        )
        found = dict(self.env.cr.fetchall())
        for connector in self:
            connector.last_message_at = found.get(connector.id)

    def _webhook_gate(self) -> Gate:
        """The row of :meth:`_webhook_gates` for this connector."""
        self.ensure_one()
        credentials = self.credential_ids.sudo().filtered(
            lambda c: c.kind == "webhook_secret" and c.sealed
        )
        return Gate(
            connector_id=self.id,
            company_id=self.company_id.id,
            system=self.system,
            environment=self.environment,
            state=self.state,
            account_ref=self.account_ref or "",
            max_body_size=self.max_body_size,
            tolerance=self.signature_tolerance,
            drain_count=self.drain_count,
            max_rate=self.max_rate,
            secrets=tuple(c._as_secret() for c in credentials),
        )

    # === ACTION METHODS === #

    def action_test_connection(self):
        """Ask the system who we are, and remember the account it names.

        :raises UserError: the system did not answer or refused; says what to do
        """
        self._require_manager()
        for connector in self:
            try:
                identity = connector._adapter()._test_connection(connector)
            except IntegrationError as error:
                connector.sudo().write({"tested_at": False})
                raise UserError(connector._explain(error)) from error
            if connector.account_ref and connector.account_ref != identity.account_ref:
                raise UserError(
                    self.env._(
                        "This key belongs to account %(new)s, the connector to "
                        "%(old)s. Make a second connector for another account.",
                        new=identity.account_ref,
                        old=connector.account_ref,
                    )
                )
            connector.sudo().write(
                {
                    "account_ref": identity.account_ref,
                    "account_name": identity.name,
                    "tested_at": fields.Datetime.now(),
                }
            )
            connector._log(
                "configure",
                self.env._("Connected to %(name)s", name=identity.name),
                actor_id=self.env.uid,
            )
        return self._notify(
            self.env._("Connected to %(name)s", name=self[-1:].account_name or "")
        )

    def action_register_webhook(self):
        """Register this connector's webhook at the system and keep its secret."""
        self._require_manager()
        for connector in self:
            try:
                registration = connector._adapter()._register_webhook(connector)
            except IntegrationError as error:
                raise UserError(connector._explain(error)) from error
            credentials = self.env["integration.credential"].sudo()
            credentials._phase_out(connector, "webhook_secret")
            credentials._store(connector, "webhook_secret", registration.secret)
            connector.sudo().write(
                {
                    "webhook_remote_id": registration.remote_id,
                    "webhook_checked_at": fields.Datetime.now(),
                    "webhook_problem": False,
                }
            )
            connector._log(
                "configure",
                self.env._("Webhook registered"),
                actor_id=self.env.uid,
            )
        return self._notify(self.env._("The webhook is registered."))

    def action_check_webhook(self):
        """Look whether the system still has our webhook and sends to it."""
        self._require_manager()
        for connector in self:
            try:
                connector._check_webhook()
            except IntegrationError as error:
                raise UserError(connector._explain(error)) from error
        problems = self.filtered("webhook_problem")
        if problems:
            return self._notify(problems[0].webhook_problem, "danger")
        return self._notify(self.env._("The system sends to this address."))

    def action_renew_token(self):
        """Give the connector a new webhook address; the old one stops at once."""
        self._require_manager()
        for connector in self:
            if connector.webhook_remote_id:
                try:
                    connector._adapter()._remove_webhook(connector)
                except IntegrationError as error:
                    raise UserError(connector._explain(error)) from error
            connector.sudo().write(
                {
                    "webhook_token": self._new_token(),
                    "webhook_remote_id": False,
                    "webhook_problem": self.env._(
                        "The address is a new one. Register the webhook again."
                    ),
                }
            )
            connector._log(
                "configure",
                self.env._("Webhook address renewed"),
                actor_id=self.env.uid,
            )
        return True

    # === BUSINESS METHODS === #

    def _check_webhook(self) -> None:
        """Ask the peer for our webhook; tell the responsible when it is gone.

        :raises engine.errors.IntegrationError: the peer could not be asked
        """
        self.ensure_one()
        problem = self._adapter()._check_webhook(self)
        known = self.webhook_problem
        self.sudo().write(
            {
                "webhook_checked_at": fields.Datetime.now(),
                "webhook_problem": problem or False,
            }
        )
        if problem and problem != known:
            self._log("configure", problem, status="error")
            if self.user_id:
                self.sudo().activity_schedule(
                    "mail.mail_activity_data_warning",
                    summary=self.env._("Messages no longer arrive"),
                    note=problem,
                    user_id=self.user_id.id,
                )

    @api.model
    def _cron_check_webhooks(self):
        """Cron: notice a webhook that disappeared or was switched off at a system."""
        connectors = self.search(
            [("state", "in", ("active", "paused")), ("webhook_remote_id", "!=", False)]
        ).filtered("environment_matches")
        for index, connector in enumerate(connectors, start=1):
            try:
                connector._check_webhook()
            except AuthenticationError as error:
                connector._suspend(connector._explain(error))
            except IntegrationError:
                # Not reachable just now: the next hour asks again.
                continue
            finally:
                self.env["ir.cron"]._commit_progress(
                    1, remaining=len(connectors) - index
                )

    def _explain(self, error: IntegrationError) -> str:
        """An engine error as sentences for a person: what happened, what to do."""
        parts = [error.message, error.hint]
        return "\n".join(part for part in parts if part)

    def _notify(self, message: str, kind: str = "success") -> dict:
        """A toast in the browser."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": kind,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
