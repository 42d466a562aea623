# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.integration_core.engine.errors import IntegrationError
from odoo.addons.integration_core.messages import Balance

# The entity whose objects change what the gateway holds.
MOVEMENTS = "balance_transaction"


class IntegrationGatewayJournal(models.Model):
    """What the gateway held in this currency when it was asked last."""

    _inherit = "integration.gateway.journal"

    remote_available = fields.Monetary(readonly=True, string="Available there")
    remote_pending = fields.Monetary(readonly=True, string="Pending there")
    remote_at = fields.Datetime(readonly=True, string="Read at")


class IntegrationConnector(models.Model):
    _inherit = "integration.connector"

    def _read_balances(self) -> list[Balance]:
        """Ask the gateway what it holds, and keep the answer with its journals.

        Not within a transaction that has written business records.

        :raises engine.errors.IntegrationError: it does not say
        """
        self.ensure_one()
        balances = self._adapter()._balances(self)
        self._note_balances(balances)
        return balances

    def _note_balances(self, balances: list[Balance]) -> None:
        """Keep what the gateway holds; a currency it does not name is at zero."""
        self.ensure_one()
        named = {balance.currency: balance for balance in balances}
        now = fields.Datetime.now()
        for row in self.sudo().gateway_journal_ids:
            found = named.get(row.currency_id.name)
            row.write(
                {
                    # float at the last moment: that is what a field of Odoo takes.
                    "remote_available": float(found.available) if found else 0.0,
                    "remote_pending": float(found.pending) if found else 0.0,
                    "remote_at": now,
                }
            )

    def _try_balances(self) -> None:
        """Read the balances if that can be; the card says of when they are."""
        self.ensure_one()
        if not (self._may_work() and self._adapter()._can_balance):
            return
        try:
            self._read_balances()
        except IntegrationError:
            # Tried again soon; what stops the connector is said elsewhere.
            return

    def action_read_balances(self):
        """Read the balances now, for a person, and begin to read what moved.

        :raises UserError: the gateway does not answer
        """
        self.env["integration.event"]._require_operator()
        for connector in self:
            connector._require_active()
            try:
                connector.sudo()._read_balances()
            except IntegrationError as error:
                raise UserError(connector.sudo()._explain(error)) from error
        if not self._read_movements():
            return True
        return self._notify(
            self.env._("Movements are being read as well. Look again in a moment.")
        )

    def _read_movements(self) -> bool:
        """Begin to read the movements of the balance; whether a flow brings them."""
        flows = self.sudo().flow_ids.filtered(
            lambda flow: (
                flow.entity == MOVEMENTS
                and flow.direction == "in"
                and flow.mode != "paused"
                and flow.mapping_id
            )
        )
        flows._read_now()
        return bool(flows)


class IntegrationFlow(models.Model):
    _inherit = "integration.flow"

    def _loaded(self) -> None:
        """Override of `integration_core`: once all movements are here the gateway is
        asked what it holds, so that the card compares one moment with itself."""
        result = super()._loaded()
        if self.entity == MOVEMENTS:
            self.connector_id._try_balances()
        return result
