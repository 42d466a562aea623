# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models
from odoo.tools import format_date
from odoo.tools.misc import format_datetime


class AccountJournal(models.Model):
    """The card of a gateway's journal: what is owed there, here, and on its way."""

    _inherit = "account.journal"

    def _fill_bank_cash_dashboard_data(self, dashboard_data):
        """Override of `account` to add what the card of a gateway's journal shows."""
        super()._fill_bank_cash_dashboard_data(dashboard_data)
        # sudo: where money is booked is set up by others than those who look at it.
        rows = self.env["integration.gateway.journal"].sudo()
        rows = rows.search([("journal_id", "in", self.ids)])
        if not rows:
            return
        sums = self._gateway_sums(rows)
        payouts = self._gateway_payouts(rows)
        for row in rows:
            journal = row.journal_id.id
            dashboard_data[journal]["gateway"] = self._gateway_card(row, sums, payouts)

    @api.model
    def _gateway_sums(self, rows) -> dict[tuple, float]:
        """(account, currency, company) → balance of the posted items, one statement.

        The accounts of payouts in transit may be shared by several journals, every
        account by several companies.
        """
        accounts = rows.clearing_account_id | rows.transit_account_id
        found = self.env["account.move.line"]._read_group(
            [
                ("account_id", "in", accounts.ids),
                ("parent_state", "=", "posted"),
                ("company_id", "in", rows.company_id.ids),
            ],
            ["account_id", "currency_id", "company_id"],
            ["amount_currency:sum"],
        )
        return {(a.id, c.id, o.id): amount for a, c, o, amount in found}

    @api.model
    def _gateway_payouts(self, rows) -> dict[tuple, dict]:
        """(connector, currency) → number of open payouts, and the last one."""
        payouts = self.env["integration.settlement"]
        if not payouts.has_access("read"):
            return {}
        found: dict[tuple, dict] = {}
        domain = [("connector_id", "in", rows.connector_id.ids)]
        groups = payouts._read_group(
            domain, ["connector_id", "currency_id", "tie_state"], ["__count"]
        )
        for connector, currency, state, count in groups:
            entry = found.setdefault((connector.id, currency.id), {})
            entry[state] = count
        for row in rows:
            key = row.connector_id.id, row.currency_id.id
            if key in found:
                found[key]["last"] = payouts.search(
                    [
                        ("connector_id", "=", key[0]),
                        ("currency_id", "=", key[1]),
                    ],
                    order="date desc, id desc",
                    limit=1,
                )
        return found

    @api.model
    def _gateway_card(self, row, sums: dict, payouts: dict) -> dict:
        """What the card shows of one settlement currency, as text."""
        currency = row.currency_id
        whose = currency.id, row.company_id.id
        clearing = sums.get((row.clearing_account_id.id, *whose), 0.0)
        transit = sums.get((row.transit_account_id.id, *whose), 0.0)
        known = payouts.get((row.connector_id.id, currency.id), {})
        last = known.get("last")
        there = row.remote_available + row.remote_pending
        return {
            "clearing": currency.format(clearing),
            "there": currency.format(there) if row.remote_at else "",
            "there_at": format_datetime(self.env, row.remote_at, dt_format="short")
            if row.remote_at
            else "",
            "may_ask": self._may_ask(row),
            "may_see": self.env["integration.settlement.line"].has_access("read"),
            "differs": bool(row.remote_at)
            and bool(currency.compare_amounts(there, clearing)),
            "transit": currency.format(transit) if transit else "",
            "open": known.get("open", 0),
            "last": self.env._(
                "%(amount)s, %(date)s",
                amount=currency.format(last.amount),
                date=format_date(self.env, last.date),
            )
            if last
            else "",
        }

    @api.model
    def _may_ask(self, row) -> bool:
        """Whether this person may ask the gateway now, and it can answer."""
        user, connector = self.env.user, row.connector_id
        return (
            connector._may_work()
            and connector._adapter()._can_balance
            and (
                user.has_group("integration_core.group_operator")
                or user.has_group("integration_core.group_manager")
            )
        )

    # === ACTION METHODS === #

    def _gateway_row(self):
        self.ensure_one()
        # sudo: as above.
        rows = self.env["integration.gateway.journal"].sudo()
        return rows.search([("journal_id", "=", self.id)], limit=1)

    def action_read_gateway_balance(self):
        """Ask the gateway what it holds; from the card.

        :raises odoo.exceptions.AccessError: the person is no operator
        :raises odoo.exceptions.UserError: it does not answer, with what to do
        """
        # Not sudo: the connector looks who asks.
        return self._gateway_row().connector_id.sudo(False).action_read_balances()

    def action_open_payouts(self):
        """The payouts of this journal's gateway; from the card."""
        row = self._gateway_row()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "integration_account.action_settlement"
        )
        action["domain"] = [
            ("connector_id", "=", row.connector_id.id),
            ("currency_id", "=", row.currency_id.id),
        ]
        context = {}
        if self.env.context.get("payouts_open"):
            context["search_default_open"] = 1
        action["context"] = context
        return action

    def action_open_clearing(self):
        """Open items of the clearing account; from the card."""
        row = self._gateway_row()
        return self._open_items(row, row.clearing_account_id)

    def action_open_not_paid_out(self):
        """What the clearing account is made of, by kind; from the card."""
        row = self._gateway_row()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "integration_account.action_settlement_line"
        )
        action["domain"] = [
            ("connector_id", "=", row.connector_id.id),
            ("currency_id", "=", row.currency_id.id),
        ]
        action["context"] = {
            "search_default_not_paid_out": 1,
            "search_default_group_category": 1,
        }
        return action

    def action_open_transit(self):
        """Money on its way to the bank; from the card."""
        row = self._gateway_row()
        return self._open_items(row, row.transit_account_id)

    @api.model
    def _open_items(self, row, account) -> dict:
        return {
            "type": "ir.actions.act_window",
            "name": account.display_name,
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "views": [(self.env.ref("account.view_move_line_tree").id, "list")],
            "domain": [
                ("account_id", "=", account.id),
                ("currency_id", "=", row.currency_id.id),
                ("company_id", "=", row.company_id.id),
                ("parent_state", "=", "posted"),
            ],
            "context": {"search_default_unreconciled": 1, "create": False},
        }
