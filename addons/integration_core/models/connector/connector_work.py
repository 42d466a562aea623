# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import uuid

import psycopg2

from odoo import SUPERUSER_ID, api, models, tools
from odoo.exceptions import UserError

from ... import settings


class IntegrationConnector(models.Model):
    """How a connector's work is started and with whose rights it is done."""

    _inherit = "integration.connector"

    def _channel(self) -> str:
        """Name of the queue_job channel of this connector.

        Without a capacity of its own in the server configuration it counts against
        ``root.integration``; with one, a noisy system cannot starve the others.
        """
        return f"root.integration.connector_{self.id}"

    def _work_env(self) -> api.Environment:
        """Environment in which business records are read and written.

        The connector's technical user with only the connector's company. Nobody is
        subscribed or mailed by a sync; VAT numbers are checked by the entity itself,
        which says so instead of failing.

        :raises UserError: the connector has no technical user
        """
        self.ensure_one()
        user = self.sudo().service_user_id
        if not user:
            raise UserError(
                self.env._("%(name)s has no technical user.", name=self.name)
            )
        return (
            self.with_user(user)
            .with_context(
                allowed_company_ids=self.company_id.ids,
                mail_create_nolog=True,
                mail_create_nosubscribe=True,
                mail_auto_subscribe_no_notify=True,
                no_vat_validation=True,
                integration_connector_id=self.id,
                lang=user.lang,
                tz="UTC",
            )
            .env
        )

    def _may_work(self) -> bool:
        """Whether messages of this connector may be worked on now."""
        self.ensure_one()
        return self.state == "active" and (
            self.environment == settings.current_environment()
        )

    def _drain_key(self, drain: int) -> str:
        """identity_key of the wake-up job of one drain."""
        return f"integration.drain:{self.id}:{drain}"

    def _wake(self, drain: int, together: bool = False) -> None:
        """Enqueue the job of one drain, in the current transaction.

        A wake-up that waits already is enough for rows that are committed. It is not
        for rows of this transaction: it may run, and end, before they can be seen
        (mechanisms §1, "P1").

        :param together: the rows are of this transaction; then the job is one of its
            own (its key is unique), which nobody can see earlier than them
        """
        key = self._drain_key(drain)
        self.sudo().with_delay(
            priority=5,
            max_retries=0,
            channel=self._channel(),
            identity_key=f"{key}:{uuid.uuid4().hex}" if together else key,
            description=f"{self.name}: messages",
        )._job_drain(drain)

    def _wake_all(self, together: bool = False) -> None:
        """Wake every drain of these connectors that may work; see :meth:`_wake`."""
        for connector in self.filtered(lambda c: c._may_work()):
            for drain in range(connector.drain_count):
                connector._wake(drain, together)

    def _wake_ready(self) -> None:
        """Wake the drains that have something to do, after a commit.

        A drain that finds nothing lingers, and holds its place in the channel while
        others wait for one: 0.3 s after each of many jobs that end one by one.
        """
        drains = self.env["integration.drain"]
        for connector in self.filtered(lambda c: c._may_work()):
            for drain in range(connector.drain_count):
                if drains._ready(connector, drain, 1):
                    connector._wake(drain)

    def _job_drain(self, drain: int) -> str:
        """Job: work through this connector's ready messages until none is left."""
        self.ensure_one()
        return self.env["integration.drain"]._run(self.sudo(), drain)

    def _create_service_user_values(self) -> dict:
        """Values of a new technical user; domain addons add groups by override."""
        return {
            "name": self.env._("%(name)s Integration", name=self.name),
            "login": f"integration.{self.system}.{self.id}",
            "company_id": self.company_id.id,
            "company_ids": [(6, 0, self.company_id.ids)],
            "group_ids": [(6, 0, self._service_user_groups().ids)],
            "notification_type": "inbox",
        }

    def _service_user_groups(self):
        """Groups of a new technical user: the least that the work needs."""
        return self.env.ref("base.group_user") | self.env.ref(
            "base.group_partner_manager"
        )

    @api.model
    def _complete_service_users(self) -> None:
        """Give technical users that are there already what a new addon needs.

        New ones get these groups when they are made; a connector that was set up before
        the addon came would otherwise fail at its first record of it.
        """
        connectors = self.with_context(active_test=False)
        for connector in connectors.search([("service_user_id", "!=", False)]):
            connector.service_user_id.group_ids |= connector._service_user_groups()

    def action_create_service_user(self):
        """Create the technical user of this connector (it cannot log in)."""
        self._require_manager()
        for connector in self.filtered(lambda c: not c.service_user_id):
            # sudo: managers of Integrations need no right to manage all users.
            user = (
                self.env["res.users"]
                .sudo()
                .with_context(no_reset_password=True, mail_create_nolog=True)
                .create(connector._create_service_user_values())
            )
            connector.sudo().service_user_id = user
        return True

    @tools.ormcache()
    def _webhook_gates(self) -> dict:
        """Everything intake must know, by webhook token; no SQL once it is warm."""
        connectors = (
            self.env(user=SUPERUSER_ID)["integration.connector"]
            .with_context(active_test=False)
            .search([("webhook_token", "!=", False)])
        )
        return {c.webhook_token: c._webhook_gate() for c in connectors}

    @staticmethod
    def _is_concurrency_error(error: Exception) -> bool:
        """Serialization failure, deadlock or lock timeout: try again, no attempt."""
        return isinstance(error, psycopg2.OperationalError) and (
            error.pgcode in ("40001", "40P01", "55P03")
        )
