# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.integration_core.engine.errors import IntegrationError

MOVEMENTS = "balance_transaction"
PAGE_SIZE = 100


class IntegrationConnector(models.Model):
    """Reading the opening balances of a connector."""

    _inherit = "integration.connector"

    opening_ids = fields.One2many("integration.opening.balance", "connector_id")

    def action_opening_balance(self):
        """Read what the gateway held on the start date, and open it.

        :raises UserError: no start date, no journals, or the gateway does not answer
        """
        self.ensure_one()
        self.env["integration.event"]._require_operator()
        self._require_opening()
        if not self.sudo().opening_ids.filtered(lambda o: o.state == "confirmed"):
            self._read_opening()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "integration_account.action_opening_balance"
        )
        return dict(action, domain=[("connector_id", "=", self.id)], context={})

    def _require_opening(self) -> None:
        self._require_active()
        if not self.start_date:
            raise UserError(
                self.env._(
                    "%(name)s books everything from the very first movement: there is "
                    "no opening balance. Set “Book from” to begin later.",
                    name=self.name,
                )
            )
        if not self._adapter()._can_balance:
            raise UserError(
                self.env._(
                    "This system does not say what it holds. Enter the opening "
                    "balance as an ordinary journal entry."
                )
            )
        if not self.gateway_journal_ids:
            raise UserError(self.env._("Set up where the money arrives first."))

    def _read_opening(self) -> None:
        """Read balances and movements; what is not confirmed is replaced.

        :raises UserError: the gateway does not answer, or names a currency that has no
            journal
        """
        self.ensure_one()
        connector = self.sudo()
        try:
            balances, moved = connector._opening_figures()
        except IntegrationError as error:
            raise UserError(connector._explain(error)) from error
        drafts = connector.opening_ids.filtered(lambda o: o.state == "draft")
        chosen = {o.currency_id.id: (o.account_id.id, o.date) for o in drafts}
        drafts.write({"state": "dropped"})
        # Before rows of the same currency are inserted.
        connector.opening_ids.flush_recordset(["state"])
        done = connector.opening_ids.filtered(lambda o: o.state == "confirmed")
        rows = []
        for gateway in connector.gateway_journal_ids:
            if gateway.currency_id in done.currency_id:
                continue
            account, day = chosen.get(gateway.currency_id.id, (False, False))
            values = connector._opening_values(gateway, balances, moved)
            rows.append(dict(values, account_id=account, date=day or values["date"]))
        openings = connector.env["integration.opening.balance"]
        openings.create(rows)

    def _opening_values(self, gateway, balances: dict, moved: dict) -> dict:
        code = gateway.currency_id.name
        held, (since, count) = balances.get(code, Decimal(0)), moved[code]
        return {
            "connector_id": self.id,
            "company_id": self.company_id.id,
            "gateway_id": gateway.id,
            "currency_id": gateway.currency_id.id,
            "date": self.start_date - timedelta(days=1),
            # float at the last moment: that is what Odoo's fields take.
            "balance_there": float(held),
            "moved_since": float(since),
            "moved_count": count,
            "amount": float(held - since),
            "read_at": fields.Datetime.now(),
        }

    def _opening_figures(self) -> tuple[dict, dict]:
        """({currency: held now}, {currency: (moved since the start, how often)}).

        Read again if something moved in between.

        :raises IntegrationError: by its class
        """
        for _turn in range(3):
            before = {b.currency: b.total for b in self._adapter()._balances(self)}
            moved = self._moved_since_start()
            balances = {b.currency: b.total for b in self._adapter()._balances(self)}
            if before == balances:
                break
        return balances, moved

    def _moved_since_start(self) -> dict:
        moved = defaultdict(lambda: (Decimal(0), 0))
        zone_start = self._start_instant()
        until = fields.Datetime.add(fields.Datetime.now(), seconds=1)
        cursor = ""
        while True:
            page = self._adapter()._control(
                self, MOVEMENTS, zone_start, until, cursor, PAGE_SIZE
            )
            for control in page.records:
                net = Decimal(control.amount["amount"])
                net -= Decimal(control.fee["amount"]) if control.fee else Decimal(0)
                total, count = moved[control.amount["currency"]]
                moved[control.amount["currency"]] = (total + net, count + 1)
            cursor = page.cursor
            if not cursor:
                return moved

    def _start_instant(self):
        """When the start date begins where the company is, naive UTC."""
        self.ensure_one()
        run = self.env["integration.reconciliation"].new({"connector_id": self.id})
        return run._midnight(self.start_date)


class IntegrationSettlement(models.Model):
    _inherit = "integration.settlement"

    @api.model
    def _opening_lines(self, connector, currency):
        """Override: the open clearing lines of the confirmed opening balance."""
        openings = connector.sudo().opening_ids.filtered(
            lambda o: o.state == "confirmed" and o.currency_id == currency
        )
        lines = openings.move_id.line_ids.filtered(
            lambda line: (
                line.account_id in openings.clearing_account_id and not line.reconciled
            )
        )
        return super()._opening_lines(connector, currency) | lines.with_env(self.env)
