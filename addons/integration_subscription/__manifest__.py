# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "Integration Subscription",
    "summary": "Subscriptions of connected systems, seen beside customer and invoices",
    "version": "19.0.1.0.0",
    "category": "Productivity/Integrations",
    "author": "Odoo Integration Suite contributors",
    "license": "LGPL-3",
    "development_status": "Alpha",
    "depends": ["integration_account"],
    "data": [
        "security/integration_groups.xml",
        "security/ir.model.access.csv",
        "security/integration_rules.xml",
        "data/integration_schema.xml",
        "views/integration_subscription_views.xml",
        "views/integration_entitlement_views.xml",
        "views/res_partner_views.xml",
        "views/account_move_views.xml",
        "views/menus.xml",
    ],
    "post_init_hook": "post_init_hook",
}
