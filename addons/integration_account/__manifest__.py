# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "Integration Account",
    "summary": "Products, prices, taxes, invoices and payments of connected systems",
    "version": "19.0.1.0.0",
    "category": "Productivity/Integrations",
    "author": "Odoo Integration Suite contributors",
    "license": "LGPL-3",
    "development_status": "Alpha",
    # account: the documents and entries that are made; it brings product along.
    "depends": ["integration_core", "account"],
    "data": [
        "security/ir.model.access.csv",
        "security/integration_rules.xml",
        "data/integration_schema.xml",
        "data/integration_match_rule.xml",
        "data/queue_job.xml",
        "data/ir_cron.xml",
        "views/integration_shifted_document_views.xml",
        "views/integration_settlement_views.xml",
        "views/integration_settlement_line_views.xml",
        "views/integration_connector_views.xml",
        "views/account_journal_views.xml",
        "views/account_move_views.xml",
        "views/account_payment_views.xml",
        "views/integration_value_map_views.xml",
        "views/integration_opening_balance_views.xml",
        "data/integration_refund_cron.xml",
        "views/integration_refund_views.xml",
        "views/integration_dispute_views.xml",
        "views/menus.xml",
        "views/reconciliation_menus.xml",
    ],
    "assets": {
        "web.assets_backend": ["integration_account/static/src/**/*"],
    },
    "post_init_hook": "post_init_hook",
}
