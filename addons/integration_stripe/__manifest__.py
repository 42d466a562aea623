# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "Integration Stripe",
    "summary": "Customers of Stripe in Odoo, through signed webhooks and the API",
    "version": "19.0.1.0.0",
    "category": "Productivity/Integrations",
    "author": "Odoo Integration Suite contributors",
    "license": "LGPL-3",
    "development_status": "Alpha",
    "depends": ["integration_core"],
    "data": [
        "data/integration_value_map.xml",
        "data/integration_mapping_customer.xml",
    ],
}
