# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "Tests of Integration Subscription",
    "summary": "Subscriptions, tried with the smallest possible system",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "author": "Odoo Integration Suite contributors",
    "license": "LGPL-3",
    "depends": ["test_integration_account", "integration_subscription"],
    "assets": {
        "web.assets_tests": ["test_integration_subscription/static/tests/tours/**/*"],
    },
}
