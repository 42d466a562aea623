# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "Tests of Integration Account",
    "summary": "Documents and payments, tried with the smallest possible system",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "author": "Odoo Integration Suite contributors",
    "license": "LGPL-3",
    # account_payment: payments that Odoo booked itself must be recognised.
    "post_init_hook": "post_init_hook",
    "depends": ["test_integration_core", "integration_account", "account_payment"],
    "assets": {
        "web.assets_tests": ["test_integration_account/static/tests/tours/**/*"],
    },
}
