# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models


class IntegrationReconciliation(models.Model):
    _inherit = "integration.reconciliation"

    @api.model
    def _may_sign(self) -> bool:
        """Override of `integration_core`: where money is compared, an accountant."""
        user = self.env.user
        accountant = any(
            user.has_group(f"account.group_account_{name}")
            for name in ("readonly", "user", "manager")
        )
        return super()._may_sign() and accountant

    def action_open_items(self):
        """Journal items of the clearing accounts of these days."""
        self.ensure_one()
        accounts = self.connector_id.sudo().gateway_journal_ids.clearing_account_id
        action = self.env["ir.actions.actions"]._for_xml_id(
            "account.action_account_moves_all_a"
        )
        domain = [
            ("account_id", "in", accounts.ids),
            ("company_id", "=", self.company_id.id),
            ("parent_state", "=", "posted"),
            *self._of_days(),
        ]
        return dict(action, domain=domain, context={})

    def action_open_payouts(self):
        """Payouts of these days."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payouts"),
            "res_model": "integration.settlement",
            "view_mode": "list,kanban,form",
            "domain": [
                ("connector_id", "=", self.connector_id.id),
                *self._of_days(),
            ],
        }

    def _of_days(self) -> list:
        return [("date", ">=", self.date_from), ("date", "<=", self.date_to)]


class IntegrationConnector(models.Model):
    _inherit = "integration.connector"

    @api.model
    def _start_pages(self):
        """Override of `integration_core`: an auditor begins with the comparisons."""
        page = (
            "integration_core.group_auditor",
            "integration_core.action_reconciliation",
            {"search_default_not_signed": 1, "search_default_group_month": 1},
        )
        pages = super()._start_pages()
        return [*pages[:-1], page, *pages[-1:]]

    def action_load_history(self):
        """Count, then load, what the system has from before the start date."""
        self.ensure_one()
        self.env["integration.event"]._require_operator()
        self._require_active()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Load history"),
            "res_model": "integration.history.load",
            "view_mode": "form",
            "target": "new",
            "context": {"default_connector_id": self.id},
        }
